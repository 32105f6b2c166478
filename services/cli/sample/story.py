"""What one person's year holds: data that the player turns into commands."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

SCHEDULED_DAY = 5


class End(StrEnum):
    """How far a plan came."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    RETURNED = "returned"
    AGREED = "agreed"
    REVISING = "revising"
    REVISION_SUBMITTED = "revision_submitted"
    REVISED = "revised"


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """A line of the sample's people; `role` is the part somebody plays in it, empty for most."""

    employee_id: UUID
    nip: str
    name: str
    position: str
    unit: str
    appraiser_nip: str
    valid_from: str
    work: str
    part: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Indicator:
    """An indicator of a plan."""

    title: str
    aspect: str
    target: str
    unit: str
    direction: str = "higher"
    due_day: int | None = None


@dataclass(frozen=True, slots=True)
class Result:
    """A planned result of a plan."""

    title: str
    indicators: tuple[Indicator, ...]


@dataclass(frozen=True, slots=True)
class Seen:
    """A competence that a feedback notes."""

    code: str
    kind: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """One month of one indicator, both by their place in the plan."""

    at: datetime
    result: int
    indicator: int
    month: int
    realised: str
    action: str
    completed_on: date | None = None
    evidence: tuple[str, ...] = ()
    accepted: tuple[datetime, date, str] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Feedback:
    """Said by the appraiser of that day about a planned result, or about a value."""

    at: datetime
    kind: str
    seen: str
    next_step: str
    competences: tuple[Seen, ...] = ()
    result: int | None = None
    value: str | None = None
    answer: tuple[datetime, str] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Rating:
    """What the appraiser chooses, and says where it differs from what the numbers suggest."""

    at: datetime
    result: str
    behavior: str
    reason: str
    published_at: datetime | None
    read_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Correction:
    """What the appraiser's superior sets right."""

    at: datetime
    result: str
    behavior: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Returned:
    """Given back once, and sent again."""

    at: datetime
    code: str
    reason: str
    again_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Revision:
    """Opened after agreement; the added result is what changed."""

    at: datetime
    code: str
    reason: str
    added: Result
    submitted_at: datetime
    agreed_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Year:
    """All of it, in the order of time within each part."""

    person: Person
    year: int
    end: End
    results: tuple[Result, ...]
    drafted_at: datetime
    submitted_at: datetime
    agreed_at: datetime
    returned: Returned | None = None
    expectation: tuple[str, str] | None = None
    reports: tuple[Report, ...] = ()
    feedback: tuple[Feedback, ...] = ()
    rating: Rating | None = None
    correction: Correction | None = None
    revision: Revision | None = None
