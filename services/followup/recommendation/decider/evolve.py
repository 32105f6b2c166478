"""How each event changes the follow-up; it never refuses."""

from dataclasses import replace
from typing import Any, assert_never
from uuid import UUID

from services.followup.recommendation.decider.state import (
    Guidance,
    Improvement,
    Recommendation,
    Result,
    Session,
    Status,
    Training,
    YearFollowup,
)
from services.followup.recommendation.events import (
    FollowupChange,
    FollowupEvent,
    FollowupRecommended,
    FollowupWithdrawn,
    GuidanceHeld,
    GuidanceScheduled,
    ImprovementEnded,
    ImprovementStarted,
    PlacementSuggested,
    PromotionProposed,
    RecommendationAccepted,
    RecommendationConfirmed,
    RecommendationDeclined,
    RecommendationRevoked,
    ResultReceived,
    ReviewRequested,
    TrainingAssigned,
    TrainingCompleted,
)


def evolve(followup: YearFollowup, event: FollowupEvent) -> YearFollowup:
    """The follow-up after `event`."""
    match event:
        case ResultReceived():
            return with_result(followup, event)
        case FollowupRecommended():
            return replace(
                followup,
                recommendations=(*followup.recommendations, recommended(event)),
            )
        case _:
            return changed(followup, event.recommendation_id, event)


def with_result(followup: YearFollowup, event: ResultReceived) -> YearFollowup:
    """The newest result of each evaluation, the one received last at the end."""
    others = (result for result in followup.results if result.evaluation_id != event.evaluation_id)
    result = Result(
        event.evaluation_id,
        event.result_event_id,
        event.result_version,
        event.predicate,
    )
    return replace(followup, results=(*others, result))


def recommended(event: FollowupRecommended) -> Recommendation:
    """The recommendation as it was made."""
    return Recommendation(
        recommendation_id=event.recommendation_id,
        evaluation_id=event.evaluation_id,
        result_event_id=event.result_event_id,
        kind=event.kind,
        code=event.code,
        competence=event.competence,
        rule_id=event.rule_id,
        rule_from=event.rule_from,
        feedback_ids=event.feedback_ids,
        has_priority=event.has_priority,
    )


def changed(followup: YearFollowup, identity: UUID, event: FollowupChange) -> YearFollowup:
    """The follow-up in which one recommendation changed."""
    return replace(
        followup,
        recommendations=tuple(
            replace(one, **changes(one, event)) if one.recommendation_id == identity else one
            for one in followup.recommendations
        ),
    )


def changes(one: Recommendation, event: FollowupChange) -> dict[str, Any]:
    """The fields of a recommendation that `event` changes."""
    match event:
        case RecommendationAccepted():
            return {"status": Status.ACCEPTED}
        case RecommendationDeclined():
            return {"status": Status.DECLINED}
        case FollowupWithdrawn():
            return {"status": Status.WITHDRAWN}
        case ReviewRequested():
            return {"needs_review": True}
        case RecommendationConfirmed():
            return {"needs_review": False}
        case RecommendationRevoked():
            return {"status": Status.WITHDRAWN, "needs_review": False}
        case PromotionProposed() | PlacementSuggested():
            return {}
        case _:
            return progress(one, event)


def progress(
    one: Recommendation,
    event: TrainingAssigned
    | TrainingCompleted
    | GuidanceScheduled
    | GuidanceHeld
    | ImprovementStarted
    | ImprovementEnded,
) -> dict[str, Any]:
    """What an accepted recommendation has come to."""
    match event:
        case TrainingAssigned():
            return {"training": Training(event.assignment_id, event.complete_by)}
        case TrainingCompleted():
            return {"training": one.training and attended(one.training, event)}
        case GuidanceScheduled():
            return {"guidance": replace(one.guidance or Guidance(), next_session_on=event.session_on)}
        case GuidanceHeld():
            return {"guidance": after_session(one.guidance or Guidance(), event)}
        case ImprovementStarted():
            return {"improvement": Improvement(event.starts_on, event.ends_on)}
        case ImprovementEnded():
            return {
                "improvement": one.improvement
                and replace(one.improvement, ended_on=event.ended_on, outcome=event.outcome)
            }
        case _:
            assert_never(event)


def attended(training: Training, event: TrainingCompleted) -> Training:
    """The course with what the training system answered."""
    return replace(
        training,
        completed_on=event.completed_on,
        hours=event.hours,
        certificate_number=event.certificate_number,
    )


def after_session(guidance: Guidance, event: GuidanceHeld) -> Guidance:
    """The guidance after one more session; the next date, if any, is the next event."""
    session = Session(event.held_on, event.notes)
    return Guidance(next_session_on=None, sessions=(*guidance.sessions, session))
