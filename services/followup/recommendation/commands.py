"""What may be asked of one employee's follow-up of one year."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from uuid import UUID

from services.followup.recommendation.events import Outcome
from shared.regulation.followup_rules import CompetenceSeen
from shared.regulation.rating import Predicate
from shared.store.encrypted import Encrypted


@dataclass(frozen=True, kw_only=True)
class ReceiveResult:
    """A result as published or corrected; `year_before` is the last year's predicate, if known here."""

    on: date
    evaluation_id: UUID
    result_event_id: UUID
    result_version: int
    predicate: Predicate
    result_rating: str
    behavior_rating: str
    reports_on_time: int
    reports_due: int
    unit_id: UUID
    appraiser_id: UUID
    competences: tuple[CompetenceSeen, ...]
    feedback_ids: tuple[UUID, ...]
    year_before: Predicate | None


@dataclass(frozen=True, kw_only=True)
class AcceptRecommendation:
    """`day` completes it: a course's last day, a session's date, a period's first day."""

    recommendation_id: UUID
    on: date
    reason_code: str
    day: date | None = None


@dataclass(frozen=True, kw_only=True)
class DeclineRecommendation:
    """`has_reason` tells whether the reason is also put into words."""

    recommendation_id: UUID
    on: date
    reason_code: str
    has_reason: bool


@dataclass(frozen=True, kw_only=True)
class ReviewRecommendation:
    """Look again at what was accepted on a result since corrected: it `stands`, or is taken back."""

    recommendation_id: UUID
    stands: bool
    has_reason: bool


@dataclass(frozen=True, kw_only=True)
class RecordTrainingCompletion:
    """What a training system answers; `on` is the agency's day of its message."""

    on: date
    assignment_id: UUID
    completed_on: date
    hours: Decimal
    certificate_number: Encrypted[str]


@dataclass(frozen=True, kw_only=True)
class RecordGuidance:
    """A session was held, with what was agreed, and when the next one is, if any."""

    recommendation_id: UUID
    on: date
    held_on: date
    notes: Encrypted[str]
    has_notes: bool
    next_session_on: date | None = None


@dataclass(frozen=True, kw_only=True)
class EndImprovement:
    """Close the improvement period."""

    recommendation_id: UUID
    on: date
    outcome: Outcome
    has_reason: bool


FollowupCommand = (
    ReceiveResult
    | AcceptRecommendation
    | DeclineRecommendation
    | ReviewRecommendation
    | RecordTrainingCompletion
    | RecordGuidance
    | EndImprovement
)
