"""When an event should be under a signature: all that is placed is signed within seconds."""

from datetime import datetime, timedelta
from uuid import UUID

WITHIN = timedelta(minutes=1)


def is_due(event_id: UUID | None, now: datetime) -> bool:
    """Whether the event's signature is late, by the time in its id (UUIDv7, milliseconds since 1970).

    `recorded_at` is what a demonstration's clock says. An id from the future would wait for ever, so it is
    due as well.
    """
    made = 0 if event_id is None else event_id.int >> 80
    return abs(now.timestamp() * 1000 - made) > WITHIN.total_seconds() * 1000
