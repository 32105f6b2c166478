"""What happens to a year's dates, stored for ever."""

from datetime import date

from shared.store.event import Catalogue, event


@event("CalendarSet")
class CalendarSet:
    year: int
    plans_due: date
    assessment_opens: date
    assessment_due: date


CalendarEvent = CalendarSet

CATALOGUE = Catalogue(CalendarSet)
