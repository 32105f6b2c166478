"""What may be written into a plan while it is open to change."""

from datetime import date
from decimal import Decimal

from services.planning.plan.commands import (
    AddIndicator,
    AddResult,
    ChangePeriod,
    DraftPlan,
    EditIndicator,
    EditResult,
    Period,
    RemoveIndicator,
    RemoveResult,
    SetExpectation,
)
from services.planning.plan.decider.refusals import (
    DueDayIsImpossible,
    IndicatorIsMissing,
    PeriodIsImpossible,
    PeriodOverlaps,
    PlanExists,
    PlanIsLocked,
    PlanIsMissing,
    ResultIsMissing,
    TargetIsImpossible,
    TextIsMissing,
)
from services.planning.plan.decider.state import Expectation, Plan, PlannedResult, Status
from services.planning.plan.events import (
    Direction,
    ExpectationSet,
    Indicator,
    IndicatorAdded,
    IndicatorEdited,
    IndicatorRemoved,
    PeriodChanged,
    PlanDrafted,
    PlanEvent,
    ResultAdded,
    ResultEdited,
    ResultRemoved,
)
from shared.store.encrypted import Encrypted

DUE_DAYS = range(1, 29)


def draft(plan: Plan, command: DraftPlan) -> list[PlanEvent]:
    """One plan per employee, year and segment; segments of a year share no day."""
    period = command.period
    if plan.status is not Status.ABSENT:
        if (plan.period_from, plan.period_to) == (period.period_from, period.period_to):
            return []
        raise PlanExists
    check_period(period, command.year, command.others)
    return [
        PlanDrafted(
            employee_id=command.employee_id,
            year=command.year,
            segment=command.segment,
            period_from=period.period_from,
            period_to=period.period_to,
        )
    ]


def change_period(plan: Plan, command: ChangePeriod) -> list[PlanEvent]:
    """A draft's period may change within its year."""
    must_be_editable(plan)
    period = command.period
    if (plan.period_from, plan.period_to) == (period.period_from, period.period_to):
        return []
    check_period(period, plan.year, command.others)
    return [PeriodChanged(period_from=period.period_from, period_to=period.period_to)]


def check_period(period: Period, year: int, others: tuple[Period, ...]) -> None:
    """Both ends in `year`, in order, and no day shared. Raises PeriodIsImpossible, PeriodOverlaps."""
    if not date(year, 1, 1) <= period.period_from <= period.period_to <= date(year, 12, 31):
        raise PeriodIsImpossible
    if any(period.overlaps(other) for other in others):
        raise PeriodOverlaps


def change_result(plan: Plan, command: AddResult | EditResult | RemoveResult) -> list[PlanEvent]:
    """Planned results change while the plan is open to change."""
    must_be_editable(plan)
    known = plan.result(command.result_id)
    if isinstance(command, RemoveResult):
        return [ResultRemoved(result_id=command.result_id)] if known else []
    if not command.title.strip():
        raise TextIsMissing
    if isinstance(command, AddResult):
        if known:
            return []
        return [ResultAdded(result_id=command.result_id, title=command.title, kind=command.kind)]
    if known is None:
        raise ResultIsMissing
    if (known.title, known.kind) == (command.title, command.kind):
        return []
    return [ResultEdited(result_id=command.result_id, title=command.title, kind=command.kind)]


def change_indicator(plan: Plan, command: AddIndicator | EditIndicator | RemoveIndicator) -> list[PlanEvent]:
    """Indicators change while the plan is open to change."""
    must_be_editable(plan)
    result = plan.result(command.result_id)
    if isinstance(command, RemoveIndicator):
        return remove_indicator(result, command)
    if result is None:
        raise ResultIsMissing
    check_indicator(command.indicator)
    if isinstance(command, AddIndicator):
        if any(one.indicator_id == command.indicator.indicator_id for one in plan.indicators()):
            return []
        return [IndicatorAdded(result_id=command.result_id, indicator=command.indicator)]
    if command.indicator in result.indicators:
        return []
    if all(one.indicator_id != command.indicator.indicator_id for one in result.indicators):
        raise IndicatorIsMissing
    return [IndicatorEdited(result_id=command.result_id, indicator=command.indicator)]


def remove_indicator(result: PlannedResult | None, command: RemoveIndicator) -> list[PlanEvent]:
    """An indicator that is gone already needs no removing."""
    if result is None or all(one.indicator_id != command.indicator_id for one in result.indicators):
        return []
    return [IndicatorRemoved(result_id=command.result_id, indicator_id=command.indicator_id)]


def check_indicator(indicator: Indicator) -> None:
    """Title and unit are there, the target is possible, the due day is 1 to 28.

    Raises TextIsMissing, TargetIsImpossible, DueDayIsImpossible. A missing target waits for submission.
    """
    if not indicator.title.strip() or not indicator.unit.strip():
        raise TextIsMissing
    if indicator.target is not None and not is_possible(indicator.target, indicator.direction):
        raise TargetIsImpossible
    if indicator.due_day is not None and indicator.due_day not in DUE_DAYS:
        raise DueDayIsImpossible


def is_possible(target: Decimal, direction: Direction) -> bool:
    """A finite number, above 0 where more is better (achievement divides by it), else 0 or more."""
    least_is_excluded = direction is Direction.HIGHER
    return target.is_finite() and target >= 0 and not (least_is_excluded and target == 0)


def set_expectation(plan: Plan, command: SetExpectation) -> list[PlanEvent]:
    """The leader's special expectation for one value, while the plan is not agreed (PermenPANRB 6/2022)."""
    if plan.status is not Status.SUBMITTED:
        must_be_editable(plan)
    if not command.expectation.strip():
        raise TextIsMissing
    expectation = Encrypted.of(command.expectation)
    if command.unchanged or Expectation(code=command.value, text=expectation) in plan.expectations:
        return []
    return [ExpectationSet(value=command.value, expectation=expectation)]


def must_be_editable(plan: Plan) -> None:
    """Raises PlanIsMissing, PlanIsLocked."""
    if plan.status is Status.ABSENT:
        raise PlanIsMissing
    if not plan.is_editable:
        raise PlanIsLocked
