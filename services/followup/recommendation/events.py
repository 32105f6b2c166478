"""What happened in one employee's follow-up of one year. Names and fields are stored for ever."""

from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import get_args
from uuid import UUID

from shared.regulation.followup_rules import Kind
from shared.regulation.rating import Predicate
from shared.store.encrypted import Encrypted
from shared.store.event import Catalogue, event


class Outcome(StrEnum):
    """How an improvement period ended."""

    IMPROVED = "improved"
    NOT_IMPROVED = "not_improved"


@event("ResultReceived")
class ResultReceived:
    """Assessment published or corrected a result; everything recommended after it cites it."""

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


@event("FollowupRecommended")
class FollowupRecommended:
    """A rule found something to propose. `rule_from` is the day since which that rule has stood so."""

    recommendation_id: UUID
    evaluation_id: UUID
    result_event_id: UUID
    kind: Kind
    code: str
    competence: str | None
    rule_id: str
    rule_from: date
    feedback_ids: tuple[UUID, ...]
    has_priority: bool


@event("FollowupWithdrawn")
class FollowupWithdrawn:
    """An open recommendation fell, because the result it cites was corrected by `corrected_by`."""

    recommendation_id: UUID
    corrected_by: UUID


@event("ReviewRequested")
class ReviewRequested:
    """What was accepted rests on a result that was corrected by `corrected_by`; a person must look again."""

    recommendation_id: UUID
    corrected_by: UUID


@event("RecommendationConfirmed")
class RecommendationConfirmed:
    """After the correction a person lets it stand."""

    recommendation_id: UUID


@event("RecommendationRevoked")
class RecommendationRevoked:
    """After the correction a person takes it back."""

    recommendation_id: UUID


@event("RecommendationAccepted")
class RecommendationAccepted:
    """A person accepted it; what it starts is the next event."""

    recommendation_id: UUID


@event("RecommendationDeclined")
class RecommendationDeclined:
    """A person declined it."""

    recommendation_id: UUID


@event("TrainingAssigned")
class TrainingAssigned:
    """The employee is to attend a course."""

    recommendation_id: UUID
    assignment_id: UUID
    course_code: str
    is_special: bool
    complete_by: date


@event("TrainingCompleted")
class TrainingCompleted:
    """A training system reported the course as attended. `hours` are lesson hours (JP)."""

    recommendation_id: UUID
    assignment_id: UUID
    completed_on: date
    hours: Decimal
    certificate_number: Encrypted[str]


@event("GuidanceScheduled")
class GuidanceScheduled:
    """A guidance session (Bimbingan Kinerja) has a date."""

    recommendation_id: UUID
    session_on: date


@event("GuidanceHeld")
class GuidanceHeld:
    """A guidance session took place; `notes` say what was agreed."""

    recommendation_id: UUID
    held_on: date
    notes: Encrypted[str]


@event("ImprovementStarted")
class ImprovementStarted:
    """An improvement period (Masa Perbaikan) runs between two dates, both included."""

    recommendation_id: UUID
    starts_on: date
    ends_on: date


@event("ImprovementEnded")
class ImprovementEnded:
    """The improvement period ended."""

    recommendation_id: UUID
    ended_on: date
    outcome: Outcome


@event("PromotionProposed")
class PromotionProposed:
    """The employee is proposed for promotion."""

    recommendation_id: UUID


@event("PlacementSuggested")
class PlacementSuggested:
    """A strength fits a family of jobs."""

    recommendation_id: UUID
    competence: str
    job_family: str


FollowupChange = (
    FollowupWithdrawn
    | ReviewRequested
    | RecommendationConfirmed
    | RecommendationRevoked
    | RecommendationAccepted
    | RecommendationDeclined
    | TrainingAssigned
    | TrainingCompleted
    | GuidanceScheduled
    | GuidanceHeld
    | ImprovementStarted
    | ImprovementEnded
    | PromotionProposed
    | PlacementSuggested
)
FollowupEvent = ResultReceived | FollowupRecommended | FollowupChange

CATALOGUE = Catalogue(*get_args(FollowupEvent))
