"""Cuts a list into numbered pages whose number, beside the filters, stands in the address."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar
from urllib.parse import urlencode

Row = TypeVar("Row")

PER_PAGE = 20
AROUND = 2


@dataclass(frozen=True, slots=True)
class Page:
    """Page `number` (from 1) of a list of `count` rows at `path` with `query` as its filters."""

    path: str
    number: int
    count: int
    query: Mapping[str, str]
    size: int = PER_PAGE

    @classmethod
    def read(cls, path: str, query: Mapping[str, str], count: int, size: int = PER_PAGE) -> "Page":
        """From the address: `halaman` out of range is brought into it, all other keys are kept."""
        asked = query.get("halaman", "1")
        last = max(1, -(-count // size))
        number = min(max(int(asked), 1), last) if asked.isdecimal() else 1
        kept = {name: value for name, value in query.items() if name != "halaman" and value}
        return cls(path, number, count, kept, size)

    @property
    def last(self) -> int:
        """The number of the last page; an empty list has one."""
        return max(1, -(-self.count // self.size))

    @property
    def offset(self) -> int:
        """How many rows stand before this page."""
        return (self.number - 1) * self.size

    def of(self, rows: Sequence[Row]) -> Sequence[Row]:
        """The rows of this page, from the whole list."""
        return rows[self.offset : self.offset + self.size]

    @property
    def previous(self) -> str:
        """The address of the page before, or nothing."""
        return self.href(self.number - 1) if self.number > 1 else ""

    @property
    def next(self) -> str:
        """The address of the page after, or nothing."""
        return self.href(self.number + 1) if self.number < self.last else ""

    @property
    def numbers(self) -> list[tuple[int, str, bool]]:
        """The pages around this one as (number, address, whether it is this one)."""
        first = max(1, self.number - AROUND)
        final = min(self.last, self.number + AROUND)
        return [(number, self.href(number), number == self.number) for number in range(first, final + 1)]

    def href(self, number: int) -> str:
        """The address of page `number` with the same filters."""
        return f"{self.path}?{urlencode({**self.query, 'halaman': number})}"
