"""Runs an inbox on Kafka: FastStream's batches in, explicit offsets out, and nothing lost in between."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, replace
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
from shared.messaging.topics import Topic, ensure
from shared.store.away import is_database_away, is_storage_full

log = structlog.get_logger()
AWAY = (OSError, asyncpg.PostgresConnectionError, asyncpg.InterfaceError)
RETRY_PARKED = 1.0
RECORDS = 500


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

    def __init__(self, inbox: Inbox, servers: str, topics: Sequence[Topic]) -> None:
        self._inbox = inbox
        self._servers = servers
        self._topics = list(topics)
        self.following = Following(inbox.consumer, inbox.store.metrics)

    async def run(self) -> None:
        """Consume until cancelled. Kafka or PostgreSQL away is waited for."""
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
        subscriber = broker.subscriber(
            *self._inbox.topics,
            batch=True,
            max_records=RECORDS,
            batch_timeout_ms=20,
            group_id=self._inbox.consumer,
            auto_offset_reset="earliest",
            ack_policy=AckPolicy.MANUAL,
            parser=safe_parser,
            decoder=raw_records,
            fetch_max_wait_ms=500,  # the broker answers at once when there is something
        )
        subscriber(self._handle)
        self.following.through(subscriber)
        await broker.start()
        try:
            while True:
                await asyncio.sleep(RETRY_PARKED)
                await self._retry_parked()
        finally:
            await broker.stop()

    async def _handle(self, batch: Batch) -> None:
        """Never raises and never returns before the effects are durable: only then are offsets committed."""
        with self.following.batch(len(batch.records)):
            await self._settle(batch.records)
        last = {TopicPartition(raw.topic, raw.partition): raw.offset + 1 for raw in batch.records}
        mine = {place: offset for place, offset in last.items() if place in batch.client.assignment()}
        try:
            if mine:
                await batch.client.commit(mine)
        except (
            KafkaError
        ) as error:  # a rebalance: whoever has the partition now finds the marks in the database
            log.info("offsets not committed", consumer=self._inbox.consumer, cause=type(error).__name__)

    async def _settle(self, records: Sequence[Raw]) -> None:
        try:
            async for attempt in stamina.retry_context(on=_passing, attempts=None, timeout=None, wait_max=5):
                with attempt:
                    await self._inbox.apply(records)
        except Exception as error:  # noqa: BLE001 - a poison message must stop neither its topic nor its process
            await self._isolate(records, error)

    async def _isolate(self, records: Sequence[Raw], error: Exception) -> None:
        if len(records) == 1:
            log.error("message can't be handled", consumer=self._inbox.consumer, cause=type(error).__name__)
            async for attempt in stamina.retry_context(on=_passing, attempts=None, timeout=None, wait_max=5):
                with attempt:
                    await self._inbox.apply(records, poison=type(error).__name__)
            return
        half = len(records) // 2
        await self._settle(records[:half])
        await self._settle(records[half:])

    async def _retry_parked(self) -> None:
        store, consumer = self._inbox.store, self._inbox.consumer
        try:
            for head in await store.pool.fetch(HEADS, consumer):
                await self._retry_key(head)
        except (*AWAY, LostRace) as error:
            log.info("parked messages tried later", consumer=consumer, cause=type(error).__name__)

    async def _retry_key(self, head: asyncpg.Record) -> None:
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
