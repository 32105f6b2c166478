"""Runs an inbox on Kafka: FastStream's batches in, explicit offsets out, and nothing lost in between."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import chain
from typing import Any

import asyncpg
import stamina
import structlog
from aiokafka import TopicPartition
from aiokafka.errors import KafkaError
from aiokafka.structs import ConsumerRecord
from faststream import AckPolicy
from faststream.exceptions import FastStreamException
from faststream.kafka import KafkaBroker
from faststream.kafka.message import KafkaMessage

from shared.messaging.following import Following
from shared.messaging.inbox import Inbox, LostRace
from shared.messaging.incoming import Raw
from shared.messaging.parking import HEADS, LEAVE, NEXT, unpacked
from shared.messaging.progress import Progress, Stalled
from shared.messaging.topics import Topic, ensure
from shared.store.away import is_database_away, is_storage_full

log = structlog.get_logger()
AWAY = (OSError, asyncpg.PostgresConnectionError, asyncpg.InterfaceError)
RETRY_PARKED = 1.0
RECORDS = 500
COMMIT_EVERY = 0.2  # seconds; what is read twice after a crash is told by the marks
POLL = 200  # milliseconds; a poll ends at once when there is something
TRIES = 3  # of what no repetition is known to help
PAUSES: Any = {"timeout": None, "wait_initial": 0.01, "wait_jitter": 0.1, "wait_max": 5}


@dataclass(frozen=True, slots=True)
class Batch:
    """Records of one poll, and the client that can commit them."""

    records: tuple[Raw, ...]
    client: Any


async def safe_parser(message: Any, original: Any) -> Any:
    """FastStream decodes every header and drops the batch when one is no text: mask those before it looks."""
    masked = tuple(_masked(record) for record in message)
    parsed = await original(masked)
    parsed.raw_message = message
    return parsed


def _masked(record: "ConsumerRecord[bytes, bytes]") -> "ConsumerRecord[bytes, bytes]":
    return replace(record, headers=())


async def raw_records(message: KafkaMessage) -> Batch:
    """The records as they came, undecoded."""
    records: Any = message.raw_message
    return Batch(tuple(Raw.of(record) for record in records), message.consumer)


class Consumer:
    """One consumer group of one service."""

    def __init__(
        self, inbox: Inbox, servers: str, topics: Sequence[Topic], progress: Progress | None = None
    ) -> None:
        self._inbox = inbox
        self._servers = servers
        self._topics = list(topics)
        self.following = Following(inbox.consumer, inbox.store.metrics)
        self._progress = progress or Progress(inbox.consumer)
        self._offsets: dict[TopicPartition, int] = {}

    async def run(self) -> None:
        """Consume until cancelled. Kafka or PostgreSQL away is waited for. Raises Stalled, TopicMismatch."""
        while True:
            try:
                await ensure(self._servers, self._topics)
                await self._session()
            except (KafkaError, OSError, FastStreamException) as error:
                log.warning(
                    "consumer waits for kafka", consumer=self._inbox.consumer, cause=type(error).__name__
                )
            await asyncio.sleep(RETRY_PARKED)

    async def _session(self) -> None:
        broker = KafkaBroker(self._servers, apply_types=False, graceful_timeout=10, logger=None)
        subscriber: Any = broker.subscriber(
            *self._inbox.topics,
            batch=True,
            group_id=self._inbox.consumer,
            auto_offset_reset="earliest",
            ack_policy=AckPolicy.MANUAL,
            parser=safe_parser,
            decoder=raw_records,
            fetch_max_wait_ms=500,  # the broker answers at once when there is something
        )
        subscriber(self._handle)
        self.following.through(subscriber)
        subscriber.get_msg = self._poll  # its own sleeps after an empty poll, while messages come
        self._offsets.clear()
        self._progress.begin()
        await broker.start()
        client = subscriber.consumer
        try:
            async with asyncio.TaskGroup() as tasks:
                tasks.create_task(self._look_after(client))
                tasks.create_task(self._commit_now_and_then(client))
        except* Stalled as several:
            raise several.exceptions[0] from None
        finally:
            await self._commit(client)
            await broker.stop()

    async def _poll(self, client: Any) -> "tuple[ConsumerRecord[bytes, bytes], ...]":
        self._progress.alive()
        found = await client.getmany(timeout_ms=POLL, max_records=RECORDS)
        return tuple(chain.from_iterable(found.values()))

    async def _look_after(self, client: Any) -> None:
        while True:
            await asyncio.sleep(RETRY_PARKED)
            await self._progress.judge(client)
            await self._retry_parked()

    async def _commit_now_and_then(self, client: Any) -> None:
        while True:
            await asyncio.sleep(COMMIT_EVERY)
            await self._commit(client)

    async def _commit(self, client: Any) -> None:
        """Tell Kafka what is done. The marks in the database are the truth: this only saves reading again."""
        done, self._offsets = self._offsets, {}
        mine = {place: offset for place, offset in done.items() if place in client.assignment()}
        try:
            if mine:
                await client.commit(mine)
        except KafkaError as error:  # a rebalance: who has the partition now finds the marks
            log.info("offsets not committed", consumer=self._inbox.consumer, cause=type(error).__name__)

    async def _handle(self, batch: Batch) -> None:
        """Never raises, and returns only when the effects are durable: offsets are committed after."""
        self._progress.is_busy = True
        with self.following.batch(len(batch.records)):
            await self._settle(batch.records)
        self._progress.is_busy = False
        self._progress.stalls = 0
        self._offsets |= {TopicPartition(raw.topic, raw.partition): raw.offset + 1 for raw in batch.records}

    async def _settle(self, records: Sequence[Raw]) -> None:
        """Together if that works, else each half, down to the one message that can't be handled."""
        try:
            await self._apply(records, tries=TRIES if len(records) == 1 else 1)
        except Exception as error:  # noqa: BLE001 - a poison message must stop neither its topic nor its process
            if len(records) > 1:
                half = len(records) // 2
                await self._settle(records[:half])
                await self._settle(records[half:])
                return
            cause = type(error).__name__  # no traceback: its text may quote the message
            log.warning("message can't be handled", consumer=self._inbox.consumer, cause=cause)
            await self._apply(records, poison=cause)

    async def _apply(self, records: Sequence[Raw], *, tries: int = 1, poison: str | None = None) -> None:
        """A passing failure is outlasted; any other is tried `tries` times."""
        async for attempt in stamina.retry_context(on=Exception, attempts=tries, **PAUSES):
            with attempt:
                async for passing in stamina.retry_context(on=_passing, attempts=None, **PAUSES):
                    self._progress.alive()
                    with passing:
                        await self._inbox.apply(records, poison=poison)

    async def _retry_parked(self) -> None:
        store, consumer = self._inbox.store, self._inbox.consumer
        try:
            for head in await store.pool.fetch(HEADS, consumer):
                await self._retry_key(head)
        except (*AWAY, LostRace) as error:
            log.info("parked messages tried later", consumer=consumer, cause=type(error).__name__)

    async def _retry_key(self, head: asyncpg.Record) -> None:
        try:
            await self._replay(head)
        except (*AWAY, LostRace):
            raise
        except Exception as error:  # noqa: BLE001 - a bug met again holds up its key alone
            log.info("message stays parked", consumer=self._inbox.consumer, cause=type(error).__name__)

    async def _replay(self, head: asyncpg.Record) -> None:
        place = (self._inbox.consumer, head["topic"], head["partition"])
        more: asyncpg.Record | None = head
        while more is not None:
            async with self._inbox.store.pool.acquire() as connection, connection.transaction():
                if not await self._inbox.retry(connection, unpacked(more)):
                    return
                await connection.execute(LEAVE, *place, more["kafka_offset"])
                more = (
                    await connection.fetchrow(NEXT, *place, more["key"]) if more["key"] is not None else None
                )


def _passing(error: Exception) -> bool:
    """Whether trying again may help: a lost race, or a database that is away, or has no room left."""
    if is_database_away(error) or is_storage_full(error):
        return True
    return isinstance(error, (*AWAY, LostRace, asyncpg.DeadlockDetectedError, asyncpg.SerializationError))
