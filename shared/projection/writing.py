"""How changes of read tables are written: one statement for a whole batch, together with its bookmarks."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import orjson

from shared.projection.projection import Change
from shared.store.append import Connection

# The bookmarks are locked in one order; all of them are still where the batch began, or nothing is written.
MOVE = """
WITH there AS (
    SELECT reader FROM work.bookmarks WHERE reader = ANY($1::text[]) AND log_index = $2
    ORDER BY reader FOR UPDATE
), moved AS (
    UPDATE work.bookmarks SET log_index = $3
    WHERE reader IN (SELECT reader FROM there) AND (SELECT count(*) FROM there) = cardinality($1::text[])
    RETURNING reader
)"""
MOVED = "SELECT count(*) FROM moved"
ALL_MOVED = "(SELECT count(*) FROM moved) = cardinality($1::text[])"

Shape = tuple[str, tuple[str, ...], tuple[str, ...]]
Row = dict[str, Any]


@dataclass(slots=True)
class Merged:
    """All changes of one row in a batch, as one."""

    table: str
    key: Row
    values: Row | None
    deleted_first: bool = False

    @property
    def shape(self) -> Shape:
        """The table with the columns that are given; rows of one shape are one statement."""
        return self.table, tuple(self.key), tuple(self.values or ())


def merged(changes: Iterable[Change]) -> list[Merged]:
    """One change per row: later columns win; what follows a delete starts from nothing."""
    rows: dict[object, Merged] = {}
    for change in changes:
        table = change.table.fullname
        at = (table, *change.key.values())
        row = rows.get(at)
        if row is None:
            row = rows[at] = Merged(table, change.key, {})
        if change.values is None:
            row.values, row.deleted_first = None, True
        else:
            row.values = {**row.values, **change.values} if row.values else change.values
    return list(rows.values())


def grouped(rows: Iterable[Merged]) -> dict[Shape, list[Row]]:
    """What is to be there afterwards, by shape."""
    kept: dict[Shape, list[Row]] = {}
    for row in rows:
        if row.values is not None:
            kept.setdefault(row.shape, []).append({**row.key, **row.values})
    return kept


async def apply(
    connection: Connection, changes: Iterable[Change], readers: Sequence[str], span: tuple[int, int]
) -> bool:
    """Write a batch and move the bookmarks of `readers` over it; False and nothing if one was elsewhere."""
    rows = merged(changes)
    if any(row.deleted_first for row in rows):
        return await _apply_in_steps(connection, rows, readers, span)
    kept = grouped(rows)
    values = [as_json(found) for found in kept.values()]
    return bool(await connection.fetchval(_statement(tuple(kept)), list(readers), *span, *values))


async def _apply_in_steps(
    connection: Connection, rows: list[Merged], readers: Sequence[str], span: tuple[int, int]
) -> bool:
    async with connection.transaction():
        if not await connection.fetchval(f"{MOVE} {MOVED}", list(readers), *span):
            return False
        await _write(connection, rows)
    return True


async def write(connection: Connection, changes: Iterable[Change]) -> None:
    """Write a batch of changes: per table one delete and one upsert for each set of columns."""
    await _write(connection, merged(changes))


async def _write(connection: Connection, rows: list[Merged]) -> None:
    gone: dict[tuple[str, tuple[str, ...]], list[Row]] = {}
    for row in rows:
        if row.deleted_first:
            gone.setdefault((row.table, tuple(row.key)), []).append(row.key)
    for (table, key), keys in gone.items():
        await connection.execute(_delete(table, key), as_json(keys))
    for shape, values in grouped(rows).items():
        await connection.execute(_upsert(shape, "$1"), as_json(values))


@lru_cache(maxsize=256)
def _statement(shapes: tuple[Shape, ...]) -> str:
    upserts = [
        f"w{at} AS ({_upsert(shape, f'${at}', where=f'WHERE {ALL_MOVED}')})"
        for at, shape in enumerate(shapes, start=4)
    ]
    return f"{', '.join([MOVE, *upserts])} {MOVED}"


def _upsert(shape: Shape, source: str, *, where: str = "") -> str:
    table, key, columns = shape
    names = ", ".join([*key, *columns])
    action = ", ".join(f"{name} = excluded.{name}" for name in columns)
    return (
        f"INSERT INTO {table} ({names}) SELECT {names}"
        f" FROM jsonb_populate_recordset(NULL::{table}, {source}::text::jsonb) {where}"
        f" ON CONFLICT ({', '.join(key)}) DO {f'UPDATE SET {action}' if columns else 'NOTHING'}"
    )


def _delete(table: str, key: tuple[str, ...]) -> str:
    same = " AND ".join(f"t.{name} = k.{name}" for name in key)
    return (
        f"DELETE FROM {table} t USING jsonb_populate_recordset(NULL::{table}, $1::text::jsonb) k WHERE {same}"
    )


def as_json(rows: list[Row]) -> str:
    """Rows as one JSON text, for `jsonb_populate_recordset`, which knows every column's type."""
    return orjson.dumps(rows, default=str).decode()
