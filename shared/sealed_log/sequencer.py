"""Gives committed events their place in the log: dense, final, and in each stream's own order.

Why this order is right. A tick takes what the current snapshot sees and the one before did not,
sorted by `insert_order`. An event v(n+1) is written only by a statement that sees v(n) committed
(or written earlier in the same transaction, with a lower `insert_order`). So v(n) is never in a later
batch than v(n+1), and within a batch it comes first. `insert_order > last` would skip what commits
late; the xmin watermark reorders and stalls behind any idle transaction.
"""

import asyncio
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass

import asyncpg

from shared.leadership import UNHURRIED
from shared.sealed_log.leaf import leaf_hash
from shared.store.canonical import envelope
from shared.store.statements import NAMES
from shared.turns import in_turns

BATCH = 2000
IDLE, LONGEST_IDLE = 0.01, 0.1  # seconds between looks for what other processes wrote, who do not tell
# Seconds between the beginnings of two ticks that found something: what comes meanwhile goes together,
# here and with everybody who waits for the log. Whoever comes after a pause waits for nothing.
PACE = 0.01

TAKE_EPOCH = """
UPDATE work.cursor SET epoch = epoch + 1
RETURNING epoch, cluster, done, current, insert_order, next_index
"""
# Transaction ids mean something in one cluster only: a dump carries them into another as plain numbers.
CLUSTER = "SELECT system_identifier FROM pg_control_system()"
# `last` is drawn after the snapshot: nothing that the snapshot sees has a higher `insert_order`.
NOW = "pg_current_snapshot()::text"
LAST = "coalesce(pg_sequence_last_value('event.insert_order'), 0)"
HERE = f"SELECT {NOW} AS now, {LAST} AS last"
# An event that has its place never gets another, whatever its transaction id says after a restore.
UNPLACED = """
NOT EXISTS (SELECT FROM event.log l WHERE l.plan_year = events.plan_year
    AND l.stream_id = events.stream_id AND l.stream_version = events.stream_version OFFSET 0)
"""
# What is done comes as values: inside the SQL a snapshot's parts force a sequential scan. The bound above
# is that of the statement's own snapshot: rows that a dump brought may have ids still to come here.
FRESH = f"""
SELECT {NAMES}, insert_order, (SELECT {NOW}) AS now, (SELECT {LAST}) AS last FROM event.events
WHERE ((xid >= $1::text::xid8 AND xid < (SELECT pg_snapshot_xmax(pg_current_snapshot())))
    OR xid = ANY($2::text[]::xid8[])) AND {UNPLACED}
ORDER BY insert_order LIMIT $3
"""
# The index holds `insert_order` too: with a bound above, a piece of a large backlog reads no row of the
# pieces behind it.
PIECE = f"""
SELECT {NAMES}, insert_order FROM event.events
WHERE ((xid >= $1::text::xid8 AND xid < $2::text::xid8) OR xid = ANY($3::text[]::xid8[]))
  AND NOT xid = ANY($4::text[]::xid8[]) AND insert_order > $5 AND insert_order <= $6 AND {UNPLACED}
ORDER BY insert_order LIMIT $7
"""
ALL_UNPLACED = f"""
SELECT {NAMES}, insert_order FROM event.events
WHERE insert_order > $1 AND insert_order <= $2 AND {UNPLACED} ORDER BY insert_order LIMIT $3
"""
LOG = """
INSERT INTO event.log (log_index, plan_year, stream_id, stream_version, event_id, leaf_hash, epoch)
SELECT * FROM unnest($1::bigint[], $2::smallint[], $3::uuid[], $4::integer[], $5::uuid[], $6::bytea[],
                     array_fill($7::bigint, ARRAY[cardinality($1::bigint[])]))
"""
SETTLE = """
UPDATE work.cursor SET done = $2, current = NULL, insert_order = 0, next_index = $3, cluster = $4
WHERE epoch = $1 RETURNING next_index
"""
# One statement and so one transaction: who no longer leads moves nothing, and so places nothing.
MOVE = """
WITH moved AS (
    UPDATE work.cursor SET done = $2, current = $3, insert_order = $4, next_index = $5
    WHERE epoch = $1 RETURNING epoch
), placed AS (
    INSERT INTO event.log (log_index, plan_year, stream_id, stream_version, event_id, leaf_hash, epoch)
    SELECT one.*, moved.epoch
    FROM moved, unnest($6::bigint[], $7::smallint[], $8::uuid[], $9::integer[], $10::uuid[], $11::bytea[]) one
)
SELECT epoch FROM moved
"""


class Deposed(Exception):
    """Another process has taken over; this one must stop."""


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A `pg_snapshot` taken apart: below `xmax` and not in `xip` is visible."""

    xmax: str
    xip: tuple[str, ...]

    @classmethod
    def parse(cls, text: str) -> "Snapshot":
        """From `xmin:xmax:xip,xip`."""
        _, xmax, xip = text.split(":")
        return cls(xmax, tuple(xip.split(",")) if xip else ())


@dataclass(slots=True)
class Cursor:
    """How far the log is, as `work.cursor` has it: nobody but the leader moves it.

    All that `done` sees has its place. `current` is the snapshot of a backlog that is being taken in pieces,
    up to `insert_order` so far.
    """

    done: str
    current: str | None
    insert_order: int
    next_index: int


class Sequencer:
    """One leader's work on one database; what writes is one statement that checks the leader's epoch."""

    def __init__(
        self, connection: asyncpg.Connection, epoch: int, cursor: Cursor, *, batch: int = BATCH
    ) -> None:
        self._connection = connection
        self._epoch = epoch
        self._cursor = cursor
        self._batch = batch
        self._end = 0  # the highest `insert_order` that a backlog can have
        self.has_more = False  # whether the last tick left some of what it had seen
        self.settled = 0  # how many events got their place before the first tick

    @classmethod
    async def start(cls, connection: asyncpg.Connection, *, batch: int = BATCH) -> "Sequencer":
        """Take the next epoch: whoever led before can write no more. In another cluster, settle in first."""
        (taken,) = await connection.fetch(TAKE_EPOCH)
        cursor = Cursor(taken["done"], taken["current"], taken["insert_order"], taken["next_index"])
        sequencer = cls(connection, taken["epoch"], cursor, batch=batch)
        cluster = await connection.fetchval(CLUSTER)
        if taken["cluster"] != cluster:
            await sequencer._settle(cluster)
        elif cursor.current:
            (here,) = await connection.fetch(HERE)
            sequencer._end = here["last"]
        return sequencer

    async def tick(self) -> int:
        """Sequence up to one batch; how many events got their place, 0 when none waits. Raises Deposed."""
        while self._cursor.current:
            if taken := await self._go_on(self._cursor.current):
                return taken
        return await self._begin()

    async def _begin(self) -> int:
        """Take what came since the last look; of more than a batch the snapshot stays, to go on by."""
        done = Snapshot.parse(self._cursor.done)
        rows = await self._connection.fetch(FRESH, done.xmax, done.xip, self._batch)
        if not rows:
            return 0  # moving the cursor would take a transaction id, and so give the next tick work again
        self._end = rows[0]["last"]
        is_all = len(rows) < self._batch
        await self._write(rows, rows[0]["now"], None if is_all else rows[-1]["insert_order"])
        return len(rows)

    async def _go_on(self, current: str) -> int:
        """Take the next piece of a backlog, short or empty where transactions were rolled back."""
        done, seen = Snapshot.parse(self._cursor.done), Snapshot.parse(current)
        after = self._cursor.insert_order
        until = after + self._batch
        place = done.xmax, seen.xmax, done.xip, seen.xip, after, until
        rows = await self._connection.fetch(PIECE, *place, self._batch)
        await self._write(rows, current, until if until < self._end else None)
        return len(rows)

    async def _settle(self, cluster: int) -> None:
        """Give a place to whatever has none, by looking at all; then snapshots tell."""
        first = self._cursor.next_index
        async with self._connection.transaction(isolation="repeatable_read"):
            await self._connection.execute(UNHURRIED)
            (here,) = await self._connection.fetch(HERE)
            index, after = first, 0
            while rows := await self._unplaced(after, here["last"]):
                await self._connection.execute(LOG, *await _places(index, rows), self._epoch)
                index, after = index + len(rows), rows[-1]["insert_order"]
            if await self._connection.fetchval(SETTLE, self._epoch, here["now"], index, cluster) is None:
                raise Deposed
        self._cursor = Cursor(here["now"], None, 0, index)
        self.settled = index - first

    async def _unplaced(self, after: int, last: int) -> list[asyncpg.Record]:
        """What is near, as long as there is some; else a look at all."""
        near = await self._connection.fetch(ALL_UNPLACED, after, after + self._batch, self._batch)
        return near or await self._connection.fetch(ALL_UNPLACED, after, last, self._batch)

    async def _write(self, rows: list[asyncpg.Record], seen: str, reached: int | None) -> None:
        """Give `rows` their places. `reached` says how far in a backlog that was, None at its end."""
        first, is_all = self._cursor.next_index, reached is None
        moved = Cursor(
            done=seen if is_all else self._cursor.done,
            current=None if is_all else seen,
            insert_order=reached or 0,
            next_index=first + len(rows),
        )
        place = moved.done, moved.current, moved.insert_order, moved.next_index
        if not await self._connection.fetch(MOVE, self._epoch, *place, *await _places(first, rows)):
            raise Deposed
        self._cursor, self.has_more = moved, not is_all


async def _places(first: int, rows: list[asyncpg.Record]) -> tuple[list[object], ...]:
    hashes: list[object] = []
    async for piece in in_turns(rows):
        hashes += [leaf_hash(envelope(row)) for row in piece]
    return (
        list(range(first, first + len(rows))),
        [row["plan_year"] for row in rows],
        [row["stream_id"] for row in rows],
        [row["stream_version"] for row in rows],
        [row["event_id"] for row in rows],
        hashes,
    )


async def sequence(
    connection: asyncpg.Connection, written: asyncio.Event, grown: Callable[[int], None]
) -> None:
    """Tick until deposed: when `written` is set here, else now and then.

    `grown` is told how many events got their place.
    """
    sequencer = await Sequencer.start(connection)
    if sequencer.settled:
        grown(sequencer.settled)
    idle, not_before = IDLE, 0.0
    while True:
        await asyncio.sleep(not_before - time.monotonic())
        was_told = written.is_set()
        written.clear()
        began = time.monotonic()
        if taken := await sequencer.tick():
            grown(taken)
            not_before = began + PACE
        idle = idle_after(idle, taken, was_told=was_told)
        if sequencer.has_more:  # else what came since has set `written`
            not_before = 0.0
            continue
        with suppress(TimeoutError):
            async with asyncio.timeout(idle):
                await written.wait()


def idle_after(idle: float, taken: int, *, was_told: bool) -> float:
    """Seconds until the next look where nobody tells: soon again while others write, else ever less often."""
    if taken:
        return idle if was_told else IDLE
    return min(idle * 1.1, LONGEST_IDLE)
