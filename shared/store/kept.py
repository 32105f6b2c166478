"""The records that a process met last, folded: the next command reads only what came since."""

from collections import OrderedDict
from dataclasses import fields, is_dataclass
from typing import Any, Generic, NamedTuple, TypeVar

from shared.store.encrypted import Encrypted
from shared.store.stream import Stream

KEPT = 2000
S = TypeVar("S")


class Known(NamedTuple, Generic[S]):
    """A record as far as it was read."""

    version: int
    state: S


class Kept:
    """State by stream at a version, those used last. No text about a person is kept in clear."""

    def __init__(self, most: int = KEPT) -> None:
        self._most = most
        self._found: OrderedDict[Stream, Known[Any]] = OrderedDict()

    def get(self, stream: Stream) -> Known[Any] | None:
        """What was kept; whoever reads on from there has the record as it is."""
        return self._found.get(stream)

    def keep(self, stream: Stream, version: int, state: Any) -> None:
        """Remember a state that was folded from what is stored."""
        self._found[stream] = Known(version, state)
        self._found.move_to_end(stream)
        if len(self._found) > self._most:
            self._found.popitem(last=False)

    def drop(self, stream: Stream) -> None:
        """Have the whole stream read the next time."""
        self._found.pop(stream, None)


def is_clear(value: Any) -> bool:
    """Whether a text that is to be encrypted is somewhere in `value`, not encrypted yet."""
    match value:
        case Encrypted():
            return not value.is_stored
        case tuple() | list():
            return any(map(is_clear, value))
        case dict():
            return any(map(is_clear, value.values()))
        case _:
            return is_dataclass(value) and any(is_clear(getattr(value, one.name)) for one in fields(value))
