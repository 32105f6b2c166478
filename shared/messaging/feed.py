"""A foreign topic mirrored into a table of one's own: no event, only the newest known."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from shared.messaging.incoming import Raw
from shared.projection.projection import Change


@dataclass(frozen=True, slots=True)
class Feed:
    """`fold` turns messages, oldest first, into changes; a message it can't read it leaves out and logs."""

    topic: str
    fold: Callable[[Sequence[Raw]], list[Change]]
