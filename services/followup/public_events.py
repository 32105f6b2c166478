"""What follow-up says to other systems about its own events: codes and ids, no names, no free text."""

from services.followup.recommendation.decider import FOLLOWUP
from services.followup.recommendation.events import (
    FollowupRecommended,
    FollowupWithdrawn,
    GuidanceScheduled,
    ImprovementEnded,
    ImprovementStarted,
    PlacementSuggested,
    PromotionProposed,
    RecommendationRevoked,
    TrainingAssigned,
)
from shared.contracts.contract import Contract
from shared.contracts.followup import (
    FollowupErasureDoneV1,
    FollowupMessage,
    FollowupRecommendedV1,
    FollowupWithdrawnV1,
    GuidanceScheduledV1,
    ImprovementEndedV1,
    ImprovementStartedV1,
    PlacementSuggestedV1,
    PromotionProposedV1,
    TrainingAssignedV1,
)
from shared.erasure.record import ErasureDone
from shared.messaging.outgoing import Outgoing, Streams
from shared.regulation.courses import course
from shared.store.unit import Recorded

Said = (
    FollowupRecommended
    | FollowupWithdrawn
    | RecommendationRevoked
    | TrainingAssigned
    | GuidanceScheduled
    | ImprovementStarted
    | ImprovementEnded
    | PromotionProposed
    | PlacementSuggested
)


async def public_events(recorded: Recorded, streams: Streams) -> list[Outgoing]:
    """The message of one event, or none where it is nobody else's business."""
    happened = recorded.event
    if isinstance(happened, ErasureDone) and recorded.subject_id:
        return [Outgoing.of(recorded.subject_id, FollowupErasureDoneV1(employee_id=recorded.subject_id))]
    if recorded.subject_id is None or not isinstance(happened, Said):
        return []
    state = await streams.state_at(FOLLOWUP, recorded.stream, recorded.stream_version)
    recommendation = state.get(happened.recommendation_id)
    base = FollowupMessage(
        employee_id=recorded.subject_id,
        year=recorded.stream.plan_year,
        recommendation_id=recommendation.recommendation_id,
        rule=recommendation.rule_id,
        result_event_id=recommendation.result_event_id,
    )
    return [Outgoing.of(recorded.subject_id, said(happened, base))]


def said(happened: Said, base: FollowupMessage) -> Contract:
    """The message; `base` holds what all of them carry."""
    every = base.model_dump()
    match happened:
        case FollowupRecommended():
            return FollowupRecommendedV1(**every, kind=happened.kind.value, code=happened.code)
        case FollowupWithdrawn() | RecommendationRevoked():
            return FollowupWithdrawnV1(**every)
        case PromotionProposed():
            return PromotionProposedV1(**every)
        case PlacementSuggested():
            return PlacementSuggestedV1(
                **every, competence=happened.competence, job_family=happened.job_family
            )
        case _:
            return carried_out(happened, base)


def carried_out(
    happened: TrainingAssigned | GuidanceScheduled | ImprovementStarted | ImprovementEnded,
    base: FollowupMessage,
) -> Contract:
    """The messages about what an accepted recommendation leads to."""
    every = base.model_dump()
    match happened:
        case TrainingAssigned():
            known = course(happened.course_code)
            return TrainingAssignedV1(
                **every,
                assignment_id=happened.assignment_id,
                course_code=happened.course_code,
                course_title=known.title if known else happened.course_code,
                special=happened.is_special,
                complete_by=happened.complete_by,
            )
        case GuidanceScheduled():
            return GuidanceScheduledV1(**every, session_on=happened.session_on)
        case ImprovementStarted():
            return ImprovementStartedV1(**every, starts_on=happened.starts_on, ends_on=happened.ends_on)
        case ImprovementEnded():
            return ImprovementEndedV1(**every, outcome=happened.outcome.value)
