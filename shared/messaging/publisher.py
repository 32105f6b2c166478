"""Sends a service's public events to Kafka, in the log's order, from a bookmark of its own."""

import asyncio
from collections.abc import Sequence

import asyncpg
import structlog
from aiokafka import AIOKafkaProducer
from aiokafka.errors import KafkaError

from shared.messaging.outgoing import Outgoing, PublicEvents, Streams, headers
from shared.messaging.topics import Topic, ensure
from shared.projection.runner import BOOKMARK, FALLBACK
from shared.store.keyring import NOBODY
from shared.store.migrate import PUBLISHER
from shared.store.store import Store
from shared.store.unit import Recorded
from shared.tide import Tide

log = structlog.get_logger()
BATCH = 1000
PAUSE = 1.0
WHERE_AM_I = "SELECT log_index FROM work.bookmarks WHERE reader = $1"
# Only the leader's connection moves the mark, and never backwards.
MOVE = "UPDATE work.bookmarks SET log_index = $2 WHERE reader = $1 AND log_index < $2"


class Publisher:
    """One leader's sequential, idempotent producer."""

    def __init__(self, store: Store, servers: str, topics: Sequence[Topic], public: PublicEvents) -> None:
        self._store = store
        self._servers = servers
        self._topics = list(topics)
        self._public = public

    async def run(self, connection: asyncpg.Connection, tide: Tide) -> None:
        """Publish until cancelled. Kafka away costs only lag; a mapping that raises stops here, visibly."""
        await connection.execute(BOOKMARK, PUBLISHER)
        while True:
            try:
                await ensure(self._servers, self._topics)
                await self._session(connection, tide)
            except (KafkaError, OSError) as error:
                log.warning("publisher waits for kafka", cause=type(error).__name__)
            await asyncio.sleep(PAUSE)

    async def _session(self, connection: asyncpg.Connection, tide: Tide) -> None:
        producer = AIOKafkaProducer(
            bootstrap_servers=self._servers, enable_idempotence=True, acks="all", compression_type="lz4"
        )
        await producer.start()
        try:
            while True:
                mark = tide.mark()
                if not await self._step(connection, producer):
                    await tide.passed(mark, within=FALLBACK)
        finally:
            await abandon(producer)

    async def _step(self, connection: asyncpg.Connection, producer: AIOKafkaProducer) -> int:
        index = await connection.fetchval(WHERE_AM_I, PUBLISHER)
        rows = await self._store.after(index, BATCH)
        if not rows:
            return 0
        await self._store.keyring.load(row.subject_id or NOBODY for row in rows)
        streams = Streams(self._store)
        said = await asyncio.gather(*(self._said(row, streams) for row in rows))
        sent = [
            await send(producer, row, one, at)
            for row, messages in zip(rows, said, strict=True)
            for at, one in messages
        ]
        await asyncio.gather(*sent)
        await connection.execute(MOVE, PUBLISHER, rows[-1].log_index)
        return len(rows)

    async def _said(self, row: Recorded, streams: Streams) -> list[tuple[int, Outgoing]]:
        said = await self._public(row, streams)
        if len({one.topic for one in said}) < len(said):
            msg = f"{row.type} says two things on one topic: readers would take the second for a duplicate"
            raise ValueError(msg)
        return list(enumerate(said))


async def send(producer: AIOKafkaProducer, row: Recorded, one: Outgoing, at: int) -> "asyncio.Future[object]":
    """Hand one message to the producer; the future is done when Kafka has it."""
    value = None if one.message is None else one.message.model_dump_json().encode()
    found = [] if one.message is None else headers(row, one.message, at)
    future: asyncio.Future[object] = await producer.send(
        one.topic, value=value, key=str(one.key).encode(), headers=found
    )
    return future


async def abandon(producer: AIOKafkaProducer) -> None:
    """End a producer without flushing: what it had not sent is sent again, in order, from the bookmark."""
    producer._closed = True  # noqa: SLF001 - stop() would flush, and so send later events before earlier ones
    if producer._sender is not None:  # noqa: SLF001
        await producer._sender.close()  # noqa: SLF001
    await producer.client.close()
