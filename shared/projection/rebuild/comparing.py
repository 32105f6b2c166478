"""What live and rebuilt table hold at one place of the log: counts, checksums, and which rows differ."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Table

from shared.projection.rebuild.tables import fresh
from shared.store.append import Connection

EXAMPLES = 3
SUM = 1 << 64


@dataclass(frozen=True, slots=True)
class Content:
    """How many rows, and a sum over all of them that does not depend on their order."""

    rows: int
    checksum: str


@dataclass(frozen=True, slots=True)
class Compared:
    """`differing` counts the rows that are not the same in both; `examples` are keys of some of them."""

    table: str
    live: Content
    rebuilt: Content
    differing: int = 0
    examples: tuple[str, ...] = ()

    @property
    def is_same(self) -> bool:
        return self.live == self.rebuilt


async def compare(connection: Connection, tables: Sequence[Table]) -> list[Compared]:
    """Compare each live table with the one beside it, as the transaction of `connection` sees them."""
    return [await _compare(connection, table) for table in tables]


async def _compare(connection: Connection, table: Table) -> Compared:
    names = (table.fullname, fresh(table).fullname)
    live, rebuilt = [await _content(connection, name, table) for name in names]
    if live == rebuilt:
        return Compared(table.name, live, rebuilt)
    count, examples = await _differences(connection, *names, table)
    return Compared(table.name, live, rebuilt, count, examples)


async def _content(connection: Connection, name: str, table: Table) -> Content:
    total = f"coalesce(sum(hashtextextended({_text('t', table)}, 0)), 0)"
    [(rows, found)] = await connection.fetch(f"SELECT count(*), {total} FROM {name} t")
    return Content(rows, f"{int(found) % SUM:016x}")


async def _differences(
    connection: Connection, live: str, rebuilt: str, table: Table
) -> tuple[int, tuple[str, ...]]:
    key = [column.name for column in table.primary_key]
    shown = f"concat_ws(' ', {', '.join(key)})"
    rows = await connection.fetch(f"""
        SELECT {shown}, count(*) OVER () FROM {live} l FULL JOIN {rebuilt} r USING ({", ".join(key)})
        WHERE l.{key[0]} IS NULL OR r.{key[0]} IS NULL
           OR {_text("l", table)} IS DISTINCT FROM {_text("r", table)}
        ORDER BY {", ".join(key)} LIMIT {EXAMPLES}""")
    return (rows[0]["count"] if rows else 0), tuple(row[0] for row in rows)


def _text(alias: str, table: Table) -> str:
    """A row as one text, its columns in the code's order."""
    return f"ROW({', '.join(f'{alias}.{column.name}' for column in table.columns)})::text"
