"""What assessment learned of a year's dates, stored for ever."""

from datetime import date

from shared.store.event import Catalogue, event


@event("DatesNoted")
class DatesNoted:
    """When assessment opens and is due. `source_index` is the place in planning's log that said so."""

    assessment_opens: date
    assessment_due: date
    source_index: int


CalendarEvent = DatesNoted

CATALOGUE = Catalogue(DatesNoted)
