"""The people and the plan that assessment's tests tell about."""

from datetime import date
from decimal import Decimal
from uuid import UUID

from services.assessment.evaluation.commands import IndicatorProgress, MonthReport
from services.assessment.evaluation.events import (
    AssessedIndicator,
    AssessedResult,
    PlanContent,
    PlanIdentity,
    ValueRating,
)
from shared.regulation.behavior import Value
from shared.regulation.rating import Rating

SARI = UUID(int=1)
RATNA = UUID(int=2)
HENDRA = UUID(int=3)
BUDI = UUID(int=4)
UNIT = UUID(int=9)
REPORTS = UUID(int=101)
SERVICE = UUID(int=102)
ON_TIME = UUID(int=201)
COUNT = UUID(int=202)
ERRORS = UUID(int=203)
IN_JANUARY = date(2027, 1, 11)

PLAN = PlanIdentity(
    plan_id=UUID(int=50),
    employee_id=SARI,
    year=2026,
    segment=1,
    revision=1,
    unit_id=UNIT,
    appraiser_id=RATNA,
)
CONTENT = PlanContent(
    period_from=date(2026, 1, 1),
    period_to=date(2026, 12, 31),
    results=(
        AssessedResult(
            result_id=REPORTS,
            title="Laporan bulanan pengolahan data kepegawaian tersusun",
            kind="main",
            indicators=(
                AssessedIndicator(
                    indicator_id=ON_TIME,
                    title="Persentase laporan bulanan yang disampaikan tepat waktu",
                    aspect="time",
                    target=Decimal(100),
                    unit="persen",
                    direction="higher",
                    due_day=5,
                ),
                AssessedIndicator(
                    indicator_id=COUNT,
                    title="Jumlah laporan bulanan",
                    aspect="quantity",
                    target=Decimal(12),
                    unit="laporan",
                    direction="higher",
                    due_day=None,
                ),
            ),
        ),
        AssessedResult(
            result_id=SERVICE,
            title="Data kepegawaian mutakhir",
            kind="main",
            indicators=(
                AssessedIndicator(
                    indicator_id=ERRORS,
                    title="Rata-rata kesalahan data per bulan",
                    aspect="quality",
                    target=Decimal(4),
                    unit="kesalahan",
                    direction="lower",
                    due_day=None,
                ),
            ),
        ),
    ),
)


def reports(values: str, *, late: dict[int, int] | None = None) -> tuple[MonthReport, ...]:
    """One report a month from January on, each with evidence; `late` gives days by month."""
    return tuple(
        MonthReport(
            month=month, realised=Decimal(value), days_late=(late or {}).get(month, 0), has_evidence=True
        )
        for month, value in enumerate(values.split(), start=1)
    )


ELEVEN_OF_TWELVE = (
    IndicatorProgress(indicator_id=ON_TIME, reports=reports("1 " * 12, late={8: 3})),
    IndicatorProgress(indicator_id=COUNT, reports=reports("1 " * 12)),
    IndicatorProgress(indicator_id=ERRORS, reports=reports("4 4 4 5 3 4 4 4 4 4 4 4")),
)
ALL_MET = tuple(ValueRating(value=value, rating=Rating.MET) for value in Value)
