"""What the API takes and gives."""

from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Self
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from services.planning.plan.decider import Plan, PlannedResult, missing
from services.planning.plan.events import Aspect, Direction, Indicator, ResultKind
from services.planning.wording import ERASED
from shared.regulation.behavior import Value
from shared.store.act import Loaded
from shared.store.keyring import Keyring
from shared.web.api import Why
from shared.web.years import Year

Words = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=1000)]
Short = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=60)]
Code = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z-]{1,40}$")]
Target = Annotated[Decimal, Field(ge=0, max_digits=15, decimal_places=3)]


class Body(BaseModel):
    """What a request says; a field we do not know is a mistake to tell."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class DraftBody(Body):
    """Which plan to begin; without a period it is the whole year."""

    year: Year = Field(examples=[2026])
    segment: int = Field(default=1, ge=1, le=12, examples=[1])
    period_from: date | None = Field(default=None, examples=["2026-01-01"])
    period_to: date | None = Field(default=None, examples=["2026-12-31"])


class PeriodBody(Body):
    """From and to, both included."""

    period_from: date = Field(examples=["2026-01-01"])
    period_to: date = Field(examples=["2026-06-30"])


class ResultBody(Body):
    """A planned result (RHK)."""

    title: Words = Field(examples=["Data kepegawaian terolah dan terlaporkan setiap bulan"])
    kind: ResultKind = Field(default=ResultKind.MAIN, examples=["main"])


class IndicatorBody(Body):
    """An indicator (IKI). `due_day` makes it due every month, on that day of the following month."""

    title: Words = Field(examples=["Laporan bulanan data kepegawaian tepat waktu"])
    aspect: Aspect = Field(examples=["time"])
    target: Target | None = Field(default=None, examples=["12"])
    unit: Short = Field(examples=["laporan"])
    direction: Direction = Field(default=Direction.HIGHER, examples=["higher"])
    due_day: int | None = Field(default=None, ge=1, le=28, examples=[5])

    def indicator(self, indicator_id: UUID) -> Indicator:
        """As the rules know it."""
        return Indicator(indicator_id=indicator_id, **self.model_dump())


class ExpectationBody(Body):
    """What the leader especially expects."""

    expectation: Words = Field(examples=["Membalas pertanyaan pegawai paling lambat satu hari kerja"])


class ReasonBody(Body):
    """Why: a code of the dated list, and the reason in words (kept encrypted)."""

    reason_code: Code = Field(examples=["target-too-low"])
    reason: Words = Field(examples=["Target laporan tahun lalu sudah tercapai, naikkan"])

    def why(self) -> Why:
        """As part of the command's intent."""
        return Why(reason_code=self.reason_code, reason_text=self.reason)


class Changed(BaseModel):
    """A change in effect; a repeat is answered the same."""

    plan_id: UUID
    version: int = Field(examples=[4])
    result_id: UUID | None = None
    indicator_id: UUID | None = None


class IndicatorView(BaseModel):
    """An indicator as it stands."""

    indicator_id: UUID
    title: str
    aspect: Aspect
    target: Decimal | None
    unit: str
    direction: Direction
    due_day: int | None


class ResultView(BaseModel):
    """A planned result as it stands."""

    result_id: UUID
    title: str
    kind: ResultKind
    indicators: list[IndicatorView]

    @classmethod
    def of(cls, result: PlannedResult) -> Self:
        """From the record."""
        indicators = [IndicatorView.model_validate(one, from_attributes=True) for one in result.indicators]
        return cls(result_id=result.result_id, title=result.title, kind=result.kind, indicators=indicators)


class ExpectationView(BaseModel):
    """A special expectation; null when the employee's texts were erased."""

    value: Value
    expectation: str | None


class MissingView(BaseModel):
    """One thing the plan lacks before it can be submitted."""

    code: str = Field(examples=["indicator-has-no-target"])
    result_id: UUID | None
    indicator_id: UUID | None


class PlanBody(BaseModel):
    """A plan as it is now. In a revision `agreed_results` are those that bind meanwhile."""

    plan_id: UUID
    version: int
    employee_id: UUID
    year: int
    segment: int
    status: str = Field(examples=["draft"])
    revision: int
    in_revision: bool
    period_from: date
    period_to: date
    unit_id: UUID | None
    appraiser_id: UUID | None
    submitted_late: bool
    agreed_late: bool
    results: list[ResultView]
    agreed_results: list[ResultView] | None
    expectations: list[ExpectationView]
    missing: list[MissingView]


def plan_body(plan_id: UUID, loaded: Loaded[Plan], keyring: Keyring) -> PlanBody:
    """The record as the API shows it; load the employee's key first."""
    plan = loaded.state
    lacks = missing(plan) if plan.is_editable else ()
    return PlanBody.model_validate(
        {
            "plan_id": plan_id,
            "version": loaded.version,
            "employee_id": plan.employee_id,
            "year": plan.year,
            "segment": plan.segment,
            "status": plan.status.value,
            "revision": plan.revision,
            "in_revision": plan.is_in_revision,
            "period_from": plan.period_from,
            "period_to": plan.period_to,
            "unit_id": plan.unit_id,
            "appraiser_id": plan.appraiser_id,
            "submitted_late": plan.submitted_late,
            "agreed_late": plan.agreed_late,
            "results": [ResultView.of(one) for one in plan.results],
            "agreed_results": [ResultView.of(one) for one in plan.agreed.results] if plan.agreed else None,
            "expectations": [
                ExpectationView(value=one.code, expectation=keyring.open(one.text) or ERASED)
                for one in plan.expectations
            ],
            "missing": [MissingView.model_validate(one, from_attributes=True) for one in lacks],
        }
    )


class PlanLine(BaseModel):
    """A plan in a list; `since` is when its status last changed."""

    plan_id: UUID
    employee_id: UUID
    year: int
    segment: int
    status: str
    revision: int
    in_revision: bool
    unit_id: UUID | None
    appraiser_id: UUID | None
    late: bool | None
    since: datetime


class CalendarBody(Body):
    """A year's dates; a change to dates that stand needs a reason."""

    plans_due: date = Field(examples=["2026-01-31"])
    assessment_opens: date = Field(examples=["2026-12-01"])
    assessment_due: date = Field(examples=["2027-01-31"])
    reason_code: Code | None = Field(default=None, examples=["extended-by-circular"])
    reason: Words | None = Field(default=None, examples=["Surat edaran nomor 3 tahun 2026"])


class CalendarView(BaseModel):
    """A year's dates; version 0 where they are the regulation's."""

    year: int
    plans_due: date
    assessment_opens: date
    assessment_due: date
    version: int


class NipBody(Body):
    """The number travels in the body, never in an address."""

    nip: str = Field(min_length=1, max_length=40, examples=["199203142015032001"])


class PlacementView(BaseModel):
    """Unit, position and appraiser from a date."""

    valid_from: date
    unit_id: UUID
    unit_name: str
    position: str
    appraiser_id: UUID | None


class PersonView(BaseModel):
    """A person with the whole dated reporting line; name and NIP are null when erased."""

    employee_id: UUID
    nip: str | None
    full_name: str | None
    placements: list[PlacementView]


class Imported(BaseModel):
    """What an import did."""

    registered: int
    changed: int
    people: int
