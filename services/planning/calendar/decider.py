"""The rules of a year's dates: in order, and never moved without a reason."""

from dataclasses import dataclass
from datetime import date

from services.planning.calendar.commands import CalendarCommand
from services.planning.calendar.events import CATALOGUE, CalendarEvent, CalendarSet
from shared.decider import Decider, Refusal
from shared.store.stream import Stream
from shared.store.unit import Aggregate


class DatesOutOfOrder(Refusal):
    code = "dates-out-of-order"


class CalendarNeedsReason(Refusal):
    code = "calendar-needs-reason"


@dataclass(frozen=True, kw_only=True)
class Calendar:
    """A year's dates, local to the agency, each met until 23:59:59."""

    year: int = 0
    plans_due: date | None = None
    assessment_opens: date | None = None
    assessment_due: date | None = None


def calendar_stream(year: int) -> Stream:
    """The stream of one year's dates."""
    return Stream.of("calendar", year=year)


def decide(calendar: Calendar, command: CalendarCommand) -> list[CalendarEvent]:
    """Dates in order; the first setting needs no reason, every change does. Raises a Refusal."""
    wanted = CalendarSet(
        year=command.year,
        plans_due=command.plans_due,
        assessment_opens=command.assessment_opens,
        assessment_due=command.assessment_due,
    )
    if evolve(calendar, wanted) == calendar:
        return []
    if not date(command.year, 1, 1) <= wanted.plans_due < wanted.assessment_opens <= wanted.assessment_due:
        raise DatesOutOfOrder
    if calendar.plans_due is not None and not command.has_reason:
        raise CalendarNeedsReason
    return [wanted]


def evolve(calendar: Calendar, event: CalendarEvent) -> Calendar:  # noqa: ARG001 - each event says all dates
    """The dates after `event`; never refuses."""
    return Calendar(
        year=event.year,
        plans_due=event.plans_due,
        assessment_opens=event.assessment_opens,
        assessment_due=event.assessment_due,
    )


AGGREGATE = Aggregate("calendar", Decider(Calendar(), decide, evolve), CATALOGUE)
