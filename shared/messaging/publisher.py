"""Sends a service's public events to Kafka, in the log's order, from a bookmark of its own."""

import asyncio
from collections.abc import Sequence
from contextlib import AsyncExitStack
from pathlib import Path

import asyncpg
import structlog
from aiokafka.errors import KafkaError

from shared.ahead import Ahead
from shared.leadership import holding
from shared.messaging.feed_writer import FeedWriter
from shared.messaging.log_feed import LogFeed
from shared.messaging.outgoing import PublicEvents
from shared.messaging.producers import ANSWERS_WITHIN, SENT_WITHIN, Producers
from shared.messaging.readying import Ready, ready
from shared.messaging.topics import Topic, ensure
from shared.projection.runner import BOOKMARK, FALLBACK
from shared.store.statements import AFTER, PUBLISHER
from shared.store.store import Store
from shared.tide import Tide

log = structlog.get_logger()
BATCH = 2000
PAUSE = 1.0
WHERE_AM_I = "SELECT log_index FROM work.bookmarks WHERE reader = $1"
# Only the leader's connection moves the mark, and never backwards. It says with each look how far the step
# before got; a crash in between repeats that step, which is no more than a crash before its end does.
MOVE = f"UPDATE work.bookmarks SET log_index = $1 WHERE reader = '{PUBLISHER}' AND log_index < $1"
NEXT = f"WITH moved AS ({MOVE}) {AFTER}"
# The look commits the mark before it gives the events: these are not to wait for the disk.
MARK_MAY_BE_LOST = "SET synchronous_commit = off"


class Publisher:
    """One leader's sequential, idempotent producer. `key_file` signs what goes on the log topic."""

    def __init__(
        self, store: Store, servers: str, topics: Sequence[Topic], public: PublicEvents, key_file: Path
    ) -> None:
        self._store = store
        self._servers = servers
        self._topics = list(topics)
        self._public = public
        self._feed = LogFeed(servers, store.service)
        self._key_file = key_file
        self._ahead: Ahead[Ready | None] = Ahead()

    async def run(self, connection: asyncpg.Connection, tide: Tide) -> None:
        """Publish until cancelled. Kafka away costs only lag; a mapping that raises stops here, visibly.

        So does a log topic that is not this log's: raises FeedDiffers, FeedUnreadable.
        """
        await connection.execute(BOOKMARK, PUBLISHER)
        await connection.execute(MARK_MAY_BE_LOST)
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
                resumed = FeedWriter.resumed(self._store, producers.plain, self._feed, self._key_file)
                feed = await holding(connection, resumed)
            reached = await connection.fetchval(WHERE_AM_I, PUBLISHER)
            await holding(connection, feed.catch_up(reached))
            stack.callback(self._ahead.drop)
            while True:
                mark = tide.mark()
                since, reached = reached, await self._step(connection, producers, feed, reached)
                await holding(connection, feed.checkpoints())
                if reached - since < BATCH:  # what came since raised the tide
                    await tide.passed(mark, within=FALLBACK)

    async def _step(
        self, connection: asyncpg.Connection, producers: Producers, feed: FeedWriter, index: int
    ) -> int:
        """Publish what is behind `index`; how far that was."""
        batch = await self._take(connection, index)
        if not batch.envelopes:
            return index
        if len(batch.envelopes) == BATCH:
            self._ahead.begin(batch.until, self._ready_if_full(batch.until))
        with self._store.spans.over("publish", batch.traced):
            async with asyncio.timeout(SENT_WITHIN):
                # What others have heard of, the log topic must hold: a restore brings back no more than that.
                await holding(connection, feed.events(index + 1, batch.envelopes))
                await holding(connection, producers.publish(batch.messages))
        return batch.until

    async def _take(self, connection: asyncpg.Connection, index: int) -> Ready:
        """The events behind `index`, in a backlog made ready while those before them were sent.

        Either way something is asked by the leader itself: who leads no more must not send.
        """
        if ahead := await holding(connection, self._ahead.take(index)):
            await connection.execute(MOVE, index)
            return ahead
        found = await connection.fetch(NEXT, index, BATCH)
        return await holding(connection, self._ready(index, found))

    async def _ready_if_full(self, since: int) -> Ready | None:
        """A look that found less is made again: whoever waits for the tide looked after its mark."""
        found = await self._look(since)
        return await self._ready(since, found) if len(found) == BATCH else None

    async def _look(self, since: int) -> list[asyncpg.Record]:
        return await self._store.pool.fetch(AFTER, since, BATCH)

    async def _ready(self, since: int, found: list[asyncpg.Record]) -> Ready:
        return await ready(self._store, self._public, since, found)
