"""Tells a part that stands still although there is work from one that is slow, or has nothing to do."""

from collections.abc import Container
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Place:
    """Where a part was seen, and since when (seconds of a monotonic clock) it has work and stands there."""

    position: int
    since: float


class Progress:
    """Looks are compared: whoever had work at every look of `after` seconds, at one position, is stalled."""

    def __init__(self, after: float) -> None:
        self._after = after
        self._places: dict[str, Place] = {}

    def seen(self, part: str, position: int, lag: int, *, now: float) -> None:
        """One look at a part: how far it is, and how much it still has to do."""
        before = self._places.get(part)
        if before is None or lag <= 0 or position != before.position:
            self._places[part] = Place(position, now)

    def keep(self, parts: Container[str]) -> None:
        """Forget every part but these: the others are somebody else's now."""
        self._places = {part: place for part, place in self._places.items() if part in parts}

    def stalled(self, *, now: float) -> dict[str, str]:
        """The parts that stand still, with how long."""
        return {
            part: f"no progress for {now - place.since:.0f} s"
            for part, place in self._places.items()
            if now - place.since >= self._after
        }
