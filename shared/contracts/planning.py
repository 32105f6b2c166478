"""What planning says: people and their reporting lines, the calendar, and every step of a plan."""

from datetime import date
from decimal import Decimal
from typing import ClassVar, Literal
from uuid import UUID

from shared.contracts.contract import Contract, Part

EVENTS = "planning.events.v1"
PEOPLE = "planning.people.v1"
SEGMENTS = range(1, 13)  # a year has at most a plan a month
ERASURES = "planning.erasures.v1"  # the erasures alone, so that all of them can be read at every start


class Assignment(Part):
    """Where a person works, as what, and who appraises, from a date until the next assignment."""

    valid_from: date
    unit_id: UUID
    unit_name: str
    position: str
    appraiser_id: UUID | None


class PersonV1(Contract):
    """A person as of now, with the whole dated reporting line. Internal: the compacted people topic only."""

    service: ClassVar[str] = "planning"
    name: ClassVar[str] = "Person"
    topic: ClassVar[str] = PEOPLE

    employee_id: UUID
    person_version: int
    nip: str
    full_name: str
    assignments: tuple[Assignment, ...]


class PersonErasedV1(Contract):
    """A person is to be forgotten: whoever keeps anything by this `employee_id` erases it.

    On the event topic for all, on a topic of its own for the services. `ground` is a code of a dated list.
    """

    service: ClassVar[str] = "planning"
    name: ClassVar[str] = "PersonErased"
    topic: ClassVar[str] = EVENTS

    employee_id: UUID
    ground: str


class ErasureDoneV1(Contract):
    """Planning has erased the person itself."""

    service: ClassVar[str] = "planning"
    name: ClassVar[str] = "ErasureDone"
    topic: ClassVar[str] = EVENTS

    employee_id: UUID


class CalendarSetV1(Contract):
    """The year's dates. Every date is local to the agency and met until 23:59:59."""

    service: ClassVar[str] = "planning"
    name: ClassVar[str] = "CalendarSet"
    topic: ClassVar[str] = EVENTS

    year: int
    plans_due: date
    assessment_opens: date
    assessment_due: date


class IndicatorPart(Part):
    """One indicator (IKI). `due_day` is set on a monthly schedule: due on that day of the following month."""

    indicator_id: UUID
    title: str
    aspect: Literal["quantity", "quality", "time", "cost"]
    target: Decimal
    unit: str
    direction: Literal["higher", "lower"]
    due_day: int | None


class ResultPart(Part):
    """One planned result (RHK) with its indicators."""

    result_id: UUID
    title: str
    kind: Literal["main", "additional"]
    indicators: tuple[IndicatorPart, ...]


class PlanMessage(Contract):
    """What all plan messages carry; appraiser and unit are those of that day."""

    service: ClassVar[str] = "planning"
    topic: ClassVar[str] = EVENTS

    plan_id: UUID
    employee_id: UUID
    year: int
    segment: int
    revision: int
    unit_id: UUID
    appraiser_id: UUID


class PlanSubmittedV1(PlanMessage):
    """An employee asks the appraiser to agree the plan."""

    name: ClassVar[str] = "PlanSubmitted"


class PlanReturnedV1(PlanMessage):
    """The appraiser gave the plan back; the reason stays inside planning."""

    name: ClassVar[str] = "PlanReturned"
    reason_code: str


class PlanContent(PlanMessage):
    """A plan that binds: its period and all planned results."""

    period_from: date
    period_to: date
    results: tuple[ResultPart, ...]


class PlanAgreedV1(PlanContent):
    """The appraiser agreed the plan; it is what will be assessed."""

    name: ClassVar[str] = "PlanAgreed"


class PlanRevisedV1(PlanContent):
    """An agreed plan changed, with a reason, and was agreed again."""

    name: ClassVar[str] = "PlanRevised"
    reason_code: str
