"""Sends a service's public events to Kafka, in the log's order, from a bookmark of its own."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager

import asyncpg
import structlog
from aiokafka import AIOKafkaProducer
from aiokafka.errors import KafkaError

from shared.leadership import holding
from shared.messaging.feed_writer import FeedWriter
from shared.messaging.log_feed import LARGEST, LogFeed
from shared.messaging.outgoing import Outgoing, PublicEvents, Streams, headers
from shared.messaging.sending import LARGEST_BATCH, Message, send_all
from shared.messaging.topics import Topic, ensure
from shared.projection.runner import BOOKMARK, FALLBACK
from shared.store.keyring import NOBODY
from shared.store.statements import AFTER, PUBLISHER
from shared.store.store import Store
from shared.store.unit import Recorded
from shared.tide import Tide

log = structlog.get_logger()
BATCH = 1000
PAUSE = 1.0
# Seconds. The client waits for some things for ever, also when what it waited for has come back meanwhile.
ANSWERS_WITHIN, SENT_WITHIN, ENDS_WITHIN = 30.0, 90.0, 5.0
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
        self._feed = LogFeed(servers, store.service)

    async def run(self, connection: asyncpg.Connection, tide: Tide) -> None:
        """Publish until cancelled. Kafka away costs only lag; a mapping that raises stops here, visibly.

        So does a log topic that is not this log's: raises FeedDiffers, FeedUnreadable.
        """
        await connection.execute(BOOKMARK, PUBLISHER)
        while True:
            # Who is no leader any more must not fence who is.
            await connection.fetchval(WHERE_AM_I, PUBLISHER)
            try:
                async with asyncio.timeout(ANSWERS_WITHIN):
                    await holding(connection, ensure(self._servers, [*self._topics, self._feed.topic]))
                await self._session(connection, tide)
            except (KafkaError, OSError) as error:
                log.warning("publisher waits for kafka", cause=type(error).__name__)
            await asyncio.sleep(PAUSE)

    async def _session(self, connection: asyncpg.Connection, tide: Tide) -> None:
        async with AsyncExitStack() as stack:
            started = Producers.started(self._servers, self._topics, self._store)
            producers = await holding(connection, stack.enter_async_context(started))
            async with asyncio.timeout(ANSWERS_WITHIN):
                feed = await holding(connection, FeedWriter.resumed(self._store, producers.plain, self._feed))
            reached = await connection.fetchval(WHERE_AM_I, PUBLISHER)
            await holding(connection, feed.catch_up(reached))
            while True:
                mark = tide.mark()
                taken = await self._step(connection, producers, feed)
                await holding(connection, feed.checkpoints())
                if not taken:
                    await tide.passed(mark, within=FALLBACK)

    async def _step(self, connection: asyncpg.Connection, producers: "Producers", feed: FeedWriter) -> int:
        index = await connection.fetchval(WHERE_AM_I, PUBLISHER)
        found = await self._store.pool.fetch(AFTER, index, BATCH)
        if not found:
            return 0
        rows = [self._store.codec.read(row, row["log_index"]) for row in found]
        await self._store.keyring.load(row.subject_id or NOBODY for row in rows)
        streams = Streams(self._store)
        each = await asyncio.gather(*(self._said(row, streams) for row in rows))
        said = [(row, one, at) for row, found in zip(rows, each, strict=True) for at, one in found]
        traced = [row.traceparent for row, _, _ in said if row.traceparent]
        with self._store.spans.over("publish", traced):
            async with asyncio.timeout(SENT_WITHIN):
                # What others have heard of, the log topic must hold: a restore brings back no more than that.
                await holding(connection, feed.events(found))
                await holding(connection, producers.publish(said))
        await connection.execute(MOVE, PUBLISHER, rows[-1].log_index)
        return len(rows)

    async def _said(self, row: Recorded, streams: Streams) -> list[tuple[int, Outgoing]]:
        said = await self._public(row, streams)
        if len({one.topic for one in said}) < len(said):
            msg = f"{row.type} says two things on one topic: readers would take the second for a duplicate"
            raise ValueError(msg)
        return list(enumerate(said))


Said = tuple[Recorded, Outgoing, int]


class Producers:
    """One for the topics that keep everything, and a fenced one for those of which only the newest stays.

    A reader of the log tells a late repeat by its index. On a compacted topic it would be what stays: there
    whoever starts later shuts out whoever led before, also one that wakes up in the middle of sending.
    """

    def __init__(
        self, plain: AIOKafkaProducer, fenced: AIOKafkaProducer | None, topics: Sequence[Topic]
    ) -> None:
        self.plain, self._fenced = plain, fenced
        self._partitions = {one.name: one.partitions for one in topics}
        self._compacted = {one.name for one in topics if one.is_compacted}

    @classmethod
    @asynccontextmanager
    async def started(cls, servers: str, topics: Sequence[Topic], store: Store) -> AsyncIterator["Producers"]:
        """Both connected; abandoned, not flushed, at the end."""
        name = f"{store.agency}.{store.service}.compacted"
        async with AsyncExitStack() as stack:
            plain = await stack.enter_async_context(producing(servers))
            is_needed = any(one.is_compacted for one in topics)
            fenced = await stack.enter_async_context(producing(servers, name)) if is_needed else None
            yield cls(plain, fenced, topics)

    async def publish(self, said: Sequence[Said]) -> None:
        """Send all, each topic in order; return when Kafka has them. Raises KafkaError."""
        messages = [message(*one) for one in said]
        plain = [one for one in messages if one.topic not in self._compacted]
        newest = [one for one in messages if one.topic in self._compacted]
        sent = await send_all(self.plain, plain, self._partitions)
        if newest and self._fenced is not None:
            async with self._fenced.transaction():
                await asyncio.gather(*await send_all(self._fenced, newest, self._partitions))
        await asyncio.gather(*sent)


@asynccontextmanager
async def producing(servers: str, transactional_id: str | None = None) -> AsyncIterator[AIOKafkaProducer]:
    """A started producer that waits until all brokers have a message; abandoned at the end."""
    producer = AIOKafkaProducer(
        bootstrap_servers=servers,
        enable_idempotence=True,
        acks="all",
        compression_type="lz4",
        transactional_id=transactional_id,
        max_request_size=LARGEST,
        max_batch_size=LARGEST_BATCH,
    )
    try:
        async with asyncio.timeout(ANSWERS_WITHIN):
            await producer.start()
        yield producer
    finally:
        await abandon(producer)


def message(row: Recorded, one: Outgoing, at: int) -> Message:
    """What an event says, encoded; `at` counts what one event says."""
    if one.message is None:
        return Message(one.topic, str(one.key).encode(), None)
    value = one.message.model_dump_json().encode()
    return Message(one.topic, str(one.key).encode(), value, headers(row, one.message, at))


async def abandon(producer: AIOKafkaProducer) -> None:
    """End a producer without flushing: what it had not sent is sent again, in order, from the bookmark.

    One that does not end in time is left to itself: closed, it takes nothing more.
    """
    producer._closed = True  # noqa: SLF001 - stop() would flush, and so send later events before earlier ones
    try:
        async with asyncio.timeout(ENDS_WITHIN):
            if producer._sender is not None:  # noqa: SLF001
                await producer._sender.close()  # noqa: SLF001
    except TimeoutError:
        log.warning("a producer does not end")
    await producer.client.close()
