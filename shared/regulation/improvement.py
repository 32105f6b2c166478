"""How long an employee has to improve (Masa Perbaikan Kinerja)."""

from calendar import monthrange
from datetime import date, timedelta

from shared.regulation.dated import Dated, Row

MONTHS = Dated("improvement-months", (Row(date(2019, 4, 26), 6, "PP 30/2019 Ps 56-58"),))


def improvement_ends(starts_on: date) -> date:
    """The last day of the period that begins on `starts_on`: six months, both days included.

    A start on 1 March ends on 31 August; where the closing month is shorter, its last day counts
    (31 August to 28 February). PP 30/2019 Ps 56-58. Raises NoRuleYet.
    """
    months = MONTHS.on(starts_on).value
    year, month = divmod(starts_on.year * 12 + starts_on.month - 1 + months, 12)
    last = monthrange(year, month + 1)[1]
    if starts_on.day > last:
        return date(year, month + 1, last)
    return date(year, month + 1, starts_on.day) - timedelta(days=1)
