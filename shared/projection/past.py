"""A record as far as it can be read: an event that can't be is named, and the rest is told."""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import takewhile
from typing import Any, TypeVar

import structlog

from shared.sealed_log.readable import HASHABLE, NAMED
from shared.store.act import Loaded
from shared.store.event import UnreadableEvent
from shared.store.store import LAST, Store
from shared.store.stream import Stream
from shared.store.unit import Aggregate, Recorded

S = TypeVar("S")
log = structlog.get_logger()
STORED = f"""
SELECT {HASHABLE} AS is_hashable, {NAMED} FROM event.events e
WHERE e.plan_year = $1 AND e.stream_id = $2 AND e.stream_version <= $3 ORDER BY e.stream_version
"""


@dataclass(frozen=True, slots=True)
class Unread:
    """Stands for an event that can't be read; `recorded_at` and `effective_on` beside it may be None."""


async def past(store: Store, stream: Stream, *, until: int | None = None) -> list[Recorded]:
    """The events of a stream as `Store.read`; one that can't be read has `Unread` for its event, logged."""
    try:
        return await store.read(stream, until=until)
    except UnreadableEvent as error:
        log.error("event_unreadable", **error.facts)  # noqa: TRY400 - which and where; a traceback says no more
    last = LAST if until is None else until
    rows = await store.pool.fetch(STORED, stream.plan_year, stream.stream_id, last)
    return [_read(store, row) for row in rows]


async def load_past(store: Store, aggregate: Aggregate[S, Any, Any], stream: Stream) -> Loaded[S]:
    """The record as it was before the first event that can't be read, with all its events."""
    recorded = await past(store, stream)
    state = aggregate.decider.fold(one.event for one in whole(recorded))
    return Loaded(state, recorded[-1].stream_version if recorded else 0, tuple(recorded))


def whole(recorded: Iterable[Recorded]) -> Iterable[Recorded]:
    """The events before the first that can't be read: what a state can be folded from."""
    return takewhile(is_read, recorded)


def is_read(recorded: Recorded) -> bool:
    """Whether it holds its event."""
    return not isinstance(recorded.event, Unread)


def _read(store: Store, row: Any) -> Recorded:
    if not row["is_hashable"]:
        return store.codec.envelope(row, Unread())
    try:
        return store.codec.read(row)
    except UnreadableEvent:
        return store.codec.envelope(row, Unread())
