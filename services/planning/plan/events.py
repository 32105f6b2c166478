"""What happens to a plan, stored for ever."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import get_args
from uuid import UUID

from shared.regulation.behavior import Value
from shared.store.encrypted import Encrypted
from shared.store.event import Catalogue, event


class ResultKind(StrEnum):
    """Main results make up the plan; additional ones are asked for beside it."""

    MAIN = "main"
    ADDITIONAL = "additional"


class Aspect(StrEnum):
    """What an indicator measures."""

    QUANTITY = "quantity"
    QUALITY = "quality"
    TIME = "time"
    COST = "cost"


class Direction(StrEnum):
    """Whether more or less of the measured is better."""

    HIGHER = "higher"
    LOWER = "lower"


@dataclass(frozen=True, kw_only=True)
class Indicator:
    """One indicator (IKI). A draft may lack its target.

    `due_day` (1 to 28) makes it due every month, on that day of the following month.
    """

    indicator_id: UUID
    title: str
    aspect: Aspect
    target: Decimal | None
    unit: str
    direction: Direction = Direction.HIGHER
    due_day: int | None = None


@event("PlanDrafted")
class PlanDrafted:
    employee_id: UUID
    year: int
    segment: int
    period_from: date
    period_to: date


@event("PeriodChanged")
class PeriodChanged:
    period_from: date
    period_to: date


@event("ResultAdded")
class ResultAdded:
    result_id: UUID
    title: str
    kind: ResultKind


@event("ResultEdited")
class ResultEdited:
    result_id: UUID
    title: str
    kind: ResultKind


@event("ResultRemoved")
class ResultRemoved:
    result_id: UUID


@event("IndicatorAdded")
class IndicatorAdded:
    result_id: UUID
    indicator: Indicator


@event("IndicatorEdited")
class IndicatorEdited:
    result_id: UUID
    indicator: Indicator


@event("IndicatorRemoved")
class IndicatorRemoved:
    result_id: UUID
    indicator_id: UUID


@event("ExpectationSet")
class ExpectationSet:
    value: Value
    expectation: Encrypted[str]


@event("PlanSubmitted")
class PlanSubmitted:
    unit_id: UUID
    appraiser_id: UUID
    late: bool


@event("PlanReturned")
class PlanReturned:
    unit_id: UUID
    appraiser_id: UUID


@event("PlanAgreed")
class PlanAgreed:
    unit_id: UUID
    appraiser_id: UUID
    late: bool


@event("RevisionOpened")
class RevisionOpened:
    reason_code: str


@event("RevisionCancelled")
class RevisionCancelled:
    pass


@event("PlanRevised")
class PlanRevised:
    unit_id: UUID
    appraiser_id: UUID
    revision: int
    reason_code: str


PlanEvent = (
    PlanDrafted
    | PeriodChanged
    | ResultAdded
    | ResultEdited
    | ResultRemoved
    | IndicatorAdded
    | IndicatorEdited
    | IndicatorRemoved
    | ExpectationSet
    | PlanSubmitted
    | PlanReturned
    | PlanAgreed
    | RevisionOpened
    | RevisionCancelled
    | PlanRevised
)

CATALOGUE = Catalogue(*get_args(PlanEvent))
