"""What assessment says: progress, feedback and results; codes only, no names and no free text."""

from datetime import date
from typing import ClassVar, Literal
from uuid import UUID

from shared.contracts.contract import Contract, Part

EVENTS = "assessment.events.v1"

Rating = Literal["above", "met", "below"]
Predicate = Literal["very_good", "good", "needs_improvement", "poor_or_misconduct", "very_poor"]
CompetenceKind = Literal["strength", "to_develop"]


class AssessmentErasureDoneV1(Contract):
    """Assessment has erased a person as planning ordered."""

    service: ClassVar[str] = "assessment"
    name: ClassVar[str] = "ErasureDone"
    topic: ClassVar[str] = EVENTS

    employee_id: UUID


class CompetencePart(Part):
    """One competence seen in the feedback that is cited; `code` is of the dated catalogue."""

    code: str
    kind: CompetenceKind
    feedback_ids: tuple[UUID, ...]


class AssessmentMessage(Contract):
    """What all assessment messages carry."""

    service: ClassVar[str] = "assessment"
    topic: ClassVar[str] = EVENTS

    evaluation_id: UUID
    plan_id: UUID
    employee_id: UUID
    year: int
    segment: int
    unit_id: UUID
    appraiser_id: UUID


class ProgressReportedV1(AssessmentMessage):
    """An indicator's report for one month was recorded."""

    name: ClassVar[str] = "ProgressReported"
    indicator_id: UUID
    month: int
    due_on: date | None
    days_late: int


class FeedbackGivenV1(AssessmentMessage):
    """Feedback was given; its text stays inside assessment."""

    name: ClassVar[str] = "FeedbackGiven"
    feedback_id: UUID
    kind: Literal["appreciation", "improvement"]
    competences: tuple[CompetencePart, ...]


class IndicatorReportsPart(Part):
    """How many reports of one scheduled indicator were due, and how many of them came on time."""

    indicator_id: UUID
    on_time: int
    due: int


class ResultMessage(AssessmentMessage):
    """A published result. `result_version` starts at 1; `supersedes` is the event id of the one before.

    `feedback_ids` is all feedback on the plan, whether it names a competence or not.
    """

    result_rating: Rating
    behavior_rating: Rating
    predicate: Predicate
    reports_on_time: int
    reports_due: int
    indicators: tuple[IndicatorReportsPart, ...] = ()
    competences: tuple[CompetencePart, ...]
    feedback_ids: tuple[UUID, ...] = ()
    result_version: int
    supersedes: UUID | None


class AssessmentCompletedV1(ResultMessage):
    """The appraiser published the result of the year."""

    name: ClassVar[str] = "AssessmentCompleted"


class AssessmentCorrectedV1(ResultMessage):
    """A published result was replaced by an authorised correction."""

    name: ClassVar[str] = "AssessmentCorrected"
    reason_code: str
