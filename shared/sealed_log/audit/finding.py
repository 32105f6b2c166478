"""What an audit can find, and the event it names."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

import orjson

ALTERED, REMOVED, INSERTED, REORDERED = "altered", "removed", "inserted", "reordered"
CHECKPOINT, KEY, UNPUBLISHED = "checkpoint", "badkey", "unpublished"
# A place outside the log; an event that the topic alone tells otherwise; a table that is not as it was made.
STRAY, TOPIC, STRUCTURE = "stray", "topic", "structure"


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """What names an event to a person; what nobody kept is None."""

    stream_kind: str | None = None
    stream_id: UUID
    version: int
    type: str | None = None
    recorded_at: datetime | None = None

    @classmethod
    def of_row(cls, row: Any) -> "Event":
        """From a row of `event.events`."""
        return cls(
            stream_kind=row["stream_kind"],
            stream_id=row["stream_id"],
            version=row["stream_version"],
            type=row["type"],
            recorded_at=row["recorded_at"],
        )

    @classmethod
    def of_place(cls, row: Any) -> "Event":
        """From a place of the log (`placed`, `version`) and the row that stands there, if one does."""
        if row["event_id"] is None:
            return cls(stream_id=row["placed"], version=row["version"])
        return cls.of_row(row)

    @classmethod
    def of_envelope(cls, written: bytes) -> "Event":
        """From an envelope of the log topic."""
        said = orjson.loads(written)
        return cls(
            stream_kind=said["stream_kind"],
            stream_id=UUID(said["stream_id"]),
            version=said["stream_version"],
            type=said["type"],
            recorded_at=datetime.fromisoformat(said["recorded_at"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing that is not as it was signed. `index` is a place in the log, swapped with `other`.

    A checkpoint that does not agree names the first and last index that it can be about.
    """

    kind: str
    index: int | None = None
    event: Event | None = None
    other: int | None = None
    why: str = ""

    @property
    def is_named_here(self) -> bool:
        """Whether the event is one that the database holds and the log topic does not."""
        return self.kind in (INSERTED, STRAY, TOPIC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Suspect:
    """A place whose event is not the one that was hashed. `is_hashed` and `was` are leaf hashes.

    `is_second` says that the place has an event, and this is one more.
    """

    index: int
    expected: UUID | None
    was: bytes
    is_hashed: bytes | None
    found: UUID | None
    event: Event
    is_second: bool = False


def judged(suspects: Sequence[Suspect]) -> list[Finding]:
    """Missing events are removed, one more in a place is inserted, two in each other's are reordered.

    All else is altered.
    """
    places = [one for one in suspects if not one.is_second]
    by_hash = {one.was: one for one in places}
    by_id = {one.expected: one for one in places}
    found = [Finding(kind=INSERTED, index=one.index, event=one.event) for one in suspects if one.is_second]
    for one in places:
        other = None
        if one.is_hashed is not None:
            other = by_hash.get(one.is_hashed) or (by_id.get(one.found) if one.found else None)
        if one.is_hashed is None:
            found.append(Finding(kind=REMOVED, index=one.index, event=one.event))
        elif other is not None and other.index != one.index:
            found.append(Finding(kind=REORDERED, index=one.index, event=one.event, other=other.index))
        else:
            found.append(Finding(kind=ALTERED, index=one.index, event=one.event))
    return found


def named(findings: Iterable[Finding], originals: dict[int, bytes]) -> list[Finding]:
    """The same, with the event that the log topic holds under the index, where it is not named here."""
    return [
        replace(one, event=Event.of_envelope(originals[one.index]))
        if one.index in originals and not one.is_named_here
        else one
        for one in findings
    ]
