"""What may be asked of a plan; facts from elsewhere come along as fields."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from services.planning.plan.events import Indicator, ResultKind
from shared.regulation.behavior import Value


@dataclass(frozen=True, kw_only=True)
class Period:
    """From and to, both included."""

    period_from: date
    period_to: date

    def overlaps(self, other: "Period") -> bool:
        """Whether the two share a day."""
        return self.period_from <= other.period_to and other.period_from <= self.period_to


@dataclass(frozen=True, kw_only=True)
class DraftPlan:
    """`others` are the periods of the employee's other segments of the year."""

    employee_id: UUID
    year: int
    segment: int
    period: Period
    others: tuple[Period, ...] = ()


@dataclass(frozen=True, kw_only=True)
class ChangePeriod:
    """`others` are the periods of the employee's other segments of the year."""

    period: Period
    others: tuple[Period, ...] = ()


@dataclass(frozen=True, kw_only=True)
class AddResult:
    result_id: UUID
    title: str
    kind: ResultKind = ResultKind.MAIN


@dataclass(frozen=True, kw_only=True)
class EditResult:
    result_id: UUID
    title: str
    kind: ResultKind


@dataclass(frozen=True, kw_only=True)
class RemoveResult:
    result_id: UUID


@dataclass(frozen=True, kw_only=True)
class AddIndicator:
    result_id: UUID
    indicator: Indicator


@dataclass(frozen=True, kw_only=True)
class EditIndicator:
    result_id: UUID
    indicator: Indicator


@dataclass(frozen=True, kw_only=True)
class RemoveIndicator:
    result_id: UUID
    indicator_id: UUID


@dataclass(frozen=True, kw_only=True)
class SetExpectation:
    """`unchanged`: the handler opened what is stored and found the same text."""

    value: Value
    expectation: str
    unchanged: bool = False


@dataclass(frozen=True, kw_only=True)
class Line:
    """The reporting line of the employee on the day of the command, and who asks."""

    actor_id: UUID
    unit_id: UUID
    appraiser_id: UUID | None


@dataclass(frozen=True, kw_only=True)
class SubmitPlan:
    """`plans_due` is the calendar's date for agreed plans; `on` the agency's local date."""

    line: Line
    on: date
    plans_due: date


@dataclass(frozen=True, kw_only=True)
class ReturnPlan:
    line: Line
    has_reason: bool


@dataclass(frozen=True, kw_only=True)
class AgreePlan:
    line: Line
    on: date
    plans_due: date


@dataclass(frozen=True, kw_only=True)
class OpenRevision:
    """The code of the reason stays with the plan, because the revised plan says it in public."""

    reason_code: str | None


@dataclass(frozen=True, kw_only=True)
class CancelRevision:
    pass


PlanCommand = (
    DraftPlan
    | ChangePeriod
    | AddResult
    | EditResult
    | RemoveResult
    | AddIndicator
    | EditIndicator
    | RemoveIndicator
    | SetExpectation
    | SubmitPlan
    | ReturnPlan
    | AgreePlan
    | OpenRevision
    | CancelRevision
)
