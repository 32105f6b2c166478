"""What happened to an evaluation; stored for ever."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Literal, get_args
from uuid import UUID

from shared.regulation.achievement import Aspect, Direction
from shared.regulation.behavior import Value
from shared.regulation.competences import CompetenceKind
from shared.regulation.computed import Computed
from shared.regulation.rating import PredicateFound, Rating
from shared.store.event import Catalogue, event


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanIdentity:
    """Which plan, in which revision; unit and appraiser are those of the day of the plan's message."""

    plan_id: UUID
    employee_id: UUID
    year: int
    segment: int
    revision: int
    unit_id: UUID
    appraiser_id: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class AssessedIndicator:
    """One indicator (IKI). `due_day` is set where a report is due on that day of the following month."""

    indicator_id: UUID
    title: str
    aspect: Aspect
    target: Decimal
    unit: str
    direction: Direction
    due_day: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class AssessedResult:
    """One planned result (RHK)."""

    result_id: UUID
    title: str
    kind: Literal["main", "additional"]
    indicators: tuple[AssessedIndicator, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanContent:
    """What the plan promises, and for which period."""

    period_from: date
    period_to: date
    results: tuple[AssessedResult, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class IndicatorAchievement:
    """How far one indicator came; `realised` is None where nothing was reported."""

    indicator_id: UUID
    realised: Computed | None
    achievement: Computed
    reports_on_time: int
    reports_due: int
    has_evidence: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ResultAchievement:
    """How far one planned result came, and the rating that this alone suggests."""

    result_id: UUID
    achievement: Computed
    suggested: Rating
    indicators: tuple[IndicatorAchievement, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Assessed:
    """All planned results in numbers. `suggestion_rule` names the dated rule behind `suggested`."""

    results: tuple[ResultAchievement, ...]
    achievement: Computed
    suggested: Rating
    suggestion_rule: str
    reports_on_time: int
    reports_due: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ValueRating:
    """How one BerAKHLAK value was seen."""

    value: Value
    rating: Rating


@dataclass(frozen=True, slots=True, kw_only=True)
class NotedCompetence:
    """A competence named in feedback, with all feedback that names it so."""

    code: str
    kind: CompetenceKind
    feedback_ids: tuple[UUID, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class IndicatorReports:
    """The reports of one indicator with a schedule: how many were due, and how many of them on time."""

    indicator_id: UUID
    reports_on_time: int
    reports_due: int


@event("EvaluationRegistered")
class EvaluationRegistered:
    """A plan was submitted; the evaluation waits for its agreement."""

    plan: PlanIdentity


@event("EvaluationReturned")
class EvaluationReturned:
    """The submitted plan went back to the employee; the reason's words stay in planning."""

    revision: int
    plan_reason_code: str


@event("EvaluationOpened")
class EvaluationOpened:
    """The plan was agreed: this is what will be assessed."""

    plan: PlanIdentity
    content: PlanContent


@event("EvaluationPlanRevised")
class EvaluationPlanRevised:
    """The agreed plan changed; a draft rating no longer fits it."""

    plan: PlanIdentity
    content: PlanContent
    plan_reason_code: str


@event("ResultsRated")
class ResultsRated:
    """The appraiser drafted the rating of results, with the numbers beside it."""

    assessed: Assessed
    chosen: Rating
    differs: bool


@event("BehaviorRated")
class BehaviorRated:
    """The appraiser drafted the rating of behavior."""

    values: tuple[ValueRating, ...]
    suggested: Rating
    suggestion_rule: str
    chosen: Rating
    differs: bool


@event("AssessmentCompleted")
class AssessmentCompleted:
    """The result was published: the employee may see it, and it can't move."""

    plan: PlanIdentity
    result_rating: Rating
    behavior_rating: Rating
    predicate: PredicateFound
    reports_on_time: int
    reports_due: int
    competences: tuple[NotedCompetence, ...]
    result_version: int
    supersedes: UUID | None
    feedback_ids: tuple[UUID, ...] = ()
    indicators: tuple[IndicatorReports, ...] = ()


@event("ResultAcknowledged")
class ResultAcknowledged:
    """The employee has read this version of the result (not: agrees)."""

    result_version: int


@event("AssessmentCorrected")
class AssessmentCorrected:
    """The appraiser's superior replaced a published result; `supersedes` is the event it replaces."""

    plan: PlanIdentity
    result_rating: Rating
    behavior_rating: Rating
    predicate: PredicateFound
    reports_on_time: int
    reports_due: int
    competences: tuple[NotedCompetence, ...]
    result_version: int
    supersedes: UUID
    feedback_ids: tuple[UUID, ...] = ()
    indicators: tuple[IndicatorReports, ...] = ()


EvaluationEvent = (
    EvaluationRegistered
    | EvaluationReturned
    | EvaluationOpened
    | EvaluationPlanRevised
    | ResultsRated
    | BehaviorRated
    | AssessmentCompleted
    | ResultAcknowledged
    | AssessmentCorrected
)
CATALOGUE = Catalogue(*get_args(EvaluationEvent))
