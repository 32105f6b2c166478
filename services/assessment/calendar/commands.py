"""What may be asked of a year's dates."""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True, kw_only=True)
class NoteDates:
    """Planning's dates; of two notes the one with the higher `source_index` holds."""

    assessment_opens: date
    assessment_due: date
    source_index: int


CalendarCommand = NoteDates
