"""A rule's table through time: what held on a given date, and where it is written."""

from dataclasses import dataclass
from datetime import date
from typing import Generic, TypeVar

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Row(Generic[T]):
    """A value in force from `valid_from` (local date) until a later row; `citation`: regulation, article."""

    valid_from: date
    value: T
    citation: str


class NoRuleYet(LookupError):
    """No row was in force on the date asked for."""


@dataclass(frozen=True, slots=True)
class Dated(Generic[T]):
    """The rows of one rule, named by `rule_id`."""

    rule_id: str
    rows: tuple[Row[T], ...]

    def on(self, day: date) -> Row[T]:
        """The row in force on `day`. Raises NoRuleYet before the first."""
        in_force = [row for row in self.rows if row.valid_from <= day]
        if not in_force:
            raise NoRuleYet(self.rule_id)
        return max(in_force, key=lambda row: row.valid_from)
