"""An evaluation's rules, as sentences."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from uuid import UUID

import pytest

from services.assessment.evaluation.assessing import assess
from services.assessment.evaluation.commands import (
    AcknowledgeResult,
    CorrectResult,
    IndicatorProgress,
    NotePlanReturned,
    OpenEvaluation,
    PublishResult,
    RateBehavior,
    RateResults,
    RegisterEvaluation,
    RevisePlan,
)
from services.assessment.evaluation.decider import AGGREGATE, Evaluation, Status
from services.assessment.evaluation.events import (
    AssessmentCompleted,
    AssessmentCorrected,
    BehaviorRated,
    EvaluationEvent,
    EvaluationOpened,
    EvaluationPlanRevised,
    EvaluationRegistered,
    EvaluationReturned,
    IndicatorReports,
    NotedCompetence,
    ResultAcknowledged,
    ResultsRated,
)
from services.assessment.evaluation.refusals import (
    BehaviorIncomplete,
    CorrectionChangesNothing,
    CorrectionWithoutReason,
    DifferenceWithoutReason,
    FeedbackMissing,
    NotTheAppraiser,
    NotTheEmployee,
    NotTheSuperior,
    OwnRating,
    PlanNotAgreed,
    RatingIncomplete,
    RatingOutOfDate,
    ResultHasMoved,
    ResultIsPublished,
    ResultNotPublished,
)
from shared.regulation.competences import CompetenceKind
from shared.regulation.rating import Predicate, Rating, predicate_of
from tests.services.assessment.people import (
    ALL_MET,
    BUDI,
    CONTENT,
    ELEVEN_OF_TWELVE,
    HENDRA,
    IN_JANUARY,
    ON_TIME,
    PLAN,
    RATNA,
    REPORTS,
    SARI,
    SERVICE,
)
from tests.spec import Spec

evaluation = Spec(AGGREGATE.decider)

registered = EvaluationRegistered(plan=PLAN)
returned = EvaluationReturned(revision=1, plan_reason_code="targets-unclear")
opened = EvaluationOpened(plan=PLAN, content=CONTENT)
rated = ResultsRated(
    assessed=assess(CONTENT, ELEVEN_OF_TWELVE, on=IN_JANUARY), chosen=Rating.MET, differs=False
)
behaved = BehaviorRated(
    values=ALL_MET,
    suggested=Rating.MET,
    suggestion_rule="suggested-behavior-rating",
    chosen=Rating.MET,
    differs=False,
)
ON_SCHEDULE = IndicatorReports(indicator_id=ON_TIME, reports_on_time=11, reports_due=12)
ALL_FEEDBACK = (UUID(int=301), UUID(int=302))
accurate = NotedCompetence(code="accuracy", kind=CompetenceKind.STRENGTH, feedback_ids=(UUID(int=301),))
completed = AssessmentCompleted(
    plan=PLAN,
    result_rating=Rating.MET,
    behavior_rating=Rating.MET,
    predicate=predicate_of(Rating.MET, Rating.MET, on=CONTENT.period_to),
    reports_on_time=11,
    reports_due=12,
    competences=(accurate,),
    feedback_ids=ALL_FEEDBACK,
    indicators=(ON_SCHEDULE,),
    result_version=1,
    supersedes=None,
)
until_open: tuple[EvaluationEvent, ...] = (registered, opened)
until_drafted: tuple[EvaluationEvent, ...] = (*until_open, rated, behaved)
until_published: tuple[EvaluationEvent, ...] = (*until_drafted, completed)

rate = RateResults(
    rated_by=RATNA,
    appraiser_id=RATNA,
    on=IN_JANUARY,
    progress=ELEVEN_OF_TWELVE,
    chosen=Rating.MET,
    has_reason=False,
    same_reason=True,
)
rate_behavior = RateBehavior(
    rated_by=RATNA,
    appraiser_id=RATNA,
    on=IN_JANUARY,
    values=ALL_MET,
    chosen=Rating.MET,
    has_reason=False,
    same_reason=True,
)
publish = PublishResult(
    published_by=RATNA,
    appraiser_id=RATNA,
    unit_id=PLAN.unit_id,
    on=IN_JANUARY,
    progress=ELEVEN_OF_TWELVE,
    results_with_feedback=frozenset({REPORTS, SERVICE}),
    competences=(accurate,),
    feedback_ids=ALL_FEEDBACK,
)
correct = CorrectResult(
    corrected_by=HENDRA,
    appraiser_id=RATNA,
    superior_id=HENDRA,
    on=date(2027, 2, 1),
    corrects=1,
    supersedes=UUID(int=400),
    result_rating=Rating.ABOVE,
    behavior_rating=Rating.ABOVE,
    has_reason=True,
)


def test_a_submitted_plan_waits_for_its_agreement() -> None:
    evaluation.given().when(RegisterEvaluation(plan=PLAN)).then(registered)


def test_a_plan_submitted_again_after_its_return_waits_again() -> None:
    evaluation.given(registered, returned).when(RegisterEvaluation(plan=PLAN)).then(registered)


def test_a_submission_heard_twice_is_registered_once() -> None:
    evaluation.given(registered).when(RegisterEvaluation(plan=PLAN)).then_nothing()


def test_a_submission_of_a_plan_under_assessment_changes_nothing() -> None:
    evaluation.given(*until_open).when(RegisterEvaluation(plan=PLAN)).then_nothing()


def test_a_returned_plan_is_shown_as_returned() -> None:
    note = NotePlanReturned(revision=1, plan_reason_code="targets-unclear")
    evaluation.given(registered).when(note).then(returned)
    evaluation.given(registered, returned).when(note).then_nothing()


def test_an_agreed_plan_opens_the_evaluation() -> None:
    evaluation.given(registered).when(OpenEvaluation(plan=PLAN, content=CONTENT)).then(opened)
    evaluation.given(*until_open).when(OpenEvaluation(plan=PLAN, content=CONTENT)).then_nothing()


def test_a_revised_plan_replaces_what_is_assessed_and_undoes_the_draft() -> None:
    revised = replace(CONTENT, results=CONTENT.results[:1])
    newer = replace(PLAN, revision=2)
    ask = RevisePlan(plan=newer, content=revised, plan_reason_code="task-changed")
    told = EvaluationPlanRevised(plan=newer, content=revised, plan_reason_code="task-changed")
    evaluation.given(*until_drafted).when(ask).then(told)
    evaluation.given(*until_drafted, told).when(ask).then_nothing()
    evaluation.given(*until_drafted, told).when(publish).then_refused(RatingIncomplete)


def test_a_revision_of_a_plan_whose_agreement_was_missed_opens_the_evaluation() -> None:
    ask = RevisePlan(plan=PLAN, content=CONTENT, plan_reason_code="task-changed")
    evaluation.given(registered).when(ask).then(opened)


def test_a_published_result_keeps_the_plan_it_rated() -> None:
    ask = RevisePlan(plan=replace(PLAN, revision=2), content=CONTENT, plan_reason_code="task-changed")
    evaluation.given(*until_published).when(ask).then_refused(ResultIsPublished)


def test_results_are_rated_beside_what_the_numbers_suggest() -> None:
    evaluation.given(*until_open).when(rate).then(rated)
    evaluation.given(*until_open, rated).when(rate).then_nothing()


def test_the_numbers_say_how_they_came_about() -> None:
    reached = rated.assessed.results[0].indicators[0]
    assert reached.realised is not None
    assert (reached.reports_on_time, reached.reports_due) == (11, 12)
    assert reached.realised.value == Decimal("91.67")
    assert reached.realised.rule_id == "timeliness"
    assert reached.achievement.value == Decimal("91.67")
    assert [step.formula for step in reached.achievement.steps] == ["C = R / T × 100", "0 ≤ C ≤ 120"]
    assert rated.assessed.achievement.value == Decimal("97.92")
    assert rated.assessed.suggested is Rating.MET


def test_what_was_never_reported_counts_as_nothing_also_where_lower_is_better() -> None:
    silent = assess(CONTENT, (), on=IN_JANUARY)
    assert silent.results[1].achievement.value == 0
    assert (silent.reports_on_time, silent.reports_due) == (0, 12)
    assert silent.suggested is Rating.BELOW


def test_differing_from_the_suggestion_needs_a_reason() -> None:
    higher = replace(rate, chosen=Rating.ABOVE)
    evaluation.given(*until_open).when(higher).then_refused(
        DifferenceWithoutReason, suggested="met", chosen="above"
    )
    evaluation.given(*until_open).when(replace(higher, has_reason=True)).then(
        replace(rated, chosen=Rating.ABOVE, differs=True)
    )


def test_a_plan_that_is_not_agreed_is_not_rated() -> None:
    evaluation.given(registered).when(rate).then_refused(PlanNotAgreed)
    evaluation.given().when(rate_behavior).then_refused(PlanNotAgreed)


def test_nobody_rates_the_own_work() -> None:
    evaluation.given(*until_open).when(replace(rate, rated_by=SARI, appraiser_id=SARI)).then_refused(
        OwnRating
    )


def test_only_the_appraiser_of_that_date_rates_and_publishes() -> None:
    evaluation.given(*until_open).when(replace(rate, rated_by=BUDI)).then_refused(NotTheAppraiser)
    evaluation.given(*until_open).when(replace(rate, appraiser_id=None)).then_refused(NotTheAppraiser)
    evaluation.given(*until_drafted).when(replace(publish, published_by=BUDI)).then_refused(NotTheAppraiser)


def test_a_published_result_is_not_rated_twice() -> None:
    evaluation.given(*until_published).when(rate).then_refused(ResultIsPublished)
    evaluation.given(*until_published).when(rate_behavior).then_refused(ResultIsPublished)
    evaluation.given(*until_published).when(publish).then_refused(ResultIsPublished)


def test_behavior_is_rated_value_by_value() -> None:
    evaluation.given(*until_open).when(rate_behavior).then(behaved)
    evaluation.given(*until_open).when(replace(rate_behavior, values=ALL_MET[:6])).then_refused(
        BehaviorIncomplete
    )
    evaluation.given(*until_open).when(replace(rate_behavior, chosen=Rating.BELOW)).then_refused(
        DifferenceWithoutReason
    )


def test_behavior_may_be_rated_otherwise_with_a_reason_and_the_same_rating_again_is_nothing_new() -> None:
    ask = replace(rate_behavior, chosen=Rating.BELOW, has_reason=True)
    evaluation.given(*until_open).when(ask).then(replace(behaved, chosen=Rating.BELOW, differs=True))
    evaluation.given(*until_drafted).when(rate_behavior).then_nothing()


def test_the_same_rating_for_another_reason_is_saved_anew() -> None:
    evaluation.given(*until_drafted).when(replace(rate, same_reason=False)).then(rated)
    evaluation.given(*until_drafted).when(replace(rate_behavior, same_reason=False)).then(behaved)


def test_the_result_carries_all_that_others_need() -> None:
    evaluation.given(*until_drafted).when(publish).then(completed)


def test_the_result_names_the_appraiser_and_the_unit_of_that_day() -> None:
    moved = replace(publish, published_by=BUDI, appraiser_id=BUDI, unit_id=UUID(int=10))
    plan = replace(PLAN, appraiser_id=BUDI, unit_id=UUID(int=10))
    evaluation.given(*until_drafted).when(moved).then(replace(completed, plan=plan))


def test_no_result_without_both_ratings() -> None:
    evaluation.given(*until_open, rated).when(publish).then_refused(RatingIncomplete)


def test_no_result_without_feedback_on_each_planned_result() -> None:
    silent = replace(publish, results_with_feedback=frozenset({REPORTS}))
    evaluation.given(*until_drafted).when(silent).then_refused(FeedbackMissing, missing=1)


def test_a_draft_from_older_numbers_is_not_published() -> None:
    moved = replace(
        publish, progress=(*ELEVEN_OF_TWELVE[:2], IndicatorProgress(indicator_id=UUID(int=203), reports=()))
    )
    evaluation.given(*until_drafted).when(moved).then_refused(RatingOutOfDate)


def test_the_employee_has_read_each_version_of_the_result() -> None:
    read = AcknowledgeResult(acknowledged_by=SARI)
    evaluation.given(*until_drafted).when(read).then_refused(ResultNotPublished)
    evaluation.given(*until_published).when(AcknowledgeResult(acknowledged_by=BUDI)).then_refused(
        NotTheEmployee
    )
    told = ResultAcknowledged(result_version=1)
    evaluation.given(*until_published).when(read).then(told)
    evaluation.given(*until_published, told).when(read).then_nothing()


def test_the_superior_of_the_appraiser_corrects_and_cites_what_is_replaced() -> None:
    corrected = AssessmentCorrected(
        plan=PLAN,
        result_rating=Rating.ABOVE,
        behavior_rating=Rating.ABOVE,
        predicate=predicate_of(Rating.ABOVE, Rating.ABOVE, on=CONTENT.period_to),
        reports_on_time=11,
        reports_due=12,
        competences=(accurate,),
        feedback_ids=ALL_FEEDBACK,
        indicators=(ON_SCHEDULE,),
        result_version=2,
        supersedes=UUID(int=400),
    )
    assert corrected.predicate.predicate is Predicate.VERY_GOOD
    evaluation.given(*until_published).when(correct).then(corrected)
    evaluation.given(*until_published, corrected).when(correct).then_nothing()
    evaluation.given(*until_published, corrected).when(
        replace(correct, result_rating=Rating.BELOW)
    ).then_refused(ResultHasMoved, version=2)


@pytest.mark.parametrize(
    ("ask", "reason"),
    [
        (replace(correct, corrected_by=RATNA), NotTheSuperior),
        (replace(correct, superior_id=None), NotTheSuperior),
        (replace(correct, appraiser_id=HENDRA), NotTheSuperior),  # both by then
        (replace(correct, corrected_by=SARI, superior_id=SARI), OwnRating),
        (replace(correct, has_reason=False), CorrectionWithoutReason),
    ],
)
def test_nobody_else_corrects_and_nobody_without_a_reason(ask: CorrectResult, reason: type) -> None:
    evaluation.given(*until_published).when(ask).then_refused(reason)


def test_a_correction_changes_the_result() -> None:
    alike = replace(correct, result_rating=Rating.MET, behavior_rating=Rating.MET)
    evaluation.given(*until_published).when(alike).then_refused(CorrectionChangesNothing)


def test_who_published_does_not_correct_it_as_superior_of_a_later_appraiser() -> None:
    promoted = replace(correct, corrected_by=RATNA, appraiser_id=BUDI, superior_id=RATNA)
    evaluation.given(*until_published).when(promoted).then_refused(NotTheSuperior)
    once = AGGREGATE.decider.decide(AGGREGATE.decider.fold(until_published), correct)
    evaluation.given(*until_published, *once).when(
        replace(promoted, corrects=2, result_rating=Rating.MET)
    ).then_refused(NotTheSuperior)


def test_nothing_published_means_nothing_to_correct() -> None:
    evaluation.given(*until_drafted).when(correct).then_refused(ResultNotPublished)


def test_a_draft_leaves_the_evaluation_open() -> None:
    state: Evaluation = AGGREGATE.decider.fold(until_drafted)
    assert (state.status, state.result) == (Status.OPEN, None)
