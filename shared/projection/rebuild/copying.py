"""Fills the fresh tables: ranges of streams, each read in order, folded and copied in one transaction."""

import asyncio
from collections.abc import Callable, Sequence
from contextlib import aclosing
from dataclasses import dataclass
from itertools import pairwise
from uuid import UUID

import asyncpg
from asyncpg.cursor import Cursor
from sqlalchemy import Table

from shared.projection.projection import Change, Reader
from shared.projection.rebuild.glimpse import LOOKED_AT, Glimpses, LooksFurther
from shared.projection.rebuild.refusals import TakenOver
from shared.projection.rebuild.tables import fresh
from shared.projection.writing import merged
from shared.store.append import Connection
from shared.store.keyring import NOBODY
from shared.store.statements import COLUMNS
from shared.store.store import Store
from shared.store.unit import Recorded

PER_RANGE = 100_000  # events, about: what a kill costs, and one commit
AT_ONCE = 2_000  # events in memory, and those of the longest stream
SPACE = 1 << 32  # streams are spread over the first four bytes of their ids

SIZES = """
SELECT plan_year, count(*) AS events FROM event.log WHERE log_index <= $1 GROUP BY plan_year ORDER BY 1
"""
EVENTS = """
SELECT l.log_index, {columns}
FROM event.events e JOIN event.log l USING (plan_year, stream_id, stream_version)
WHERE e.plan_year = $1 AND e.stream_id BETWEEN $2 AND $3 AND l.log_index <= $4
  AND l.plan_year = $1 AND l.stream_id BETWEEN $2 AND $3
ORDER BY e.stream_id, e.stream_version
"""
ALL = EVENTS.format(columns=", ".join(f"e.{name}" for name, _ in COLUMNS))
PART = EVENTS.format(columns=", ".join(f"e.{name}" for name in LOOKED_AT))
MARK = """
INSERT INTO rebuild.copied (reader, plan_year, low, events)
SELECT reader, $3, $4, $5 FROM rebuild.runs WHERE reader = $1 AND token = $2 FOR SHARE
"""


@dataclass(frozen=True, slots=True)
class Range:
    """The streams of a year whose ids lie between two, both of them included."""

    plan_year: int
    low: UUID
    high: UUID


@dataclass(frozen=True, slots=True)
class Filling:
    """Who fills, by which run, up to which place of the log."""

    reader: Reader
    token: UUID
    until: int


async def ranges(connection: Connection, until: int) -> list[Range]:
    """All streams of the log up to `until`, cut by their ids; the same log gives the same ranges."""
    found: list[Range] = []
    for row in await connection.fetch(SIZES, until):
        parts = -(-row["events"] // PER_RANGE)
        edges = [SPACE * at // parts << 96 for at in range(parts + 1)]
        found += [Range(row["plan_year"], UUID(int=low), UUID(int=high - 1)) for low, high in pairwise(edges)]
    return found


class Ahead:
    """A cursor whose next rows are on their way while these are worked on."""

    def __init__(self, cursor: Cursor) -> None:
        self._cursor = cursor
        self._coming = asyncio.ensure_future(cursor.fetch(AT_ONCE))

    async def next(self) -> list[asyncpg.Record]:
        """The next rows; none at the end."""
        rows: list[asyncpg.Record] = await self._coming
        if rows:
            self._coming = asyncio.ensure_future(self._cursor.fetch(AT_ONCE))
            await asyncio.sleep(0)  # so that it is asked for before we work
        return rows

    async def aclose(self) -> None:
        """Want no more rows."""
        self._coming.cancel()
        await asyncio.gather(self._coming, return_exceptions=True)


def before_the_last(rows: Sequence[Recorded]) -> int:
    """How many of `rows` come before those of the last stream, of which more may follow."""
    count = len(rows)
    while count and rows[count - 1].stream == rows[-1].stream:
        count -= 1
    return count


class Copier:
    """Reads on one connection and writes on another, so that the server does both while we fold."""

    def __init__(self, store: Store, reading: Connection, writing: Connection, filling: Filling) -> None:
        self._store = store
        self._reading = reading
        self._writing = writing
        self._filling = filling
        self._glimpses = True
        self._tables = {one.fullname: (fresh(one), list(one.columns.keys())) for one in filling.reader.tables}

    async def copy(self, part: Range, tell: Callable[[int], None]) -> None:
        """Fold a range and copy its rows. Raises UnreadableEvent, TakenOver."""
        told = 0

        def heard(events: int) -> None:
            nonlocal told
            told += events
            tell(events)

        try:
            await self._copy(part, heard)
        except LooksFurther:
            tell(-told)
            self._glimpses = False
            await self._copy(part, tell)

    async def _copy(self, part: Range, tell: Callable[[int], None]) -> None:
        filling, events = self._filling, 0
        query, seen = (PART, Glimpses(self._store.codec).of) if self._glimpses else (ALL, self._whole)
        async with (
            self._writing.transaction(),
            self._reading.transaction(isolation="repeatable_read", readonly=True),
        ):
            cursor = await self._reading.cursor(query, part.plan_year, part.low, part.high, filling.until)
            async with aclosing(Ahead(cursor)) as ahead:
                held: list[Recorded] = []
                while chunk := await ahead.next():
                    held += map(seen, chunk)
                    whole = before_the_last(held)
                    await self._fold(held[:whole])
                    held = held[whole:]
                    events += len(chunk)
                    tell(len(chunk))
                await self._fold(held)
            mark = (filling.reader.reader, filling.token, part.plan_year, part.low, events)
            if await self._writing.execute(MARK, *mark) != "INSERT 0 1":
                raise TakenOver

    def _whole(self, row: asyncpg.Record) -> Recorded:
        return self._store.codec.read(row, row["log_index"])

    async def _fold(self, rows: Sequence[Recorded]) -> None:
        if rows:
            await self._store.keyring.load(row.subject_id or NOBODY for row in rows)
            await self._write(await self._filling.reader.changes(rows, self._store))

    async def _write(self, changes: Sequence[Change]) -> None:
        rows: dict[str, list[tuple[object, ...]]] = {}
        for row in merged(changes):
            if row.values is not None:
                _, columns = self._tables[row.table]
                found = {**row.key, **row.values}
                rows.setdefault(row.table, []).append(tuple(map(found.get, columns)))
        for name, records in rows.items():
            table, columns = self._tables[name]
            await self._writing.copy_records_to_table(
                table.name, schema_name=table.schema, columns=columns, records=records
            )


def beside(changes: Sequence[Change], tables: Sequence[Table]) -> list[Change]:
    """The same changes, of the fresh tables."""
    fresh_of = {table.fullname: fresh(table) for table in tables}
    return [Change(fresh_of[one.table.fullname], one.key, one.values) for one in changes]
