"""What a service flags for its auditor, asked of the last of some events."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from shared.projection.trail import Flag, Flags
from shared.store.stream import Stream
from shared.store.unit import Aggregate, Recorded

NOBODY = UUID(int=0)


def flags_of_the_last(
    flags: Flags, aggregate: Aggregate[Any, Any, Any], events: Sequence[Any]
) -> Sequence[Flag]:
    """The flags of the last event, after the ones before it."""
    before = aggregate.decider.fold(events[:-1])
    after = aggregate.decider.evolve(before, events[-1])
    return flags(recorded(aggregate.kind, events[-1], len(events)), before, after)


def recorded(kind: str, event: Any, version: int) -> Recorded:
    return Recorded(
        event_id=NOBODY,
        agency="CONTOH",
        service="",
        stream=Stream(kind, NOBODY, 2026),
        stream_version=version,
        type=type(event).__name__,
        schema_version=1,
        subject_id=None,
        actor_id=NOBODY,
        acting_role="system",
        on_behalf_of=None,
        reason_code=None,
        reason_text=None,
        effective_on=None,
        recorded_at=datetime(2026, 1, 15, tzinfo=UTC),
        command_id=NOBODY,
        correlation_id=NOBODY,
        causation_id=None,
        traceparent=None,
        event=event,
    )
