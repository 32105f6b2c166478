"""What may be asked of an evaluation; facts from elsewhere are looked up by the handler and stand here."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from uuid import UUID

from services.assessment.evaluation.events import NotedCompetence, PlanContent, PlanIdentity, ValueRating
from shared.regulation.rating import Rating


@dataclass(frozen=True, slots=True, kw_only=True)
class RegisterEvaluation:
    plan: PlanIdentity


@dataclass(frozen=True, slots=True, kw_only=True)
class NotePlanReturned:
    revision: int
    plan_reason_code: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenEvaluation:
    plan: PlanIdentity
    content: PlanContent


@dataclass(frozen=True, slots=True, kw_only=True)
class RevisePlan:
    plan: PlanIdentity
    content: PlanContent
    plan_reason_code: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MonthReport:
    """One month's report: the value it gave and how many days it was late (0 = on time)."""

    month: int
    realised: Decimal
    days_late: int
    has_evidence: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class IndicatorProgress:
    """What was reported on one indicator so far."""

    indicator_id: UUID
    reports: tuple[MonthReport, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class RateResults:
    """`appraiser_id` is the employee's appraiser on `on` (a local date), None when there is none.

    `same_reason`: the handler opened the reason of the rating of before and found the same text, or none.
    """

    rated_by: UUID
    appraiser_id: UUID | None
    on: date
    progress: tuple[IndicatorProgress, ...]
    chosen: Rating
    has_reason: bool
    same_reason: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class RateBehavior:
    rated_by: UUID
    appraiser_id: UUID | None
    on: date
    values: tuple[ValueRating, ...]
    chosen: Rating
    has_reason: bool
    same_reason: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class PublishResult:
    """`progress` again, so that a draft made from older numbers is noticed; `unit_id` is the unit on `on`."""

    published_by: UUID
    appraiser_id: UUID | None
    unit_id: UUID | None
    on: date
    progress: tuple[IndicatorProgress, ...]
    results_with_feedback: frozenset[UUID]
    competences: tuple[NotedCompetence, ...]
    feedback_ids: tuple[UUID, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class AcknowledgeResult:
    acknowledged_by: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class CorrectResult:
    """`supersedes` is the event of result version `corrects`; `superior_id` appraises the appraiser."""

    corrected_by: UUID
    appraiser_id: UUID | None
    superior_id: UUID | None
    on: date
    corrects: int
    supersedes: UUID
    result_rating: Rating
    behavior_rating: Rating
    has_reason: bool


EvaluationCommand = (
    RegisterEvaluation
    | NotePlanReturned
    | OpenEvaluation
    | RevisePlan
    | RateResults
    | RateBehavior
    | PublishResult
    | AcknowledgeResult
    | CorrectResult
)
