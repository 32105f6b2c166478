"""What followup says, and what training systems answer."""

from datetime import date
from decimal import Decimal
from typing import ClassVar, Literal
from uuid import UUID

from shared.contracts.contract import Contract

EVENTS = "followup.events.v1"
TRAINING_RESULTS = "followup.training-results.v1"


class FollowupMessage(Contract):
    """What all these messages carry. `rule` and `result_event_id` say why; `recommendation_id` says which."""

    service: ClassVar[str] = "followup"
    topic: ClassVar[str] = EVENTS

    employee_id: UUID
    year: int
    recommendation_id: UUID
    rule: str
    result_event_id: UUID


class FollowupErasureDoneV1(Contract):
    """Follow-up has erased a person as planning ordered."""

    service: ClassVar[str] = "followup"
    name: ClassVar[str] = "ErasureDone"
    topic: ClassVar[str] = EVENTS

    employee_id: UUID


class FollowupRecommendedV1(FollowupMessage):
    """A rule found something to propose; a person has yet to decide."""

    name: ClassVar[str] = "FollowupRecommended"
    kind: Literal["training", "promotion", "guidance", "special_training", "improvement_period", "placement"]
    code: str


class FollowupWithdrawnV1(FollowupMessage):
    """A recommendation no longer stands, because the result it cites was corrected."""

    name: ClassVar[str] = "FollowupWithdrawn"


class TrainingAssignedV1(FollowupMessage):
    """An employee is to attend a course; answered by `TrainingCompletedV1` with the same `assignment_id`."""

    name: ClassVar[str] = "TrainingAssigned"
    assignment_id: UUID
    course_code: str
    course_title: str
    special: bool
    complete_by: date


class GuidanceScheduledV1(FollowupMessage):
    """A guidance session (Bimbingan Kinerja) has a date."""

    name: ClassVar[str] = "GuidanceScheduled"
    session_on: date


class ImprovementStartedV1(FollowupMessage):
    """An improvement period runs between two dates."""

    name: ClassVar[str] = "ImprovementStarted"
    starts_on: date
    ends_on: date


class ImprovementEndedV1(FollowupMessage):
    """An improvement period ended."""

    name: ClassVar[str] = "ImprovementEnded"
    outcome: Literal["improved", "not_improved"]


class PromotionProposedV1(FollowupMessage):
    """An employee is proposed for promotion; the decision is made elsewhere."""

    name: ClassVar[str] = "PromotionProposed"


class PlacementSuggestedV1(FollowupMessage):
    """A strength fits a family of jobs."""

    name: ClassVar[str] = "PlacementSuggested"
    competence: str
    job_family: str


class TrainingCompletedV1(Contract):
    """A training system's answer. Said twice, it counts once."""

    service: ClassVar[str] = "followup"
    name: ClassVar[str] = "TrainingCompleted"
    topic: ClassVar[str] = TRAINING_RESULTS

    assignment_id: UUID
    employee_id: UUID
    completed_on: date
    hours: Decimal
    certificate_number: str
