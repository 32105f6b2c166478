"""The rule of a year's dates: planning decides them, and what it said last holds."""

from dataclasses import dataclass
from datetime import date

from services.assessment.calendar.commands import CalendarCommand
from services.assessment.calendar.events import CATALOGUE, CalendarEvent, DatesNoted
from shared.decider import Decider
from shared.store.stream import Stream
from shared.store.unit import Aggregate


@dataclass(frozen=True, slots=True, kw_only=True)
class Calendar:
    """A year's dates, local to the agency; None until planning says any."""

    assessment_opens: date | None = None
    assessment_due: date | None = None
    source_index: int = -1


def calendar_stream(year: int) -> Stream:
    """The stream of one year's dates."""
    return Stream.of("calendar", year=year)


def decide(calendar: Calendar, command: CalendarCommand) -> list[CalendarEvent]:
    """What was said later than what is known; never refuses, since planning's rules have been kept."""
    if command.source_index <= calendar.source_index:
        return []
    return [
        DatesNoted(
            assessment_opens=command.assessment_opens,
            assessment_due=command.assessment_due,
            source_index=command.source_index,
        )
    ]


def evolve(calendar: Calendar, event: CalendarEvent) -> Calendar:  # noqa: ARG001 - each event says all dates
    """The dates after `event`; never refuses."""
    return Calendar(
        assessment_opens=event.assessment_opens,
        assessment_due=event.assessment_due,
        source_index=event.source_index,
    )


AGGREGATE = Aggregate("calendar", Decider(Calendar(), decide, evolve), CATALOGUE)
