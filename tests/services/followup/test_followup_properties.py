"""What holds for every follow-up, whatever is asked of it and in whatever order."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from services.followup.recommendation.commands import (
    AcceptRecommendation,
    DeclineRecommendation,
    EndImprovement,
    FollowupCommand,
    RecordGuidance,
    RecordTrainingCompletion,
    ReviewRecommendation,
)
from services.followup.recommendation.decider import FOLLOWUP
from services.followup.recommendation.decider.decisions import assignment_id
from services.followup.recommendation.decider.recommend import recommendation_id
from services.followup.recommendation.decider.state import YearFollowup
from services.followup.recommendation.events import FollowupEvent, Outcome
from shared.decider import Refusal
from shared.regulation.courses import COURSES
from shared.regulation.followup_rules import CompetenceSeen, Kind, Proposal
from shared.regulation.rating import Predicate
from shared.store.encrypted import Encrypted
from tests.services.followup.story import CORRECTED_RESULT, FEEDBACK, FIRST_RESULT, TODAY, result
from tests.told import told_truly

decider = FOLLOWUP.decider
NOTES = Encrypted.of("Sesi berjalan baik.")
DAYS = st.dates(TODAY, date(2026, 12, 1))
CODES = [
    (Kind.TRAINING, "public-service-communication"),
    (Kind.TRAINING, "position-development"),
    (Kind.PROMOTION, "promotion"),
    (Kind.GUIDANCE, "guidance"),
    (Kind.IMPROVEMENT_PERIOD, "improvement_period"),
    (Kind.SPECIAL_TRAINING, "performance-recovery"),
    (Kind.PLACEMENT, "front-office"),
]
IDENTITIES = st.sampled_from(
    [
        recommendation_id(result_id, Proposal("", kind, code))
        for result_id in (FIRST_RESULT, CORRECTED_RESULT)
        for kind, code in CODES
    ]
)
COMPETENCES = st.lists(
    st.builds(
        CompetenceSeen,
        code=st.sampled_from(["communication", "accuracy", "unheard-of"]),
        is_strength=st.booleans(),
        feedback_ids=st.just((FEEDBACK,)),
    ),
    max_size=3,
).map(tuple)


def received(
    predicate: Predicate, competences: tuple[CompetenceSeen, ...], *, is_correction: bool
) -> FollowupCommand:
    if is_correction:
        return result(predicate, *competences, event_id=CORRECTED_RESULT, version=2)
    return result(predicate, *competences)


def completed(identity: UUID, hours: int, day: date) -> RecordTrainingCompletion:
    return RecordTrainingCompletion(
        on=TODAY,
        assignment_id=assignment_id(identity),
        completed_on=day,
        hours=Decimal(hours),
        certificate_number=Encrypted.of("LAN/2026/0042"),
    )


COMMANDS: st.SearchStrategy[FollowupCommand] = st.one_of(
    st.builds(received, st.sampled_from(Predicate), COMPETENCES, is_correction=st.booleans()),
    st.builds(
        AcceptRecommendation,
        recommendation_id=IDENTITIES,
        on=st.just(TODAY),
        reason_code=st.just("result_and_feedback"),
        day=st.none() | DAYS,
    ),
    st.builds(
        DeclineRecommendation,
        recommendation_id=IDENTITIES,
        on=st.just(TODAY),
        reason_code=st.sampled_from(["other", "because"]),
        has_reason=st.booleans(),
    ),
    st.builds(
        ReviewRecommendation, recommendation_id=IDENTITIES, stands=st.booleans(), has_reason=st.booleans()
    ),
    st.builds(completed, IDENTITIES, st.integers(0, 40), DAYS),
    st.builds(
        RecordGuidance,
        recommendation_id=IDENTITIES,
        on=DAYS,
        held_on=DAYS,
        notes=st.just(NOTES),
        has_notes=st.booleans(),
        next_session_on=st.none() | DAYS,
    ),
    st.builds(
        EndImprovement,
        recommendation_id=IDENTITIES,
        on=DAYS,
        outcome=st.sampled_from(Outcome),
        has_reason=st.booleans(),
    ),
)


def ask(state: YearFollowup, command: FollowupCommand) -> list[FollowupEvent] | None:
    try:
        return decider.decide(state, command)
    except Refusal:
        return None


@given(st.lists(COMMANDS, max_size=25))
def test_a_repeated_command_adds_nothing_and_every_stream_is_accepted(
    commands: list[FollowupCommand],
) -> None:
    state = decider.initial
    written: list[FollowupEvent] = []
    for command in commands:
        events = ask(state, command)
        if events is not None:
            state = decider.fold(events, state)
            written += events
            assert decider.decide(state, command) == []
    assert decider.fold(written) == state


@given(st.lists(COMMANDS, max_size=25))
def test_what_was_accepted_is_never_silently_undone(commands: list[FollowupCommand]) -> None:
    state = decider.initial
    for command in commands:
        before = {one.recommendation_id for one in state.recommendations if one.status == "accepted"}
        state = decider.fold(ask(state, command) or [], state)
        after = {one.recommendation_id for one in state.recommendations if one.status == "accepted"}
        assert before <= after or isinstance(command, ReviewRecommendation)


@given(st.sampled_from(Predicate), COMPETENCES)
def test_every_recommended_course_is_in_the_catalogue(
    predicate: Predicate, competences: tuple[CompetenceSeen, ...]
) -> None:
    known = {course.code for course in COURSES.on(TODAY).value.courses}
    state = decider.fold(decider.decide(decider.initial, result(predicate, *competences)))
    trainings = [one for one in state.recommendations if one.kind in (Kind.TRAINING, Kind.SPECIAL_TRAINING)]
    assert {one.code for one in trainings} <= known
    assert len({one.recommendation_id for one in state.recommendations}) == len(state.recommendations)


def test_another_segment_is_another_result() -> None:
    first = decider.fold(decider.decide(decider.initial, result(Predicate.GOOD)))
    second = replace(result(Predicate.VERY_GOOD, event_id=CORRECTED_RESULT), evaluation_id=FEEDBACK)
    assert len(decider.fold(decider.decide(first, second), first).results) == 2


@given(st.lists(COMMANDS, max_size=25))
def test_the_trail_tells_every_field_of_a_follow_up_as_it_became(commands: list[FollowupCommand]) -> None:
    state = decider.initial
    for command in commands:
        for event in ask(state, command) or []:
            before, state = state, decider.evolve(state, event)
            told_truly(before, state)
