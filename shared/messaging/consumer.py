"""Runs an inbox on Kafka: FastStream's batches in, explicit offsets out, and nothing lost in between."""

import asyncio
from collections.abc import Awaitable, Sequence
from dataclasses import dataclass, replace
from itertools import chain
from typing import Any

import stamina
import structlog
from aiokafka import TopicPartition
from aiokafka.errors import KafkaError
from aiokafka.structs import ConsumerRecord
from faststream import AckPolicy
from faststream.exceptions import FastStreamException
from faststream.kafka import KafkaBroker
from faststream.kafka.message import KafkaMessage

from shared.messaging.dead_letters import copy_dead_letters, topics_of
from shared.messaging.following import Following
from shared.messaging.inbox import Inbox
from shared.messaging.incoming import Raw
from shared.messaging.passing import is_passing
from shared.messaging.pulse import Pulse, Stalled
from shared.messaging.retrying import Retrying
from shared.messaging.topics import Topic, ensure
from shared.unwrapped import unwrapped

log = structlog.get_logger()
PAUSE = 1.0  # seconds between looks at parked messages and at the pulse
RECORDS = 500
COMMIT_EVERY = 0.2  # seconds; what is read twice after a crash is told by the marks
POLL = 200  # milliseconds; a poll ends at once when there is something
TRIES = 3  # of what no repetition is known to help
ANSWERS_WITHIN, ENDS_WITHIN = 30.0, 12.0  # seconds for Kafka's client
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


class Unsettled(Exception):
    """A batch could be neither handled nor parked: whatever comes behind it must wait."""


class Consumer:
    """One consumer group of one service in this process."""

    def __init__(
        self, inbox: Inbox, servers: str, topics: Sequence[Topic], pulse: Pulse | None = None
    ) -> None:
        self._inbox = inbox
        self._servers = servers
        self._topics = [*topics, *topics_of(inbox)]
        self._retrying = Retrying(inbox)
        self.following = Following(inbox.consumer, inbox.store.metrics)
        self._pulse = pulse or Pulse(inbox.consumer)
        self._offsets: dict[TopicPartition, int] = {}
        self._unsettled: asyncio.Future[None] = asyncio.Future()
        self._ending: set[asyncio.Task[None]] = set()

    async def run(self) -> None:
        """Consume until cancelled; Kafka or PostgreSQL away is waited for.

        Raises Stalled, Unsettled or TopicMismatch.
        """
        await self._retried(self._retrying.afresh())
        while True:
            try:
                async with asyncio.timeout(ANSWERS_WITHIN):
                    await ensure(self._servers, self._topics)
                await self._session()
            except (KafkaError, OSError, FastStreamException) as error:
                log.warning(
                    "consumer waits for kafka", consumer=self._inbox.consumer, cause=type(error).__name__
                )
            await asyncio.sleep(PAUSE)

    async def _session(self) -> None:
        broker = KafkaBroker(self._servers, apply_types=False, graceful_timeout=10, logger=None)
        self._pulse.begin()
        subscriber: Any = broker.subscriber(
            *self._inbox.topics,
            batch=True,
            group_id=self._inbox.consumer,
            auto_offset_reset="earliest",
            ack_policy=AckPolicy.MANUAL,
            parser=safe_parser,
            decoder=raw_records,
            listener=self._pulse.rebalances,
            fetch_max_wait_ms=500,  # the broker answers at once when there is something
        )
        subscriber(self._handle)
        self.following.through(subscriber)
        subscriber.get_msg = self._poll  # its own sleeps after an empty poll, while messages come
        self._offsets.clear()
        self._unsettled = asyncio.get_running_loop().create_future()
        try:
            async with asyncio.timeout(ANSWERS_WITHIN):
                await broker.start()
            client = subscriber.consumer
            with unwrapped(Stalled, Unsettled):
                async with asyncio.TaskGroup() as tasks:
                    tasks.create_task(self._feel_the_pulse(client))
                    tasks.create_task(self._look_after_parked())
                    tasks.create_task(self._commit_now_and_then(client))
                    await self._unsettled
        finally:
            await self._commit(subscriber.consumer)
            await self._end(broker)

    async def _end(self, broker: KafkaBroker) -> None:
        """Let it end, however long that takes: who is cut off stays in its group with its partitions."""
        ending = asyncio.create_task(broker.stop())
        self._ending.add(ending)
        ending.add_done_callback(self._ended)
        await asyncio.wait((ending,), timeout=ENDS_WITHIN)

    def _ended(self, ending: asyncio.Task[None]) -> None:
        self._ending.discard(ending)
        if not ending.cancelled() and (error := ending.exception()):
            log.info("client ended badly", consumer=self._inbox.consumer, cause=type(error).__name__)

    async def _poll(self, client: Any) -> "tuple[ConsumerRecord[bytes, bytes], ...]":
        self._pulse.alive()
        found = await client.getmany(timeout_ms=POLL, max_records=RECORDS)
        return tuple(chain.from_iterable(found.values()))

    async def _feel_the_pulse(self, client: Any) -> None:
        while True:
            await asyncio.sleep(PAUSE)
            await self._pulse.judge(client, self._servers)

    async def _look_after_parked(self) -> None:
        while True:
            await asyncio.sleep(PAUSE)
            await self._retried(self._retrying.round())
            await self._retried(copy_dead_letters(self._inbox, self._servers))

    async def _retried(self, doing: Awaitable[object]) -> None:
        try:
            await doing
        except Exception as error:
            if not (is_passing(error) or isinstance(error, KafkaError)):
                raise
            log.info("parked messages wait", consumer=self._inbox.consumer, cause=type(error).__name__)

    async def _commit_now_and_then(self, client: Any) -> None:
        while True:
            await asyncio.sleep(COMMIT_EVERY)
            await self._commit(client)

    async def _commit(self, client: Any) -> None:
        """Tell Kafka what is done. The marks in the database are the truth: this only saves reading again."""
        done, self._offsets = self._offsets, {}
        mine = {place: at for place, at in done.items() if client and place in client.assignment()}
        try:
            async with asyncio.timeout(ENDS_WITHIN):
                if mine:
                    await client.commit(mine)
        except (KafkaError, TimeoutError) as error:  # a rebalance: who has the partition now finds the marks
            log.info("offsets not committed", consumer=self._inbox.consumer, cause=type(error).__name__)

    async def _handle(self, batch: Batch) -> None:
        """Offsets are committed of what is durable, and of nothing behind a batch that could not be settled.

        FastStream would swallow an error here and go on with the next batch.
        """
        if self._unsettled.done():
            return
        self._pulse.is_busy = True
        try:
            with self.following.batch(len(batch.records)):
                await self._settle(batch.records)
        except Exception as error:  # noqa: BLE001 - told to whoever runs the session
            if not self._unsettled.done():
                self._unsettled.set_exception(Unsettled(type(error).__name__))
            return
        self._pulse.is_busy = False
        self._pulse.stalls = 0
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
                async for passing in stamina.retry_context(on=is_passing, attempts=None, **PAUSES):
                    self._pulse.alive()
                    with passing:
                        await self._inbox.apply(records, poison=poison)
