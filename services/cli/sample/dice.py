"""Chance that falls the same way on every machine and every Python."""

from collections.abc import Sequence
from hashlib import sha256
from typing import TypeVar

T = TypeVar("T")


class Dice:
    """Throws made of a name: the same name throws the same."""

    def __init__(self, *name: object) -> None:
        self._name = "/".join(map(str, name))
        self._thrown = 0

    def fraction(self) -> float:
        """From 0 up to 1."""
        self._thrown += 1
        digest = sha256(f"{self._name}/{self._thrown}".encode()).digest()
        return int.from_bytes(digest[:6]) / 2**48

    def chance(self, share: float) -> bool:
        """True in `share` of all throws."""
        return self.fraction() < share

    def between(self, low: int, high: int) -> int:
        """A whole number, both ends included."""
        return low + int(self.fraction() * (high - low + 1))

    def pick(self, options: Sequence[T]) -> T:
        """One of them."""
        return options[self.between(0, len(options) - 1)]
