"""A person decides: accept, decline, and look again after a correction."""

from datetime import date
from typing import assert_never
from uuid import UUID, uuid5

from services.followup.recommendation.commands import (
    AcceptRecommendation,
    DeclineRecommendation,
    ReviewRecommendation,
)
from services.followup.recommendation.decider.refusals import (
    DateIsInThePast,
    ImprovementIsRunning,
    ReasonIsMissing,
    ReasonIsUnknown,
    RecommendationIsNotOpen,
    ReviewIsNotNeeded,
    SessionDateIsMissing,
)
from services.followup.recommendation.decider.state import (
    Recommendation,
    Status,
    YearFollowup,
)
from services.followup.recommendation.events import (
    FollowupEvent,
    GuidanceScheduled,
    ImprovementStarted,
    PlacementSuggested,
    PromotionProposed,
    RecommendationAccepted,
    RecommendationConfirmed,
    RecommendationDeclined,
    RecommendationRevoked,
    TrainingAssigned,
)
from shared.regulation.followup_reasons import REASONS
from shared.regulation.followup_rules import Kind
from shared.regulation.improvement import improvement_ends


def assignment_id(recommendation_id: UUID) -> UUID:
    """The id of the training that a recommendation leads to: always the same."""
    return uuid5(recommendation_id, "assignment")


def accept(followup: YearFollowup, command: AcceptRecommendation) -> list[FollowupEvent]:
    """Accept, and start what was recommended."""
    recommendation = followup.get(command.recommendation_id)
    if recommendation.status is Status.ACCEPTED:
        return []
    if recommendation.status is not Status.OPEN:
        raise RecommendationIsNotOpen(status=recommendation.status.value)
    if command.reason_code not in REASONS.on(command.on).value.accepting:
        raise ReasonIsUnknown
    if command.day and command.day < command.on:
        raise DateIsInThePast
    accepted = RecommendationAccepted(recommendation_id=recommendation.recommendation_id)
    return [accepted, started(followup, recommendation, command)]


def started(
    followup: YearFollowup, recommendation: Recommendation, command: AcceptRecommendation
) -> FollowupEvent:
    """What the acceptance starts, by the recommendation's kind."""
    match recommendation.kind:
        case Kind.TRAINING | Kind.SPECIAL_TRAINING:
            return training(recommendation, command)
        case Kind.GUIDANCE:
            return guidance(recommendation, command.day)
        case Kind.IMPROVEMENT_PERIOD:
            return improvement(followup, recommendation, command.day or command.on)
        case Kind.PROMOTION:
            return PromotionProposed(recommendation_id=recommendation.recommendation_id)
        case Kind.PLACEMENT:
            return PlacementSuggested(
                recommendation_id=recommendation.recommendation_id,
                competence=recommendation.competence or "",
                job_family=recommendation.code,
            )
        case _:
            assert_never(recommendation.kind)


def training(recommendation: Recommendation, command: AcceptRecommendation) -> TrainingAssigned:
    """A course, to be completed by the day given, else within the year."""
    return TrainingAssigned(
        recommendation_id=recommendation.recommendation_id,
        assignment_id=assignment_id(recommendation.recommendation_id),
        course_code=recommendation.code,
        is_special=recommendation.kind is Kind.SPECIAL_TRAINING,
        complete_by=command.day or date(command.on.year, 12, 31),
    )


def guidance(recommendation: Recommendation, session_on: date | None) -> GuidanceScheduled:
    """Guidance with the date of its first session."""
    if session_on is None:
        raise SessionDateIsMissing
    return GuidanceScheduled(recommendation_id=recommendation.recommendation_id, session_on=session_on)


def improvement(
    followup: YearFollowup, recommendation: Recommendation, starts_on: date
) -> ImprovementStarted:
    """The improvement period; PP 30/2019 Ps 56-58 gives six months."""
    periods = (one.improvement for one in followup.recommendations if one.status is Status.ACCEPTED)
    if any(period and period.outcome is None for period in periods):
        raise ImprovementIsRunning
    return ImprovementStarted(
        recommendation_id=recommendation.recommendation_id,
        starts_on=starts_on,
        ends_on=improvement_ends(starts_on),
    )


def decline(followup: YearFollowup, command: DeclineRecommendation) -> list[FollowupEvent]:
    """Decline, with a reason of the list and in words."""
    recommendation = followup.get(command.recommendation_id)
    if recommendation.status is Status.DECLINED:
        return []
    if recommendation.status is not Status.OPEN:
        raise RecommendationIsNotOpen(status=recommendation.status.value)
    if command.reason_code not in REASONS.on(command.on).value.declining:
        raise ReasonIsUnknown
    if not command.has_reason:
        raise ReasonIsMissing
    return [RecommendationDeclined(recommendation_id=recommendation.recommendation_id)]


def review(followup: YearFollowup, command: ReviewRecommendation) -> list[FollowupEvent]:
    """After a correction: let it stand, or take it back with a reason in words."""
    recommendation = followup.get(command.recommendation_id)
    identity = recommendation.recommendation_id
    wanted = Status.ACCEPTED if command.stands else Status.WITHDRAWN
    if recommendation.status is wanted and not recommendation.needs_review:
        return []
    if not recommendation.needs_review:
        raise ReviewIsNotNeeded
    if not command.has_reason:
        raise ReasonIsMissing
    if command.stands:
        return [RecommendationConfirmed(recommendation_id=identity)]
    return [RecommendationRevoked(recommendation_id=identity)]
