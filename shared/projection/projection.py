"""A read table as a pure fold over the log: many events in, one upsert per table out."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import orjson
from sqlalchemy import Table

from shared.store.append import Connection
from shared.store.store import Store
from shared.store.unit import Recorded


@dataclass(frozen=True, slots=True)
class Change:
    """Set some columns of one row, made if it is not there; `values` None deletes it.

    Only key columns of a read table may be NOT NULL, because a row can be made by any of its changes.
    """

    table: Table
    key: dict[str, Any]
    values: dict[str, Any] | None


class Reader(Protocol):
    """What the runner runs: something with a name and tables of its own."""

    @property
    def reader(self) -> str: ...

    @property
    def tables(self) -> tuple[Table, ...]: ...

    async def changes(self, rows: Sequence[Recorded], store: Store) -> list[Change]: ...


@dataclass(frozen=True, slots=True)
class Projection:
    """`fold` is pure and sees many streams in the log's order. A new `version` starts from the beginning."""

    name: str
    version: int
    tables: tuple[Table, ...]
    fold: Callable[[Sequence[Recorded]], list[Change]]

    @property
    def reader(self) -> str:
        """The name its bookmark goes by."""
        return f"{self.name}.v{self.version}"

    async def changes(self, rows: Sequence[Recorded], store: Store) -> list[Change]:
        """What `fold` makes of `rows`."""
        del store
        return self.fold(rows)


Key = tuple[str, tuple[tuple[str, Any], ...]]


@dataclass(slots=True)
class Merged:
    """All changes of one row in a batch, as one."""

    table: Table
    key: dict[str, Any]
    values: dict[str, Any] | None
    deleted_first: bool = False


def merged(changes: Iterable[Change]) -> list[Merged]:
    """One change per row: later columns win; what follows a delete starts from nothing."""
    rows: dict[Key, Merged] = {}
    for change in changes:
        key: Key = (str(change.table), tuple(sorted(change.key.items(), key=lambda item: item[0])))
        row = rows.setdefault(key, Merged(change.table, change.key, {}))
        if change.values is None:
            row.values, row.deleted_first = None, True
        else:
            row.values = {**(row.values or {}), **change.values}
    return list(rows.values())


async def write(connection: Connection, changes: Iterable[Change]) -> None:
    """Write a batch of changes: per table one delete and one upsert for each set of columns."""
    rows = merged(changes)
    gone: dict[str, tuple[Table, list[dict[str, Any]]]] = {}
    kept: dict[tuple[str, tuple[str, ...]], tuple[Merged, list[dict[str, Any]]]] = {}
    for row in rows:
        if row.deleted_first:
            gone.setdefault(str(row.table), (row.table, []))[1].append(row.key)
        if row.values is not None:
            shape = (str(row.table), tuple(sorted(row.values)))
            kept.setdefault(shape, (row, []))[1].append({**row.key, **row.values})
    for table, keys in gone.values():
        await connection.execute(delete_statement(table, list(keys[0])), as_json(keys))
    for first, values in kept.values():
        assert first.values is not None  # noqa: S101 - only rows with values are kept
        statement = upsert_statement(first.table, list(first.key), sorted(first.values))
        await connection.execute(statement, as_json(values))


def as_json(rows: list[dict[str, Any]]) -> str:
    """Rows as one JSON text, for `jsonb_populate_recordset`, which knows every column's type."""
    return orjson.dumps(rows, default=str).decode()


def upsert_statement(table: Table, key: list[str], columns: list[str]) -> str:
    """Insert rows, or set `columns` where `key` is already there."""
    names = ", ".join([*key, *columns])
    action = ", ".join(f"{name} = excluded.{name}" for name in columns)
    return (
        f"INSERT INTO {table} ({names}) SELECT {names}"
        f" FROM jsonb_populate_recordset(NULL::{table}, $1::text::jsonb)"
        f" ON CONFLICT ({', '.join(key)}) DO {f'UPDATE SET {action}' if columns else 'NOTHING'}"
    )


def delete_statement(table: Table, key: list[str]) -> str:
    """Delete the rows with these keys."""
    same = " AND ".join(f"t.{name} = k.{name}" for name in key)
    return (
        f"DELETE FROM {table} t USING jsonb_populate_recordset(NULL::{table}, $1::text::jsonb) k WHERE {same}"
    )
