"""A unit of work: one command's id, its events and its answer, appended together or not at all."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Generic, TypeVar, dataclass_transform
from uuid import UUID

from shared.decider import Decider
from shared.store.event import Catalogue
from shared.store.stream import Stream

S = TypeVar("S")
C = TypeVar("C")
E = TypeVar("E")

Outcome = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Aggregate(Generic[S, C, E]):
    """One kind of stream: its rules and its events."""

    kind: str
    decider: Decider[S, C, E]
    catalogue: Catalogue


@dataclass(frozen=True, slots=True, kw_only=True)
class Intent:
    """Who asks, as what, for whom, when and why: everything about a command but the command.

    `at` is the instant to decide by (UTC). `recorded_at` is None except in tests and in
    `ENVIRONMENT=demo`: the database says when something was recorded.
    `request_hash` is the SHA-256 of what was asked, to tell a repeat from another request.
    """

    command_id: UUID
    caller: str
    request_hash: bytes
    actor_id: UUID
    acting_role: str
    at: datetime
    correlation_id: UUID
    on_behalf_of: UUID | None = None
    reason_code: str | None = None
    reason_text: str | None = None
    effective_on: date | None = None
    causation_id: UUID | None = None
    traceparent: str | None = None
    recorded_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Unit:
    """Appended in one statement. Without a stream, or without events, only the command is remembered.

    An effect follows from a message, which nobody can be asked to take back: a text about an erased person
    is then lost, where a command with such a text is refused.
    """

    intent: Intent
    outcome: Outcome
    stream: Stream | None = None
    expected: int = 0
    events: tuple[Any, ...] = ()
    subject_id: UUID | None = None
    is_effect: bool = False


@dataclass(frozen=True, slots=True)
class Appended:
    """Durable: `version` is the stream's version now."""

    version: int


@dataclass(frozen=True, slots=True)
class Repeated:
    """The same command was done before; this is what was answered then."""

    outcome: Outcome


@dataclass(frozen=True, slots=True)
class Conflict:
    """Somebody else wrote to the stream first; nothing of this unit was stored."""


@dataclass(frozen=True, slots=True)
class Mismatch:
    """The command id was used before for another request; nothing of this unit was stored."""


Answer = Appended | Repeated | Conflict | Mismatch


@dataclass_transform(frozen_default=True, kw_only_default=True)
def recorded(cls: type[S]) -> type[S]:
    """A frozen dataclass to mypy alone: made for every event read, and freezing costs most of its making."""
    return dataclass(slots=True, kw_only=True)(cls)


@recorded
class Recorded:
    """A stored event with its envelope (architecture, rule 3). `log_index` is None until it is sequenced."""

    event_id: UUID
    agency: str
    service: str
    stream: Stream
    stream_version: int
    type: str
    schema_version: int
    subject_id: UUID | None
    actor_id: UUID
    acting_role: str
    on_behalf_of: UUID | None
    reason_code: str | None
    reason_text: Any
    effective_on: date | None
    recorded_at: datetime
    command_id: UUID
    correlation_id: UUID
    causation_id: UUID | None
    traceparent: str | None
    event: Any
    log_index: int | None = None
