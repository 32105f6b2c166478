"""The dates of an appraisal year where an agency has set none of its own."""

from dataclasses import dataclass
from datetime import date

from shared.regulation.dated import Dated, Row


@dataclass(frozen=True, slots=True)
class YearlyDates:
    """Month and day of each date; `assessment_due` lies in the following year."""

    plans_due: tuple[int, int]
    assessment_opens: tuple[int, int]
    assessment_due: tuple[int, int]


YEARLY_DATES: Dated[YearlyDates] = Dated(
    "yearly-dates",
    (
        Row(
            date(2021, 3, 19),
            YearlyDates(plans_due=(1, 31), assessment_opens=(12, 1), assessment_due=(1, 31)),
            "PermenPANRB 8/2021: SKP set by the end of January; annual evaluation December to end of January",
        ),
    ),
)


def usual_dates(year: int) -> tuple[date, date, date]:
    """When plans are due, assessment opens and assessment is due, by the rule at the end of `year`.

    Every date is local to the agency and met until 23:59:59. Raises NoRuleYet.
    """
    dates = YEARLY_DATES.on(date(year, 12, 31)).value
    return (
        date(year, *dates.plans_due),
        date(year, *dates.assessment_opens),
        date(year + 1, *dates.assessment_due),
    )
