"""Training completed, guidance held, improvement ended."""

from datetime import date
from decimal import Decimal
from uuid import UUID

from services.followup.recommendation.commands import (
    AcceptRecommendation,
    EndImprovement,
    RecordGuidance,
    RecordTrainingCompletion,
)
from services.followup.recommendation.decider import FOLLOWUP
from services.followup.recommendation.decider.decisions import assignment_id
from services.followup.recommendation.decider.refusals import (
    DateIsInTheFuture,
    DateIsInThePast,
    GuidanceIsNotUnderWay,
    HoursAreImpossible,
    ImprovementIsNotOver,
    ImprovementIsNotRunning,
    ImprovementIsRunning,
    NotesAreMissing,
    ReasonIsMissing,
    TrainingIsNotAssigned,
)
from services.followup.recommendation.events import (
    FollowupEvent,
    GuidanceHeld,
    GuidanceScheduled,
    ImprovementEnded,
    Outcome,
    TrainingCompleted,
)
from shared.regulation.rating import Predicate
from shared.store.encrypted import Encrypted
from tests.services.followup.story import (
    CORRECTED_RESULT,
    HOURS,
    TODAY,
    UNIT,
    after,
    communication_to_develop,
    followup,
    identity,
    result,
)

COURSE = "public-service-communication"
SESSION = date(2026, 2, 2)
LATER = date(2026, 3, 2)
NOTES = Encrypted.of("Menyepakati daftar periksa sebelum laporan dikirim.")
CERTIFICATE = Encrypted.of("LAN/2026/0042")


def accepted(
    events: tuple[FollowupEvent, ...], code: str, day: date | None = None
) -> tuple[FollowupEvent, ...]:
    command = AcceptRecommendation(
        recommendation_id=identity(events, code), on=TODAY, reason_code="result_and_feedback", day=day
    )
    return (*events, *FOLLOWUP.decider.decide(FOLLOWUP.decider.fold(events), command))


in_training = accepted(after(result(Predicate.GOOD, communication_to_develop)), COURSE)
COURSE_ID = identity(in_training, COURSE)
under_guidance = accepted(after(result(Predicate.NEEDS_IMPROVEMENT)), "guidance", SESSION)
GUIDANCE_ID = identity(under_guidance, "guidance")
improving = accepted(after(result(Predicate.NEEDS_IMPROVEMENT)), "improvement_period", date(2026, 2, 1))
PERIOD_ID = identity(improving, "improvement_period")


def completion(
    hours: Decimal = HOURS, assignment: UUID | None = None, *, on: date = date(2026, 4, 17)
) -> RecordTrainingCompletion:
    return RecordTrainingCompletion(
        on=on,
        assignment_id=assignment or assignment_id(COURSE_ID),
        completed_on=date(2026, 4, 17),
        hours=hours,
        certificate_number=CERTIFICATE,
    )


completed = TrainingCompleted(
    recommendation_id=COURSE_ID,
    assignment_id=assignment_id(COURSE_ID),
    completed_on=date(2026, 4, 17),
    hours=HOURS,
    certificate_number=CERTIFICATE,
)


def session(
    *, held_on: date = SESSION, on: date = SESSION, has_notes: bool = True, next_on: date | None = None
) -> RecordGuidance:
    return RecordGuidance(
        recommendation_id=GUIDANCE_ID,
        on=on,
        held_on=held_on,
        notes=NOTES,
        has_notes=has_notes,
        next_session_on=next_on,
    )


def ending(outcome: Outcome, on: date, *, has_reason: bool = True) -> EndImprovement:
    return EndImprovement(recommendation_id=PERIOD_ID, on=on, outcome=outcome, has_reason=has_reason)


def test_a_completed_training_counts_once_however_often_it_is_told() -> None:
    followup.given(*in_training).when(completion()).then(completed)
    followup.given(*in_training, completed).when(completion()).then_nothing()
    followup.given(*in_training, completed).when(completion(Decimal(40))).then_nothing()


def test_a_training_nobody_assigned_is_refused() -> None:
    followup.given(*in_training).when(completion(assignment=UNIT)).then_refused(TrainingIsNotAssigned)


def test_impossible_hours_are_refused() -> None:
    followup.given(*in_training).when(completion(Decimal(0))).then_refused(HoursAreImpossible)
    followup.given(*in_training).when(completion(Decimal(2001))).then_refused(HoursAreImpossible)


def test_a_completion_to_come_is_refused_and_the_true_one_still_counts() -> None:
    followup.given(*in_training).when(completion(on=date(2026, 4, 16))).then_refused(DateIsInTheFuture)
    followup.given(*in_training).when(completion(on=date(2026, 4, 17))).then(completed)


def test_a_session_is_recorded_and_the_next_one_set() -> None:
    held = GuidanceHeld(recommendation_id=GUIDANCE_ID, held_on=SESSION, notes=NOTES)
    followup.given(*under_guidance).when(session()).then(held)
    followup.given(*under_guidance).when(session(next_on=LATER)).then(
        held, GuidanceScheduled(recommendation_id=GUIDANCE_ID, session_on=LATER)
    )
    followup.given(*under_guidance, held).when(session()).then_nothing()


def test_a_session_needs_notes_and_true_dates() -> None:
    followup.given(*under_guidance).when(session(has_notes=False)).then_refused(NotesAreMissing)
    followup.given(*under_guidance).when(session(held_on=LATER)).then_refused(DateIsInTheFuture)
    followup.given(*under_guidance).when(session(next_on=TODAY)).then_refused(DateIsInThePast)


def test_guidance_that_nobody_accepted_is_refused() -> None:
    followup.given(*after(result(Predicate.NEEDS_IMPROVEMENT))).when(session()).then_refused(
        GuidanceIsNotUnderWay
    )


def test_an_improvement_period_ends_with_its_outcome() -> None:
    over = date(2026, 8, 1)
    ended = ImprovementEnded(recommendation_id=PERIOD_ID, ended_on=over, outcome=Outcome.NOT_IMPROVED)
    followup.given(*improving).when(ending(Outcome.NOT_IMPROVED, over)).then(ended)
    followup.given(*improving, ended).when(ending(Outcome.NOT_IMPROVED, over)).then_nothing()
    followup.given(*improving, ended).when(ending(Outcome.IMPROVED, over)).then_refused(
        ImprovementIsNotRunning
    )


def test_until_its_last_day_is_over_only_success_ends_it() -> None:
    for day in (LATER, date(2026, 7, 31)):
        followup.given(*improving).when(ending(Outcome.NOT_IMPROVED, day)).then_refused(
            ImprovementIsNotOver, ends_on="2026-07-31"
        )
    followup.given(*improving).when(ending(Outcome.IMPROVED, LATER)).then(
        ImprovementEnded(recommendation_id=PERIOD_ID, ended_on=LATER, outcome=Outcome.IMPROVED)
    )


def test_a_period_does_not_end_before_its_first_day() -> None:
    followup.given(*improving).when(ending(Outcome.IMPROVED, date(2026, 1, 31))).then_refused(
        ImprovementIsNotRunning
    )
    first = date(2026, 2, 1)
    followup.given(*improving).when(ending(Outcome.IMPROVED, first)).then(
        ImprovementEnded(recommendation_id=PERIOD_ID, ended_on=first, outcome=Outcome.IMPROVED)
    )


def test_the_outcome_is_explained_in_words() -> None:
    followup.given(*improving).when(ending(Outcome.IMPROVED, LATER, has_reason=False)).then_refused(
        ReasonIsMissing
    )


def test_a_period_that_was_not_started_cannot_end() -> None:
    followup.given(*after(result(Predicate.NEEDS_IMPROVEMENT))).when(
        ending(Outcome.IMPROVED, LATER)
    ).then_refused(ImprovementIsNotRunning)


def test_one_improvement_period_runs_at_a_time() -> None:
    other = result(Predicate.VERY_POOR, event_id=CORRECTED_RESULT)
    second = FOLLOWUP.decider.decide(
        FOLLOWUP.decider.fold(improving), type(other)(**{**vars(other), "evaluation_id": UNIT})
    )
    events = (*improving, *second)
    followup.given(*events).when(
        AcceptRecommendation(
            recommendation_id=identity(events, "improvement_period"), on=TODAY, reason_code="need_of_the_unit"
        )
    ).then_refused(ImprovementIsRunning)
