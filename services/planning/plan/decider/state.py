"""A plan as it stands after everything that happened to it."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from typing import assert_never
from uuid import UUID

from services.planning.plan.events import (
    ExpectationSet,
    Indicator,
    IndicatorAdded,
    IndicatorEdited,
    IndicatorRemoved,
    PeriodChanged,
    PlanAgreed,
    PlanDrafted,
    PlanEvent,
    PlanReturned,
    PlanRevised,
    PlanSubmitted,
    ResultAdded,
    ResultEdited,
    ResultKind,
    ResultRemoved,
    RevisionCancelled,
    RevisionOpened,
)
from shared.regulation.behavior import Value
from shared.store.encrypted import Encrypted
from shared.store.stream import Stream


class Status(StrEnum):
    """Where a plan is. In a revision it walks through revising, submitted, returned and agreed again."""

    ABSENT = "absent"
    DRAFT = "draft"
    SUBMITTED = "submitted"
    RETURNED = "returned"
    AGREED = "agreed"
    REVISING = "revising"


EDITABLE = frozenset({Status.DRAFT, Status.RETURNED, Status.REVISING})


@dataclass(frozen=True, kw_only=True)
class PlannedResult:
    """One planned result (RHK) with its indicators (IKI)."""

    result_id: UUID
    title: str
    kind: ResultKind
    indicators: tuple[Indicator, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Expectation:
    """What the leader especially expects for one BerAKHLAK value; `code` is the value's."""

    code: Value
    text: Encrypted[str]


@dataclass(frozen=True, kw_only=True)
class Agreed:
    """What binds while a revision is under way, and what a cancelled revision goes back to."""

    period_from: date | None
    period_to: date | None
    results: tuple[PlannedResult, ...]
    expectations: tuple[Expectation, ...]


@dataclass(frozen=True, kw_only=True)
class Plan:
    """`revision` is 1 until the first revision opens; `agreed` is set from the first agreement on."""

    status: Status = Status.ABSENT
    employee_id: UUID | None = None
    year: int = 0
    segment: int = 1
    period_from: date | None = None
    period_to: date | None = None
    results: tuple[PlannedResult, ...] = ()
    expectations: tuple[Expectation, ...] = ()
    revision: int = 1
    reason_code: str | None = None
    agreed: Agreed | None = None
    unit_id: UUID | None = None
    appraiser_id: UUID | None = None
    submitted_late: bool = False
    agreed_late: bool = False

    @property
    def is_editable(self) -> bool:
        """Whether its content may change now."""
        return self.status in EDITABLE

    @property
    def is_in_revision(self) -> bool:
        """Whether an agreed plan is being changed; until that is agreed, `agreed` binds."""
        return self.agreed is not None and self.status is not Status.AGREED

    def result(self, result_id: UUID) -> PlannedResult | None:
        """The planned result of that id, if it is there."""
        return next((one for one in self.results if one.result_id == result_id), None)

    def indicators(self) -> Iterator[Indicator]:
        """All indicators, in the order of their results."""
        return (indicator for result in self.results for indicator in result.indicators)


def plan_stream(employee_id: UUID, year: int, segment: int = 1) -> Stream:
    """The stream of an employee's plan for one segment of a year (segments start at 1)."""
    return Stream.of("plan", employee_id, segment, year=year)


@dataclass(frozen=True, kw_only=True)
class Missing:
    """One thing a plan lacks before it can be submitted; `code` is that of the refusal."""

    code: str
    result_id: UUID | None = None
    indicator_id: UUID | None = None


def missing(plan: Plan) -> tuple[Missing, ...]:
    """Everything that keeps the plan from being submitted, in reading order."""
    if not plan.results:
        return (Missing(code="plan-is-empty"),)
    return tuple(lack for result in plan.results for lack in _missing_in(result))


def _missing_in(result: PlannedResult) -> Iterator[Missing]:
    if not result.indicators:
        yield Missing(code="result-has-no-indicator", result_id=result.result_id)
    for indicator in result.indicators:
        if indicator.target is None:
            yield Missing(
                code="indicator-has-no-target",
                result_id=result.result_id,
                indicator_id=indicator.indicator_id,
            )


def evolve(plan: Plan, event: PlanEvent) -> Plan:
    """The plan after `event`; never refuses."""
    match event:
        case PlanDrafted():
            return Plan(
                status=Status.DRAFT,
                employee_id=event.employee_id,
                year=event.year,
                segment=event.segment,
                period_from=event.period_from,
                period_to=event.period_to,
            )
        case PeriodChanged():
            return replace(plan, period_from=event.period_from, period_to=event.period_to)
        case ResultAdded() | ResultEdited() | ResultRemoved():
            return replace(plan, results=_results_after(plan.results, event))
        case IndicatorAdded() | IndicatorEdited() | IndicatorRemoved():
            return replace(plan, results=tuple(_indicators_after(one, event) for one in plan.results))
        case ExpectationSet():
            kept = tuple(one for one in plan.expectations if one.code is not event.value)
            said = Expectation(code=event.value, text=event.expectation)
            return replace(plan, expectations=(*kept, said))
        case PlanSubmitted() | PlanReturned() | PlanAgreed() | PlanRevised():
            return _after_step(replace(plan, unit_id=event.unit_id, appraiser_id=event.appraiser_id), event)
        case RevisionOpened():
            return replace(
                plan, status=Status.REVISING, revision=plan.revision + 1, reason_code=event.reason_code
            )
        case RevisionCancelled():
            return _as_agreed(plan)
        case _:
            assert_never(event)


def _after_step(plan: Plan, event: PlanSubmitted | PlanReturned | PlanAgreed | PlanRevised) -> Plan:
    match event:
        case PlanSubmitted():
            return replace(plan, status=Status.SUBMITTED, submitted_late=event.late)
        case PlanReturned():
            return replace(plan, status=Status.RETURNED)
        case PlanAgreed():
            return replace(plan, status=Status.AGREED, agreed=_binding(plan), agreed_late=event.late)
        case PlanRevised():
            return replace(plan, status=Status.AGREED, agreed=_binding(plan))
        case _:
            assert_never(event)


def _binding(plan: Plan) -> Agreed:
    return Agreed(
        period_from=plan.period_from,
        period_to=plan.period_to,
        results=plan.results,
        expectations=plan.expectations,
    )


def _as_agreed(plan: Plan) -> Plan:
    agreed = plan.agreed or _binding(plan)
    return replace(
        plan,
        status=Status.AGREED,
        revision=plan.revision - 1,
        reason_code=None,
        period_from=agreed.period_from,
        period_to=agreed.period_to,
        results=agreed.results,
        expectations=agreed.expectations,
    )


def _results_after(
    results: tuple[PlannedResult, ...], event: ResultAdded | ResultEdited | ResultRemoved
) -> tuple[PlannedResult, ...]:
    match event:
        case ResultAdded():
            added = PlannedResult(result_id=event.result_id, title=event.title, kind=event.kind)
            return (*results, added)
        case ResultEdited():
            return tuple(
                replace(one, title=event.title, kind=event.kind) if one.result_id == event.result_id else one
                for one in results
            )
        case ResultRemoved():
            return tuple(one for one in results if one.result_id != event.result_id)
        case _:
            assert_never(event)


def _indicators_after(
    result: PlannedResult, event: IndicatorAdded | IndicatorEdited | IndicatorRemoved
) -> PlannedResult:
    if result.result_id != event.result_id:
        return result
    match event:
        case IndicatorAdded():
            return replace(result, indicators=(*result.indicators, event.indicator))
        case IndicatorEdited():
            edited = event.indicator
            return replace(
                result,
                indicators=tuple(
                    edited if one.indicator_id == edited.indicator_id else one for one in result.indicators
                ),
            )
        case IndicatorRemoved():
            kept = tuple(one for one in result.indicators if one.indicator_id != event.indicator_id)
            return replace(result, indicators=kept)
        case _:
            assert_never(event)
