"""When a monthly report is due, whether it came on time, and what a year of reports amounts to."""

from calendar import monthrange
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from shared.regulation.achievement import achievement, is_percent
from shared.regulation.computed import Computed, Step, computed
from shared.regulation.dated import Dated, Row

TIMELINESS: Dated[None] = Dated(
    "timeliness",
    (
        Row(
            date(2022, 2, 3),
            None,
            "PermenPANRB 6/2022 Ps 24 (aspek waktu); tepat waktu = tercatat paling lambat pada tenggat",
        ),
    ),
)


@dataclass(frozen=True, slots=True)
class Timeliness:
    """Reports that came on time, of those that were due or came anyway."""

    on_time: int
    due: int


def local_date(instant: datetime, zone: ZoneInfo) -> date:
    """The agency's calendar day of an instant: a due date is met until 23:59:59 of it."""
    return instant.astimezone(zone).date()


def due_date(year: int, month: int, due_day: int) -> date:
    """When the report on `month` is due: `due_day` of the following month, or that month's last day."""
    following, of_year = (1, year + 1) if month == 12 else (month + 1, year)  # noqa: PLR2004
    return date(of_year, following, min(due_day, monthrange(of_year, following)[1]))


def days_late(recorded_on: date, due_on: date) -> int:
    """Whole days after the due date, 0 when on time; both are local dates of the agency."""
    return max(0, (recorded_on - due_on).days)


def months_due(year: int, due_day: int, *, months: Collection[int], by: date) -> frozenset[int]:
    """Those of `months` whose report's due date is past or today on `by`."""
    return frozenset(month for month in months if due_date(year, month, due_day) <= by)


def timeliness(days_late_by_month: dict[int, int], months_due: frozenset[int]) -> Timeliness:
    """As in "11 dari 12": a report due and missing counts as due, one ahead of time as both."""
    return Timeliness(
        on_time=sum(1 for late in days_late_by_month.values() if late == 0),
        due=len(months_due | days_late_by_month.keys()),
    )


def on_time_realisation(found: Timeliness, *, unit: str, on: date) -> Computed:
    """The reports on time as an indicator's realisation: their share where `unit` is percent, else how many.

    `found.due` > 0.
    """
    on_time, due = Decimal(found.on_time), Decimal(found.due)
    percent = Step("R = n / N × 100", on_time / due * 100)
    return computed(
        TIMELINESS,
        on,
        inputs={"n": on_time, "N": due},
        steps=[percent if is_percent(unit) else Step("R = n", on_time)],
    )


def on_time_achievement(
    realised: Computed, found: Timeliness, *, target: Decimal, unit: str, on: date
) -> Computed:
    """What `on_time_realisation` amounts to, in percent; more is better, whatever direction a plan noted.

    A share is measured by the target, a count by the reports due so far: those yet to come are not missed.
    """
    if is_percent(unit):
        return achievement(realised.value, target, direction="higher", on=on)
    return achievement(realised.value, Decimal(found.due), direction="higher", on=on, symbol="N")
