"""Sends a service's public events to Kafka, in the log's order, from a bookmark of its own."""

import asyncio
import time
from collections.abc import Sequence
from contextlib import AsyncExitStack
from math import inf
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
from shared.store.recent import Placed, placed
from shared.store.statements import AFTER, PUBLISHER
from shared.store.store import Store
from shared.tide import Tide

log = structlog.get_logger()
BATCH = 2000
PAUSE = 1.0
WHERE_AM_I = "SELECT log_index FROM work.bookmarks WHERE reader = $1"
# Only the leader's connection moves the mark, and never backwards. It says with each question how far the
# step before got; a crash in between repeats what was sent since, which readers tell by its index.
MOVE = f"UPDATE work.bookmarks SET log_index = $1 WHERE reader = '{PUBLISHER}' AND log_index < $1"
NEXT = f"WITH moved AS ({MOVE}) {AFTER}"
# The look commits the mark before it gives the events: these are not to wait for the disk.
MARK_MAY_BE_LOST = "SET synchronous_commit = off"
# Seconds since the leader's connection answered last, in which no lease runs out. Whoever loses the lead
# otherwise repeats at most what its successor sends, as in a pause between asking and sending.
LEADS = 0.25
# Seconds that events may wait of which only the log topic is to hear: what comes meanwhile goes with them.
# Not when they are many: they are made ready anew with each that comes.
QUIET, FEW = 0.1, 50


class Quiet:
    """Lets what says nothing in public wait for a moment, once."""

    def __init__(self) -> None:
        self._since: float | None = None

    def left(self, batch: Ready) -> float:
        """For how many more seconds the batch may wait; 0 when it is to go now."""
        now = time.monotonic()
        if batch.messages or not 0 < len(batch.envelopes) < FEW:
            self._since = None
        elif self._since is None:
            self._since = now
            return QUIET
        elif (left := self._since + QUIET - now) > 0:
            return left
        self._since = None
        return 0.0


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
        self._asked = -inf  # when the leader's connection answered last
        self._quiet = Quiet()

    async def run(self, connection: asyncpg.Connection, tide: Tide) -> None:
        """Publish until cancelled. Kafka away costs only lag; a mapping that raises stops here, visibly.

        So does a log topic that is not this log's: raises FeedDiffers, FeedUnreadable.
        """
        self._store.kept.clear()  # behind a new connection there may be a restored database
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
            self._asked = -inf
            while True:
                mark = tide.mark()
                batch = await self._take(connection, reached)
                if left := self._quiet.left(batch):
                    await tide.passed(mark, within=left)
                    continue
                await holding(connection, self._step(producers, feed, batch))
                reached = batch.until
                if len(batch.envelopes) < BATCH:  # what came since raised the tide
                    await tide.passed(mark, within=FALLBACK)

    async def _step(self, producers: Producers, feed: FeedWriter, batch: Ready) -> None:
        await self._send(producers, feed, batch)
        await feed.checkpoints()

    async def _send(self, producers: Producers, feed: FeedWriter, batch: Ready) -> None:
        """Publish them, and make ready meanwhile what is behind a full batch."""
        if len(batch.envelopes) == BATCH:
            self._ahead.begin(batch.until, self._ready_if_full(batch.until))
        if batch.envelopes:
            with self._store.spans.over("publish", batch.traced):
                async with asyncio.timeout(SENT_WITHIN):
                    # What others have heard of, the log topic must hold: a restore brings back no more.
                    await feed.events(batch.since + 1, batch.envelopes)
                    await producers.publish(batch.messages)

    async def _take(self, connection: asyncpg.Connection, index: int) -> Ready:
        """The events behind `index`: in a backlog made ready while those before them were sent, often known.

        Who leads no more must not send: unless it was just done, something is asked by the leader itself.
        """
        if self._ahead.is_begun(index) and (ahead := await holding(connection, self._ahead.take(index))):
            await self._mark(connection, index)
            return ahead
        if found := self._store.recent.after(index, BATCH):
            if time.monotonic() - self._asked > LEADS:
                await self._mark(connection, index)
        else:
            found = placed(await connection.fetch(NEXT, index, BATCH))
            self._asked = time.monotonic()
        return await holding(connection, self._ready(index, found))

    async def _mark(self, connection: asyncpg.Connection, index: int) -> None:
        await connection.execute(MOVE, index)
        self._asked = time.monotonic()

    async def _ready_if_full(self, since: int) -> Ready | None:
        """A look that found less is made again: whoever waits for the tide looked after its mark."""
        found = placed(await self._store.pool.fetch(AFTER, since, BATCH))
        return await self._ready(since, found) if len(found) == BATCH else None

    async def _ready(self, since: int, found: list[Placed]) -> Ready:
        return await ready(self._store, self._public, since, found)
