"""What holds for every plan, whatever is asked of it."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

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
    PlanCommand,
    RemoveIndicator,
    RemoveResult,
    SetExpectation,
)
from services.planning.plan.decider import AGGREGATE, Plan
from services.planning.plan.events import PlanEvent, ResultKind
from shared.decider import Refusal
from shared.regulation.behavior import Value
from tests.services.planning.plans import (
    ARCHIVE,
    COMPLETE,
    FEBRUARY,
    ON_TIME,
    REPORT,
    SARI,
    YEAR,
    agree,
    asked_by_budi,
    give_back,
    reports_on_time,
    submit,
)
from tests.told import told_truly

results = st.sampled_from([REPORT, ARCHIVE])
titles = st.sampled_from(["Data terolah", "Arsip tertata", ""])
kinds = st.sampled_from(ResultKind)
indicators = st.builds(
    replace,
    st.just(reports_on_time),
    indicator_id=st.sampled_from([ON_TIME, COMPLETE]),
    target=st.sampled_from([None, Decimal(0), Decimal(12)]),
    due_day=st.sampled_from([None, 5, 30]),
)
commands: st.SearchStrategy[PlanCommand] = st.one_of(
    st.just(DraftPlan(employee_id=SARI, year=2026, segment=1, period=YEAR)),
    st.just(ChangePeriod(period=Period(period_from=date(2026, 7, 1), period_to=date(2026, 12, 31)))),
    st.builds(AddResult, result_id=results, title=titles, kind=kinds),
    st.builds(EditResult, result_id=results, title=titles, kind=kinds),
    st.builds(RemoveResult, result_id=results),
    st.builds(AddIndicator, result_id=results, indicator=indicators),
    st.builds(EditIndicator, result_id=results, indicator=indicators),
    st.builds(RemoveIndicator, result_id=results, indicator_id=st.sampled_from([ON_TIME, COMPLETE])),
    st.builds(SetExpectation, value=st.just(Value.LOYAL), expectation=st.sampled_from(["Teladan", ""])),
    st.sampled_from([submit, replace(submit, on=FEBRUARY)]),
    st.sampled_from([agree, replace(agree, line=asked_by_budi)]),
    st.sampled_from([give_back, replace(give_back, has_reason=False)]),
    st.builds(OpenRevision, reason_code=st.sampled_from([None, "assignment-changed"])),
    st.just(CancelRevision()),
)
decider = AGGREGATE.decider


def asked(state: Plan, command: PlanCommand) -> list[PlanEvent]:
    try:
        return decider.decide(state, command)
    except Refusal:
        return []


@given(st.lists(commands, max_size=25), commands)
def test_a_repeated_command_adds_nothing(before: list[PlanCommand], command: PlanCommand) -> None:
    state = Plan()
    for earlier in before:
        state = decider.fold(asked(state, earlier), state)
    state = decider.fold(asked(state, command), state)
    assert asked(state, command) == []


@given(st.lists(commands, max_size=40))
def test_every_stream_that_decide_writes_folds_and_keeps_what_was_agreed(asks: list[PlanCommand]) -> None:
    state = Plan()
    for command in asks:
        bound = state.agreed
        state = decider.fold(asked(state, command), state)
        if bound is not None and state.is_in_revision:
            assert state.agreed == bound
        assert state.revision >= 1


@given(st.lists(commands, max_size=40))
def test_the_trail_tells_every_field_of_a_plan_as_it_became(asks: list[PlanCommand]) -> None:
    state = Plan()
    for command in asks:
        for event in asked(state, command):
            before, state = state, decider.evolve(state, event)
            told_truly(before, state)
