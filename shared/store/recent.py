"""The end of the log as this very process made it: who follows the log here need not ask for it."""

from collections import deque
from collections.abc import Iterable, Sequence
from itertools import islice
from typing import Any, NamedTuple

KEPT = 500


class Placed(NamedTuple):
    """A row of `event.events`, and its place in the log."""

    log_index: int
    row: Any


def placed(rows: Iterable[Any]) -> list[Placed]:
    """Rows of the log as they were asked for."""
    return [Placed(row["log_index"], row) for row in rows]


class Recent:
    """The events that got their places here last. They are durable there, and no place changes."""

    def __init__(self, most: int = KEPT) -> None:
        self._rows: deque[Any] = deque(maxlen=most)
        self._end = 0  # the first place behind them

    def add(self, first: int, rows: Sequence[Any]) -> None:
        """Those that have the places from `first` on now; where others came between, what was before goes."""
        if first != self._end:
            self._rows.clear()
        self._rows.extend(rows)
        self._end = first + len(rows)

    def clear(self) -> None:
        """Know nothing any more."""
        self._rows.clear()

    def after(self, index: int, limit: int) -> list[Placed]:
        """Up to `limit` events behind `index`, in the log's order; none where the database must be asked."""
        skipped = index + 1 - (self._end - len(self._rows))
        if skipped < 0:
            return []
        return [
            Placed(at, row)
            for at, row in enumerate(islice(self._rows, skipped, skipped + limit), start=index + 1)
        ]
