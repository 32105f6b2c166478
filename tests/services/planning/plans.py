"""Named facts about one plan, for the tests of its rules."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from uuid import UUID

from services.planning.plan.commands import AgreePlan, Line, Period, ReturnPlan, SubmitPlan
from services.planning.plan.events import (
    Aspect,
    Direction,
    Indicator,
    IndicatorAdded,
    PlanAgreed,
    PlanDrafted,
    PlanReturned,
    PlanSubmitted,
    ResultAdded,
    ResultKind,
    RevisionOpened,
)

SARI = UUID(int=1)
RATNA = UUID(int=2)
BUDI = UUID(int=3)
MUTATION_UNIT = UUID(int=20)
REPORT = UUID(int=101)
ARCHIVE = UUID(int=102)
ON_TIME = UUID(int=201)
COMPLETE = UUID(int=202)

YEAR = Period(period_from=date(2026, 1, 1), period_to=date(2026, 12, 31))
PLANS_DUE = date(2026, 1, 31)
MID_JANUARY = date(2026, 1, 15)
FEBRUARY = date(2026, 2, 1)

reports_on_time = Indicator(
    indicator_id=ON_TIME,
    title="Laporan bulanan data kepegawaian tepat waktu",
    aspect=Aspect.TIME,
    target=Decimal(12),
    unit="laporan",
    direction=Direction.HIGHER,
    due_day=5,
)
without_target = replace(reports_on_time, target=None)

drafted = PlanDrafted(
    employee_id=SARI, year=2026, segment=1, period_from=YEAR.period_from, period_to=YEAR.period_to
)
report_added = ResultAdded(
    result_id=REPORT, title="Data kepegawaian terolah setiap bulan", kind=ResultKind.MAIN
)
on_time_added = IndicatorAdded(result_id=REPORT, indicator=reports_on_time)
complete = (drafted, report_added, on_time_added)
submitted = PlanSubmitted(unit_id=MUTATION_UNIT, appraiser_id=RATNA, late=False)
returned = PlanReturned(unit_id=MUTATION_UNIT, appraiser_id=RATNA)
agreed = PlanAgreed(unit_id=MUTATION_UNIT, appraiser_id=RATNA, late=False)
in_agreement = (*complete, submitted, agreed)
revision_opened = RevisionOpened(reason_code="assignment-changed")

asked_by_sari = Line(actor_id=SARI, unit_id=MUTATION_UNIT, appraiser_id=RATNA)
asked_by_ratna = Line(actor_id=RATNA, unit_id=MUTATION_UNIT, appraiser_id=RATNA)
asked_by_budi = Line(actor_id=BUDI, unit_id=MUTATION_UNIT, appraiser_id=RATNA)

submit = SubmitPlan(line=asked_by_sari, on=MID_JANUARY, plans_due=PLANS_DUE)
agree = AgreePlan(line=asked_by_ratna, on=MID_JANUARY, plans_due=PLANS_DUE)
give_back = ReturnPlan(line=asked_by_ratna, has_reason=True)
