"""What may be asked of a year's dates."""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, kw_only=True)
class SetCalendar:
    """All dates of `year`; a change to dates that stand needs a reason."""

    year: int
    plans_due: date
    assessment_opens: date
    assessment_due: date
    has_reason: bool = False


CalendarCommand = SetCalendar
