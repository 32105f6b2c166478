"""What can be done with a year's dates."""

from dataclasses import dataclass
from datetime import date

from services.planning.calendar.commands import SetCalendar
from services.planning.calendar.decider import AGGREGATE, Calendar, calendar_stream
from services.planning.context import Planning
from shared.regulation.calendar import usual_dates
from shared.store.act import Done, act, load
from shared.store.unit import Intent


@dataclass(frozen=True, slots=True, kw_only=True)
class Dates:
    """A year's dates as they hold; `version` is 0 where they are the regulation's and not set."""

    year: int
    plans_due: date
    assessment_opens: date
    assessment_due: date
    version: int


async def dates_of(planning: Planning, year: int) -> Dates:
    """The dates that were set, or else the regulation's. Raises NoRuleYet for a year before any rule."""
    loaded = await load(planning.store, AGGREGATE, calendar_stream(year))
    dates = loaded.state
    if dates.plans_due and dates.assessment_opens and dates.assessment_due:
        due, opens, closes = dates.plans_due, dates.assessment_opens, dates.assessment_due
    else:
        due, opens, closes = usual_dates(year)
    return Dates(
        year=year, plans_due=due, assessment_opens=opens, assessment_due=closes, version=loaded.version
    )


async def set_calendar(
    planning: Planning, command: SetCalendar, intent: Intent, expected: int | None
) -> Done[Calendar]:
    """Set or move a year's dates."""
    return await act(
        planning.store,
        AGGREGATE,
        calendar_stream(command.year),
        command,
        intent,
        subject_id=None,
        expected=expected,
    )
