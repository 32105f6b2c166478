"""A foreign topic mirrored into a table of one's own: no event, only the newest known."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

from shared.messaging.incoming import Raw
from shared.projection.projection import Change
from shared.store.append import Connection


@dataclass(frozen=True, slots=True)
class Feed:
    """`fold` turns messages, oldest first, into changes; a message it can't read it leaves out and logs.

    `newer` leaves out, in the same transaction, what is older than what the table knows.
    """

    topic: str
    fold: Callable[[Sequence[Raw]], list[Change]]
    newer: Callable[[Sequence[Raw], Connection], Awaitable[list[Raw]]]
