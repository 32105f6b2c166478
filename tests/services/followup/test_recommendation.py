"""What results lead to, and what persons decide about it."""

from datetime import date
from uuid import UUID

import pytest

from services.followup.recommendation.commands import (
    AcceptRecommendation,
    DeclineRecommendation,
    ReviewRecommendation,
)
from services.followup.recommendation.decider import FOLLOWUP
from services.followup.recommendation.decider.decisions import assignment_id
from services.followup.recommendation.decider.refusals import (
    DateIsInThePast,
    ReasonIsMissing,
    ReasonIsUnknown,
    RecommendationIsNotOpen,
    RecommendationIsUnknown,
    ReviewIsNotNeeded,
    SessionDateIsMissing,
)
from services.followup.recommendation.events import (
    FollowupEvent,
    FollowupRecommended,
    FollowupWithdrawn,
    GuidanceScheduled,
    ImprovementStarted,
    PlacementSuggested,
    PromotionProposed,
    RecommendationAccepted,
    RecommendationConfirmed,
    RecommendationDeclined,
    RecommendationRevoked,
    ReviewRequested,
    TrainingAssigned,
)
from shared.regulation.followup_rules import CompetenceSeen, Kind, followup_rule
from shared.regulation.rating import Predicate
from tests.services.followup.story import (
    ALL_FEEDBACK,
    CORRECTED_RESULT,
    FEEDBACK,
    FIRST_RESULT,
    TODAY,
    UNIT,
    after,
    communication_as_strength,
    communication_to_develop,
    followup,
    identity,
    recommended,
    result,
)

VERY_GOOD, GOOD, NEEDS_IMPROVEMENT = Predicate.VERY_GOOD, Predicate.GOOD, Predicate.NEEDS_IMPROVEMENT
COURSE = "public-service-communication"


def accept(events: tuple[FollowupEvent, ...], code: str, day: date | None = None) -> AcceptRecommendation:
    return AcceptRecommendation(
        recommendation_id=identity(events, code), on=TODAY, reason_code="result_and_feedback", day=day
    )


def decline(events: tuple[FollowupEvent, ...], code: str, *, reason: bool = True) -> DeclineRecommendation:
    return DeclineRecommendation(
        recommendation_id=identity(events, code), on=TODAY, reason_code="already_covered", has_reason=reason
    )


def review(events: tuple[FollowupEvent, ...], code: str, *, stands: bool) -> ReviewRecommendation:
    return ReviewRecommendation(recommendation_id=identity(events, code), stands=stands, has_reason=True)


def accepted(events: tuple[FollowupEvent, ...], code: str) -> tuple[FollowupEvent, ...]:
    state = FOLLOWUP.decider.fold(events)
    return (*events, *FOLLOWUP.decider.decide(state, accept(events, code)))


@pytest.mark.parametrize(
    ("predicate", "expected"),
    [
        (VERY_GOOD, [(Kind.PROMOTION, "promotion")]),
        (GOOD, [(Kind.TRAINING, "position-development")]),
        *(
            (
                predicate,
                [
                    (Kind.GUIDANCE, "guidance"),
                    (Kind.SPECIAL_TRAINING, "performance-recovery"),
                    (Kind.IMPROVEMENT_PERIOD, "improvement_period"),
                ],
            )
            for predicate in (NEEDS_IMPROVEMENT, Predicate.POOR_OR_MISCONDUCT, Predicate.VERY_POOR)
        ),
    ],
)
def test_the_predicate_leads_to_its_recommendations(
    predicate: Predicate, expected: list[tuple[Kind, str]]
) -> None:
    assert recommended(after(result(predicate))) == expected


def test_a_competence_to_develop_leads_to_its_course() -> None:
    assert recommended(after(result(GOOD, communication_to_develop))) == [(Kind.TRAINING, COURSE)]
    assert (Kind.SPECIAL_TRAINING, COURSE) in recommended(
        after(result(NEEDS_IMPROVEMENT, communication_to_develop))
    )


def test_communication_as_a_strength_leads_to_the_front_office() -> None:
    assert recommended(after(result(VERY_GOOD, communication_as_strength)))[1:] == [
        (Kind.PLACEMENT, "front-office"),
        (Kind.PLACEMENT, "information-service"),
    ]


@pytest.mark.parametrize("predicate", Predicate)
@pytest.mark.parametrize(
    "competences", [(), (communication_to_develop,), (communication_as_strength, communication_to_develop)]
)
def test_every_recommendation_cites_rule_result_and_feedback(
    predicate: Predicate, competences: tuple[CompetenceSeen, ...]
) -> None:
    events = after(result(predicate, *competences))
    found = [one for one in events if isinstance(one, FollowupRecommended)]
    assert found
    for one in found:
        rule = followup_rule(one.rule_id, TODAY)
        assert rule
        assert rule.kind is one.kind
        assert one.rule_from == date(2022, 2, 3)
        assert one.result_event_id == FIRST_RESULT
        assert one.feedback_ids


def test_what_follows_no_competence_cites_the_feedback_that_fits_it_or_else_all() -> None:
    def cited(*events: FollowupEvent) -> dict[Kind, tuple[UUID, ...]]:
        return {one.kind: one.feedback_ids for one in events if isinstance(one, FollowupRecommended)}

    to_improve = cited(*after(result(NEEDS_IMPROVEMENT, communication_to_develop)))
    assert to_improve[Kind.GUIDANCE] == to_improve[Kind.IMPROVEMENT_PERIOD] == (FEEDBACK,)
    assert cited(*after(result(VERY_GOOD, communication_as_strength)))[Kind.PROMOTION] == (FEEDBACK,)
    assert cited(*after(result(VERY_GOOD, communication_to_develop)))[Kind.PROMOTION] == ALL_FEEDBACK
    assert cited(*after(result(GOOD)))[Kind.TRAINING] == ALL_FEEDBACK


def test_the_second_good_year_in_a_row_has_priority() -> None:
    (_, first) = after(result(GOOD))
    (_, second) = after(result(GOOD, year_before=GOOD))
    (_, promotion) = after(result(VERY_GOOD, year_before=VERY_GOOD))
    assert [
        one.has_priority for one in (first, second, promotion) if isinstance(one, FollowupRecommended)
    ] == [
        False,
        True,
        True,
    ]


def test_a_result_told_twice_adds_nothing() -> None:
    events = after(result(GOOD))
    followup.given(*events).when(result(GOOD)).then_nothing()


def test_a_correction_that_overtook_its_result_stands() -> None:
    events = after(result(GOOD, event_id=CORRECTED_RESULT, version=2))
    followup.given(*events).when(result(NEEDS_IMPROVEMENT)).then_nothing()


def test_an_accepted_course_is_assigned() -> None:
    events = after(result(GOOD, communication_to_develop))
    course = identity(events, COURSE)
    followup.given(*events).when(accept(events, COURSE)).then(
        RecommendationAccepted(recommendation_id=course),
        TrainingAssigned(
            recommendation_id=course,
            assignment_id=assignment_id(course),
            course_code=COURSE,
            is_special=False,
            complete_by=date(2026, 12, 31),
        ),
    )


def test_accepted_guidance_has_a_first_session() -> None:
    events = after(result(NEEDS_IMPROVEMENT))
    guidance = identity(events, "guidance")
    followup.given(*events).when(accept(events, "guidance")).then_refused(SessionDateIsMissing)
    followup.given(*events).when(accept(events, "guidance", date(2026, 2, 2))).then(
        RecommendationAccepted(recommendation_id=guidance),
        GuidanceScheduled(recommendation_id=guidance, session_on=date(2026, 2, 2)),
    )


def test_an_accepted_improvement_period_runs_six_months() -> None:
    events = after(result(NEEDS_IMPROVEMENT))
    period = identity(events, "improvement_period")
    followup.given(*events).when(accept(events, "improvement_period", date(2026, 2, 1))).then(
        RecommendationAccepted(recommendation_id=period),
        ImprovementStarted(recommendation_id=period, starts_on=date(2026, 2, 1), ends_on=date(2026, 7, 31)),
    )


def test_promotion_is_proposed_and_placement_suggested() -> None:
    events = after(result(VERY_GOOD, communication_as_strength))
    promotion, front_office = identity(events, "promotion"), identity(events, "front-office")
    followup.given(*events).when(accept(events, "promotion")).then(
        RecommendationAccepted(recommendation_id=promotion), PromotionProposed(recommendation_id=promotion)
    )
    followup.given(*events).when(accept(events, "front-office")).then(
        RecommendationAccepted(recommendation_id=front_office),
        PlacementSuggested(
            recommendation_id=front_office, competence="communication", job_family="front-office"
        ),
    )


def test_accepting_needs_a_reason_of_the_list_and_a_day_to_come() -> None:
    events = after(result(GOOD))
    course = identity(events, "position-development")
    followup.given(*events).when(
        AcceptRecommendation(recommendation_id=course, on=TODAY, reason_code="because")
    ).then_refused(ReasonIsUnknown)
    followup.given(*events).when(accept(events, "position-development", date(2026, 1, 19))).then_refused(
        DateIsInThePast
    )


def test_declining_needs_a_reason_in_words() -> None:
    events = after(result(GOOD))
    course = identity(events, "position-development")
    followup.given(*events).when(decline(events, "position-development", reason=False)).then_refused(
        ReasonIsMissing
    )
    followup.given(*events).when(decline(events, "position-development")).then(
        RecommendationDeclined(recommendation_id=course)
    )


def test_declining_needs_a_reason_of_the_list() -> None:
    events = after(result(GOOD))
    followup.given(*events).when(
        DeclineRecommendation(
            recommendation_id=identity(events, "position-development"),
            on=TODAY,
            reason_code="because",
            has_reason=True,
        )
    ).then_refused(ReasonIsUnknown)


def test_what_is_decided_is_not_decided_otherwise() -> None:
    events = after(result(GOOD))
    yes = accepted(events, "position-development")
    no = (*events, RecommendationDeclined(recommendation_id=identity(events, "position-development")))
    followup.given(*yes).when(decline(events, "position-development")).then_refused(
        RecommendationIsNotOpen, status="accepted"
    )
    followup.given(*no).when(accept(events, "position-development")).then_refused(
        RecommendationIsNotOpen, status="declined"
    )


def test_an_unknown_recommendation_is_refused() -> None:
    followup.given().when(
        DeclineRecommendation(recommendation_id=UNIT, on=TODAY, reason_code="other", has_reason=True)
    ).then_refused(RecommendationIsUnknown)


def test_a_correction_withdraws_the_open_and_recommends_anew() -> None:
    events = after(result(NEEDS_IMPROVEMENT))
    corrected = after(result(GOOD, event_id=CORRECTED_RESULT, version=2), *events)
    assert [one.recommendation_id for one in corrected if isinstance(one, FollowupWithdrawn)] == [
        identity(events, code) for code in ("guidance", "performance-recovery", "improvement_period")
    ]
    assert recommended(corrected[len(events) :]) == [(Kind.TRAINING, "position-development")]


def test_a_correction_asks_to_review_the_accepted_and_undoes_nothing() -> None:
    events = accepted(after(result(NEEDS_IMPROVEMENT)), "improvement_period")
    corrected = after(result(GOOD, event_id=CORRECTED_RESULT, version=2), *events)
    period = identity(events, "improvement_period")
    assert ReviewRequested(recommendation_id=period, corrected_by=CORRECTED_RESULT) in corrected
    followup.given(*corrected).when(review(events, "improvement_period", stands=True)).then(
        RecommendationConfirmed(recommendation_id=period)
    )
    followup.given(*corrected).when(review(events, "improvement_period", stands=False)).then(
        RecommendationRevoked(recommendation_id=period)
    )


def test_a_correction_does_not_propose_again_what_was_accepted() -> None:
    events = accepted(after(result(GOOD)), "position-development")
    corrected = after(result(GOOD, event_id=CORRECTED_RESULT, version=2), *events)
    assert recommended(corrected[len(events) :]) == []


def test_an_accepted_course_does_not_stand_for_the_special_training() -> None:
    events = accepted(after(result(GOOD, communication_to_develop)), COURSE)
    poor = result(NEEDS_IMPROVEMENT, communication_to_develop, event_id=CORRECTED_RESULT, version=2)
    corrected = after(poor, *events)
    assert (Kind.SPECIAL_TRAINING, COURSE) in recommended(corrected[len(events) :])
    assert (
        ReviewRequested(recommendation_id=identity(events, COURSE), corrected_by=CORRECTED_RESULT)
        in corrected
    )


def test_only_what_rests_on_a_corrected_result_is_taken_back() -> None:
    events = accepted(after(result(GOOD)), "position-development")
    followup.given(*events).when(review(events, "position-development", stands=False)).then_refused(
        ReviewIsNotNeeded
    )


def test_a_review_needs_a_reason_in_words() -> None:
    events = accepted(after(result(GOOD)), "position-development")
    corrected = after(result(NEEDS_IMPROVEMENT, event_id=CORRECTED_RESULT, version=2), *events)
    followup.given(*corrected).when(
        ReviewRecommendation(
            recommendation_id=identity(events, "position-development"), stands=True, has_reason=False
        )
    ).then_refused(ReasonIsMissing)
