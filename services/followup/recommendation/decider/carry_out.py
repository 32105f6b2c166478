"""What comes of an accepted recommendation: training completed, guidance held, improvement ended."""

from services.followup.recommendation.commands import (
    EndImprovement,
    RecordGuidance,
    RecordTrainingCompletion,
)
from services.followup.recommendation.decider.refusals import (
    DateIsInTheFuture,
    DateIsInThePast,
    GuidanceIsNotUnderWay,
    HoursAreImpossible,
    ImprovementIsNotOver,
    ImprovementIsNotRunning,
    NotesAreMissing,
    ReasonIsMissing,
    TrainingIsNotAssigned,
)
from services.followup.recommendation.decider.state import Status, YearFollowup
from services.followup.recommendation.events import (
    FollowupEvent,
    GuidanceHeld,
    GuidanceScheduled,
    ImprovementEnded,
    Outcome,
    TrainingCompleted,
)

# More lesson hours than a year of working days holds are a slip of the sender.
MOST_HOURS = 2000


def complete_training(followup: YearFollowup, command: RecordTrainingCompletion) -> list[FollowupEvent]:
    """Record a course attended: told twice it counts once, and also when it was taken back."""
    recommendation = followup.assigned(command.assignment_id)
    if recommendation is None or recommendation.training is None:
        raise TrainingIsNotAssigned
    if recommendation.training.completed_on:
        return []
    if not 0 < command.hours <= MOST_HOURS:
        raise HoursAreImpossible
    if command.completed_on > command.on:
        raise DateIsInTheFuture
    return [
        TrainingCompleted(
            recommendation_id=recommendation.recommendation_id,
            assignment_id=command.assignment_id,
            completed_on=command.completed_on,
            hours=command.hours,
            certificate_number=command.certificate_number,
        )
    ]


def record_guidance(followup: YearFollowup, command: RecordGuidance) -> list[FollowupEvent]:
    """Record a session, one a day at most, and set the date of the next."""
    recommendation = followup.get(command.recommendation_id)
    guidance = recommendation.guidance
    if guidance is None or recommendation.status is not Status.ACCEPTED:
        raise GuidanceIsNotUnderWay
    if any(session.held_on == command.held_on for session in guidance.sessions):
        return []
    if command.held_on > command.on:
        raise DateIsInTheFuture
    if command.next_session_on and command.next_session_on < command.on:
        raise DateIsInThePast
    if not command.has_notes:
        raise NotesAreMissing
    identity = recommendation.recommendation_id
    held = GuidanceHeld(recommendation_id=identity, held_on=command.held_on, notes=command.notes)
    if command.next_session_on is None:
        return [held]
    return [
        held,
        GuidanceScheduled(recommendation_id=identity, session_on=command.next_session_on),
    ]


def end_improvement(followup: YearFollowup, command: EndImprovement) -> list[FollowupEvent]:
    """Close the period with its outcome, in words too. Until its last day is over only success may end it."""
    recommendation = followup.get(command.recommendation_id)
    period = recommendation.improvement
    if period and period.outcome is command.outcome:
        return []
    if period is None or period.outcome or recommendation.status is not Status.ACCEPTED:
        raise ImprovementIsNotRunning
    if command.on < period.starts_on:
        raise ImprovementIsNotRunning
    if command.outcome is Outcome.NOT_IMPROVED and command.on <= period.ends_on:
        raise ImprovementIsNotOver(ends_on=period.ends_on.isoformat())
    if not command.has_reason:
        raise ReasonIsMissing
    return [
        ImprovementEnded(
            recommendation_id=recommendation.recommendation_id,
            ended_on=command.on,
            outcome=command.outcome,
        )
    ]
