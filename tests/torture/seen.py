"""What the checker judges by: what was asked and answered, what is stored, what stands on the topic."""

from dataclasses import dataclass, field
from enum import StrEnum
from uuid import UUID


class Answer(StrEnum):
    """What a writer was told, or had to conclude."""

    APPENDED = "appended"
    REPEATED = "repeated"
    CONFLICT = "conflict"
    MISMATCH = "mismatch"
    UNDONE = "undone"  # the writer rolled it back itself
    UNKNOWN = "unknown"  # the connection or the server went away in between
    SILENCE = "silence"  # nothing was broken, and yet no answer came


@dataclass(frozen=True, slots=True)
class Request:
    """One thing asked, and every answer to it; `tokens` are its events' numbers, never used twice."""

    command_id: UUID
    stream_id: UUID
    plan_year: int
    expected: int
    tokens: tuple[int, ...]
    answers: tuple[Answer, ...] = ()
    version: int | None = None  # as the last acknowledgement said

    @property
    def acknowledged(self) -> bool:
        return Answer.APPENDED in self.answers or Answer.REPEATED in self.answers

    @property
    def open(self) -> bool:
        """Whether nobody knows if it was done."""
        return not self.answers or Answer.UNKNOWN in self.answers or Answer.SILENCE in self.answers


@dataclass(frozen=True, slots=True)
class Event:
    """A row of the event table; `token` is the number that its writer gave it."""

    event_id: UUID
    stream_id: UUID
    plan_year: int
    version: int
    token: int
    command_id: UUID
    causation_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class Entry:
    """A row of the log."""

    log_index: int
    plan_year: int
    stream_id: UUID
    version: int
    event_id: UUID


@dataclass(frozen=True, slots=True)
class Message:
    """A record on a topic."""

    partition: int
    offset: int
    key: str
    event_id: UUID
    log_index: int
    token: int


@dataclass(frozen=True, slots=True)
class Database:
    """What one service holds at the end. `projected` is its read table: (stream, version) to token."""

    events: list[Event]
    log: list[Entry]
    projected: dict[tuple[UUID, int], int] = field(default_factory=dict)
    parked: int = 0
