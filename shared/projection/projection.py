"""A read table as a pure fold over the log: many events in, one upsert per table out."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from sqlalchemy import Table

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

    async def changes(self, rows: Sequence[Recorded], store: Store) -> list[Change]:
        """What `rows` come to. The keys that are there for the texts of these very events are held."""
        ...


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
