"""Fills the fresh tables: ranges of streams, each read in order, folded and copied in one transaction."""

import asyncio
from collections.abc import Callable, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass
from itertools import cycle, pairwise
from uuid import UUID

import asyncpg
from sqlalchemy import Table

from shared.projection.projection import Change, Reader
from shared.projection.rebuild.glimpse import LOOKED_AT, Glimpses, LooksFurther
from shared.projection.rebuild.refusals import TakenOver
from shared.projection.rebuild.tables import fresh
from shared.projection.writing import merged
from shared.store.append import Connection
from shared.store.codec import with_texts
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
# A range that was sorted early waits for its turn; it keeps nobody waiting but the vacuum.
PATIENT = "SET LOCAL idle_in_transaction_session_timeout = '10min'"
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
    """A range whose next rows are on their way while others are worked on; the first once it is sorted."""

    def __init__(self, connection: Connection) -> None:
        self._transaction = connection.transaction(isolation="repeatable_read", readonly=True)
        self._connection = connection
        self._is_open = False

    async def begin(self, query: str, *arguments: object) -> None:
        """Ask for the rows of `query`."""
        await self._transaction.start()
        self._is_open = True
        await self._connection.execute(PATIENT)
        self._cursor = await self._connection.cursor(query, *arguments)
        self._ask()

    def _ask(self) -> None:
        self._coming = asyncio.ensure_future(self._cursor.fetch(AT_ONCE))

    async def next(self) -> list[asyncpg.Record]:
        """The next rows; none at the end."""
        rows: list[asyncpg.Record] = await self._coming
        if rows:
            self._ask()
            await asyncio.sleep(0)  # so that it is asked for before we work
        return rows

    async def aclose(self) -> None:
        """Want no more rows."""
        if self._is_open:
            self._is_open = False
            self._coming.cancel()
            await asyncio.gather(self._coming, return_exceptions=True)
            await self._transaction.rollback()


def before_the_last(rows: Sequence[Recorded]) -> int:
    """How many of `rows` come before those of the last stream, of which more may follow."""
    count = len(rows)
    while count and rows[count - 1].stream == rows[-1].stream:
        count -= 1
    return count


class Copier:
    """Reads on two connections and writes on a third: the server sorts the next range while we fold one."""

    def __init__(
        self, store: Store, reading: Sequence[Connection], writing: Connection, filling: Filling
    ) -> None:
        self._store = store
        self._reading = cycle(reading)
        self._writing = writing
        self._filling = filling
        self._glimpses = True
        self._tables = {one.fullname: (fresh(one), list(one.columns.keys())) for one in filling.reader.tables}

    async def copy(self, parts: Sequence[Range], tell: Callable[[int], None]) -> None:
        """Fold ranges and copy their rows, each in one transaction. Raises UnreadableEvent, TakenOver."""
        left = list(parts)
        while left:
            try:
                await self._copy_all(left, tell)
            except LooksFurther:
                self._glimpses = False

    async def _copy_all(self, left: list[Range], tell: Callable[[int], None]) -> None:
        async with AsyncExitStack() as opened:
            coming = await self._begin(left[0], opened)
            while left:
                ahead = coming
                if len(left) > 1:
                    coming = await self._begin(left[1], opened)
                await self._copy(left[0], ahead, tell)
                await ahead.aclose()
                del left[0]

    async def _begin(self, part: Range, opened: AsyncExitStack) -> Ahead:
        ahead = Ahead(next(self._reading))
        await ahead.begin(
            PART if self._glimpses else ALL, part.plan_year, part.low, part.high, self._filling.until
        )
        opened.push_async_callback(ahead.aclose)
        return ahead

    async def _copy(self, part: Range, ahead: Ahead, tell: Callable[[int], None]) -> None:
        filling, events = self._filling, 0
        seen = Glimpses(self._store.codec).of if self._glimpses else self._whole
        held: list[Recorded] = []
        people: set[UUID] = set()
        try:
            async with self._writing.transaction():
                while chunk := await ahead.next():
                    held += map(seen, chunk)
                    people |= with_texts(chunk)
                    if whole := before_the_last(held):
                        await self._fold(held[:whole], people)
                        held, people = held[whole:], with_texts(chunk)  # the last stream began in this chunk
                    events += len(chunk)
                    tell(len(chunk))
                await self._fold(held, people)
                mark = (filling.reader.reader, filling.token, part.plan_year, part.low, events)
                if await self._writing.execute(MARK, *mark) != "INSERT 0 1":
                    raise TakenOver
        except LooksFurther:
            tell(-events)
            raise

    def _whole(self, row: asyncpg.Record) -> Recorded:
        return self._store.codec.read(row, row["log_index"])

    async def _fold(self, rows: Sequence[Recorded], people: set[UUID]) -> None:
        if rows:
            if people:
                await self._store.keyring.load(people)
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
