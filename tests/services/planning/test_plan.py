"""The rules of a plan, one sentence each."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from services.planning.plan.commands import (
    AddIndicator,
    AddResult,
    CancelRevision,
    ChangePeriod,
    DraftPlan,
    EditIndicator,
    EditResult,
    OpenRevision,
    Period,
    RemoveIndicator,
    RemoveResult,
    SetExpectation,
)
from services.planning.plan.decider import (
    AGGREGATE,
    DueDayIsImpossible,
    IndicatorHasNoTarget,
    IndicatorIsMissing,
    Missing,
    NoRevisionIsOpen,
    NotTheAppraiser,
    OwnPlan,
    PeriodIsImpossible,
    PeriodOverlaps,
    PlanExists,
    PlanHasNoAppraiser,
    PlanIsEmpty,
    PlanIsLocked,
    PlanIsMissing,
    PlanIsNotAgreed,
    PlanIsNotSubmitted,
    ReasonIsMissing,
    ResultHasNoIndicator,
    ResultIsMissing,
    Status,
    TargetIsImpossible,
    TextIsMissing,
    missing,
)
from services.planning.plan.events import (
    Direction,
    ExpectationSet,
    IndicatorAdded,
    IndicatorEdited,
    IndicatorRemoved,
    PeriodChanged,
    PlanAgreed,
    PlanRevised,
    PlanSubmitted,
    ResultAdded,
    ResultEdited,
    ResultKind,
    ResultRemoved,
    RevisionCancelled,
)
from shared.regulation.behavior import Value
from shared.store.encrypted import Encrypted
from tests.services.planning.plans import (
    ARCHIVE,
    COMPLETE,
    FEBRUARY,
    MUTATION_UNIT,
    ON_TIME,
    RATNA,
    REPORT,
    SARI,
    YEAR,
    agree,
    agreed,
    asked_by_budi,
    asked_by_sari,
    complete,
    drafted,
    give_back,
    in_agreement,
    on_time_added,
    report_added,
    reports_on_time,
    returned,
    revision_opened,
    submit,
    submitted,
    without_target,
)
from tests.spec import Spec

plan = Spec(AGGREGATE.decider)

draft = DraftPlan(employee_id=SARI, year=2026, segment=1, period=YEAR)
first_half = Period(period_from=date(2026, 1, 1), period_to=date(2026, 6, 30))
add_archive = AddResult(result_id=ARCHIVE, title="Arsip kepegawaian tertata")
revise = OpenRevision(reason_code="assignment-changed")


def test_a_plan_is_drafted_for_a_period_of_its_year() -> None:
    plan.given().when(draft).then(drafted)


def test_a_plan_is_drafted_once() -> None:
    plan.given(drafted).when(draft).then_nothing()
    plan.given(drafted).when(replace(draft, period=first_half)).then_refused(PlanExists)


@pytest.mark.parametrize(
    "period",
    [
        Period(period_from=date(2025, 12, 31), period_to=date(2026, 6, 30)),
        Period(period_from=date(2026, 6, 30), period_to=date(2026, 1, 1)),
    ],
)
def test_a_period_outside_its_year_or_backwards_is_refused(period: Period) -> None:
    plan.given().when(replace(draft, period=period)).then_refused(PeriodIsImpossible)


def test_segments_of_a_year_share_no_day() -> None:
    second = DraftPlan(employee_id=SARI, year=2026, segment=2, period=YEAR, others=(first_half,))
    plan.given().when(second).then_refused(PeriodOverlaps)


def test_the_period_of_a_draft_may_change() -> None:
    plan.given(drafted).when(ChangePeriod(period=first_half)).then(
        PeriodChanged(period_from=first_half.period_from, period_to=first_half.period_to)
    )
    plan.given(drafted).when(ChangePeriod(period=YEAR)).then_nothing()


def test_nothing_is_written_into_a_plan_that_does_not_exist() -> None:
    plan.given().when(add_archive).then_refused(PlanIsMissing)
    plan.given().when(submit).then_refused(PlanIsMissing)
    plan.given().when(agree).then_refused(PlanIsMissing)


def test_planned_results_are_added_edited_and_removed() -> None:
    plan.given(drafted).when(add_archive).then(
        ResultAdded(result_id=ARCHIVE, title="Arsip kepegawaian tertata", kind=ResultKind.MAIN)
    )
    edit = EditResult(result_id=REPORT, title="Data terolah", kind=ResultKind.ADDITIONAL)
    plan.given(*complete).when(edit).then(
        ResultEdited(result_id=REPORT, title="Data terolah", kind=ResultKind.ADDITIONAL)
    )
    plan.given(*complete).when(RemoveResult(result_id=REPORT)).then(ResultRemoved(result_id=REPORT))
    plan.given(drafted).when(RemoveResult(result_id=REPORT)).then_nothing()
    plan.given(drafted).when(edit).then_refused(ResultIsMissing)


def test_a_result_without_words_is_refused() -> None:
    plan.given(drafted).when(replace(add_archive, title="  ")).then_refused(TextIsMissing)


def test_indicators_are_added_edited_and_removed() -> None:
    add = AddIndicator(result_id=REPORT, indicator=reports_on_time)
    plan.given(drafted, report_added).when(add).then(on_time_added)
    plan.given(*complete).when(add).then_nothing()
    higher = replace(reports_on_time, target=Decimal(11))
    plan.given(*complete).when(EditIndicator(result_id=REPORT, indicator=higher)).then(
        IndicatorEdited(result_id=REPORT, indicator=higher)
    )
    remove = RemoveIndicator(result_id=REPORT, indicator_id=ON_TIME)
    plan.given(*complete).when(remove).then(IndicatorRemoved(result_id=REPORT, indicator_id=ON_TIME))
    plan.given(drafted).when(remove).then_nothing()


def test_an_indicator_belongs_to_a_result_and_exists_before_it_is_edited() -> None:
    plan.given(drafted).when(AddIndicator(result_id=REPORT, indicator=reports_on_time)).then_refused(
        ResultIsMissing
    )
    other = replace(reports_on_time, indicator_id=COMPLETE)
    plan.given(*complete).when(EditIndicator(result_id=REPORT, indicator=other)).then_refused(
        IndicatorIsMissing
    )


@pytest.mark.parametrize("target", [Decimal(-1), Decimal(0), Decimal("NaN"), Decimal("Infinity")])
def test_an_impossible_target_is_refused(target: Decimal) -> None:
    impossible = replace(reports_on_time, target=target)
    plan.given(drafted, report_added).when(AddIndicator(result_id=REPORT, indicator=impossible)).then_refused(
        TargetIsImpossible
    )


def test_none_at_all_is_a_target_where_less_is_better() -> None:
    no_complaints = replace(reports_on_time, target=Decimal(0), direction=Direction.LOWER)
    plan.given(drafted, report_added).when(AddIndicator(result_id=REPORT, indicator=no_complaints)).then(
        IndicatorAdded(result_id=REPORT, indicator=no_complaints)
    )


@pytest.mark.parametrize("day", [0, 29, 31])
def test_a_due_day_that_some_month_lacks_is_refused(day: int) -> None:
    plan.given(drafted, report_added).when(
        AddIndicator(result_id=REPORT, indicator=replace(reports_on_time, due_day=day))
    ).then_refused(DueDayIsImpossible)


def test_the_leader_sets_an_expectation_until_agreement() -> None:
    expect = SetExpectation(value=Value.SERVICE, expectation="Membalas pertanyaan dalam satu hari")
    expected = ExpectationSet(
        value=Value.SERVICE, expectation=Encrypted.of("Membalas pertanyaan dalam satu hari")
    )
    plan.given(*complete, submitted).when(expect).then(expected)
    plan.given(*complete, submitted, expected).when(expect).then_nothing()
    plan.given(*complete).when(replace(expect, unchanged=True)).then_nothing()
    plan.given(*in_agreement).when(expect).then_refused(PlanIsLocked)


def test_a_complete_plan_is_submitted_once() -> None:
    plan.given(*complete).when(submit).then(submitted)
    plan.given(*complete, submitted).when(submit).then_nothing()


def test_an_incomplete_plan_is_refused_with_what_it_lacks() -> None:
    plan.given(drafted).when(submit).then_refused(PlanIsEmpty)
    plan.given(drafted, report_added).when(submit).then_refused(ResultHasNoIndicator)
    unmeasured = IndicatorAdded(result_id=REPORT, indicator=without_target)
    plan.given(drafted, report_added, unmeasured).when(submit).then_refused(IndicatorHasNoTarget)


def test_a_draft_says_everything_it_lacks_at_once() -> None:
    bare = ResultAdded(result_id=ARCHIVE, title="Arsip", kind=ResultKind.MAIN)
    unmeasured = IndicatorAdded(result_id=REPORT, indicator=without_target)
    state = AGGREGATE.decider.fold((drafted, report_added, bare, unmeasured))
    assert missing(state) == (
        Missing(code="indicator-has-no-target", result_id=REPORT, indicator_id=ON_TIME),
        Missing(code="result-has-no-indicator", result_id=ARCHIVE),
    )


def test_late_submission_and_agreement_are_said_and_not_refused() -> None:
    plan.given(*complete).when(replace(submit, on=FEBRUARY)).then(
        PlanSubmitted(unit_id=MUTATION_UNIT, appraiser_id=RATNA, late=True)
    )
    plan.given(*complete, submitted).when(replace(agree, on=FEBRUARY)).then(
        PlanAgreed(unit_id=MUTATION_UNIT, appraiser_id=RATNA, late=True)
    )


def test_who_has_no_appraiser_cannot_submit_to_anyone() -> None:
    to_nobody = replace(submit, line=replace(asked_by_sari, appraiser_id=None))
    plan.given(*complete).when(to_nobody).then_refused(PlanHasNoAppraiser)


def test_a_submitted_plan_is_locked() -> None:
    plan.given(*complete, submitted).when(add_archive).then_refused(PlanIsLocked)


def test_the_appraiser_returns_a_plan_with_a_reason() -> None:
    plan.given(*complete, submitted).when(give_back).then(returned)
    plan.given(*complete, submitted).when(replace(give_back, has_reason=False)).then_refused(ReasonIsMissing)
    plan.given(*complete).when(give_back).then_refused(PlanIsNotSubmitted)
    plan.given(*complete, submitted, returned).when(give_back).then_nothing()


def test_a_returned_plan_is_changed_and_submitted_again() -> None:
    plan.given(*complete, submitted, returned).when(RemoveResult(result_id=REPORT)).then(
        ResultRemoved(result_id=REPORT)
    )
    plan.given(*complete, submitted, returned).when(submit).then(submitted)


def test_the_appraiser_of_the_day_agrees_a_submitted_plan() -> None:
    plan.given(*complete, submitted).when(agree).then(agreed)
    plan.given(*in_agreement).when(agree).then_nothing()
    plan.given(*complete).when(agree).then_refused(PlanIsNotSubmitted)


def test_nobody_agrees_the_own_plan() -> None:
    own = replace(agree, line=replace(asked_by_sari, appraiser_id=SARI))
    plan.given(*complete, submitted).when(own).then_refused(OwnPlan)


def test_who_is_not_the_appraiser_of_that_day_neither_agrees_nor_returns() -> None:
    plan.given(*complete, submitted).when(replace(agree, line=asked_by_budi)).then_refused(NotTheAppraiser)
    plan.given(*complete, submitted).when(replace(give_back, line=asked_by_budi)).then_refused(
        NotTheAppraiser
    )


def test_an_agreed_plan_changes_only_in_a_revision_with_a_reason() -> None:
    plan.given(*in_agreement).when(add_archive).then_refused(PlanIsLocked)
    plan.given(*in_agreement).when(OpenRevision(reason_code=None)).then_refused(ReasonIsMissing)
    plan.given(*complete).when(revise).then_refused(PlanIsNotAgreed)
    plan.given(*in_agreement).when(revise).then(revision_opened)
    plan.given(*in_agreement, revision_opened).when(revise).then_nothing()


def test_a_revision_is_proposed_and_agreed_like_a_plan_and_is_never_late() -> None:
    plan.given(*in_agreement, revision_opened).when(replace(submit, on=FEBRUARY)).then(submitted)
    plan.given(*in_agreement, revision_opened, submitted).when(replace(agree, on=FEBRUARY)).then(
        PlanRevised(unit_id=MUTATION_UNIT, appraiser_id=RATNA, revision=2, reason_code="assignment-changed")
    )


def test_a_cancelled_revision_leaves_what_was_agreed() -> None:
    changed = (revision_opened, ResultRemoved(result_id=REPORT))
    plan.given(*in_agreement, *changed).when(CancelRevision()).then(RevisionCancelled())
    before = AGGREGATE.decider.fold(in_agreement)
    assert AGGREGATE.decider.fold((*in_agreement, *changed, RevisionCancelled())) == before
    plan.given(*in_agreement).when(CancelRevision()).then_nothing()
    plan.given(*complete).when(CancelRevision()).then_refused(NoRevisionIsOpen)
    plan.given(*in_agreement, revision_opened, submitted).when(CancelRevision()).then_refused(PlanIsLocked)


def test_what_was_agreed_binds_while_a_revision_is_under_way() -> None:
    state = AGGREGATE.decider.fold((*in_agreement, revision_opened, ResultRemoved(result_id=REPORT)))
    assert state.status is Status.REVISING
    assert state.is_in_revision
    assert state.agreed is not None
    assert [one.result_id for one in state.agreed.results] == [REPORT]
