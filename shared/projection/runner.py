"""Keeps read tables up with the log: one look for all readers, changes and bookmarks in one statement."""

import asyncio
from collections.abc import Callable, Sequence

import asyncpg
import structlog

from shared.ahead import Ahead
from shared.projection.projection import Change, Reader
from shared.projection.writing import apply
from shared.store.away import is_passing
from shared.store.codec import with_texts
from shared.store.statements import AFTER
from shared.store.store import Store
from shared.store.stream import Stream
from shared.store.unit import Recorded
from shared.tide import Tide
from shared.turns import in_turns

log = structlog.get_logger()
BATCH = 1000
FALLBACK = 0.25
ELSEWHERE = 0.02  # seconds between looks: another process may be the one that projects
SECOND = 1.0  # seconds between looks of a process that another one is faster than
REST = 2.0  # seconds before a reader that failed is tried again
# After a step that found something and is waited for by nobody here, rest so many times as long as it took,
# though no longer than so many seconds: what comes meanwhile goes together. After a pause nobody waits.
RESTS, LONGEST_REST = 4.0, 0.1

BOOKMARK = """
INSERT INTO work.bookmarks (reader, log_index) VALUES ($1, -1) ON CONFLICT (reader) DO NOTHING
"""
BOOKMARKS = """
INSERT INTO work.bookmarks (reader, log_index) SELECT unnest($1::text[]), -1 ON CONFLICT (reader) DO NOTHING
"""
WHERE_THEY_ARE = "SELECT reader, log_index FROM work.bookmarks WHERE reader = ANY($1::text[])"
REACHED = """
SELECT b.log_index >= l.log_index FROM work.bookmarks b, event.log l
WHERE b.reader = $1 AND l.plan_year = $2 AND l.stream_id = $3 AND l.stream_version = $4
"""

Told = Callable[[str, Exception | None], None]


class Runner:
    """All readers of a service. Those that stand at the same place of the log take the next step together.

    A reader that fails rests and is named to `told`; the others go on without it.
    """

    def __init__(self, store: Store, readers: Sequence[Reader], told: Told) -> None:
        self._store = store
        self._readers = {one.reader: one for one in readers}
        self._told = told
        self._places: dict[str, int] = {}
        self._resting: dict[str, float] = {}
        self._ahead: Ahead[list[asyncpg.Record]] = Ahead()
        self.is_second = False  # whether another process was faster the last time

    async def step(self) -> int:
        """Take up to a batch for each group of readers; how many events that were."""
        if self.is_second or len(self._places) < len(self._readers):
            await self._look_up()
        groups: dict[int, list[str]] = {}
        for name, place in self._places.items():
            if self._resting.get(name, 0) <= asyncio.get_running_loop().time():
                groups.setdefault(place, []).append(name)
        is_only = len(groups) == 1
        return sum([await self._advance(names, since, is_only=is_only) for since, names in groups.items()])

    async def _look_up(self) -> None:
        names = list(self._readers)
        await self._store.pool.execute(BOOKMARKS, names)
        rows = await self._store.pool.fetch(WHERE_THEY_ARE, names)
        self._places = {row["reader"]: row["log_index"] for row in rows}

    async def _advance(self, names: list[str], since: int, *, is_only: bool) -> int:
        found = await self._look(since, is_only=is_only)
        if not found:
            return 0
        rows: list[Recorded] = []
        async for piece in in_turns(found):
            rows += [self._store.codec.read(row, row["log_index"]) for row in piece]
        await self._store.keyring.load(with_texts(found))
        try:
            await self._together(names, since, rows)
        except Exception as error:
            if is_passing(error):
                raise
            for name in names:  # found out one by one
                await self._alone(name, since, rows)
        self._store.projected.rise()
        return len(rows)

    async def _look(self, since: int, *, is_only: bool) -> list[asyncpg.Record]:
        """The log behind `since`; in a backlog it was fetched while the batch before was written.

        A look ahead that found no full batch is made again: whoever waits for the tide looked after its mark.
        """
        found = await self._ahead.take(since) or []
        if len(found) < BATCH:
            found = await self._fetch(since)
        if is_only and len(found) == BATCH:
            until = found[-1]["log_index"]
            self._ahead.begin(until, self._fetch(until))
        return found

    async def _fetch(self, since: int) -> list[asyncpg.Record]:
        return await self._store.pool.fetch(AFTER, since, BATCH)

    def close(self) -> None:
        """Look no further."""
        self._ahead.drop()

    async def _together(self, names: list[str], since: int, rows: Sequence[Recorded]) -> None:
        changes: list[Change] = []
        for name in names:
            changes += await self._readers[name].changes(rows, self._store)
        until = rows[-1].log_index or 0
        async with self._store.pool.acquire() as connection:
            self.is_second = not await apply(connection, changes, names, (since, until))
        if self.is_second:
            self._places = {}
        else:
            self._places |= dict.fromkeys(names, until)

    async def _alone(self, name: str, since: int, rows: Sequence[Recorded]) -> None:
        try:
            await self._together([name], since, rows)
        except Exception as error:
            if is_passing(error):
                raise
            self._resting[name] = asyncio.get_running_loop().time() + REST
            self._told(name, error)
            log.exception("projection failed", projection=name)
        else:
            if self._resting.pop(name, None) is not None:
                self._told(name, None)


async def run(store: Store, readers: Sequence[Reader], tide: Tide, told: Told) -> None:
    """Follow the log until cancelled; a database that is away is waited for."""
    delay = FALLBACK
    while True:
        runner = Runner(store, readers, told)
        try:
            await _follow(runner, tide, store.awaited)
        except Exception as error:
            if not is_passing(error):
                raise
            log.warning("projections wait for the database", cause=type(error).__name__)
            await asyncio.sleep(delay)
            delay = min(delay * 2, 5)
        finally:
            runner.close()


async def _follow(runner: Runner, tide: Tide, awaited: asyncio.Event) -> None:
    clock = asyncio.get_running_loop().time
    while True:
        mark, began = tide.mark(), clock()
        awaited.clear()
        taken = await runner.step()
        ended = clock()
        rest = min(RESTS * (ended - began), LONGEST_REST)
        if runner.is_second:  # else two processes do the same work, one of them in vain
            await tide.passed(mark, within=SECOND)
        # What comes after a look that did not fill a batch raises the tide.
        elif taken < BATCH:
            await tide.passed(mark, within=FALLBACK)
            if taken:
                await Tide.passed(awaited, within=ended + rest - clock())


async def step(store: Store, projection: Reader) -> int:
    """Fold one batch of the log into the projection's tables; how many events it held."""
    failed: list[Exception] = []
    runner = Runner(store, [projection], lambda _, error: failed.append(error) if error else None)
    taken = await runner.step()
    runner.close()
    if failed:
        raise failed[0]
    return taken


async def caught_up(store: Store, reader: str, stream: Stream, version: int, *, within: float = 1.0) -> bool:
    """Whether the tables of `reader` show `version` of `stream`, waiting up to `within` seconds for it."""
    place = (stream.plan_year, stream.stream_id, version)
    try:
        async with asyncio.timeout(within):
            mark = store.projected.mark()
            while not await store.pool.fetchval(REACHED, reader, *place):
                store.awaited.set()
                await store.projected.passed(mark, within=ELSEWHERE)
                mark = store.projected.mark()
    except TimeoutError:
        return False
    return True
