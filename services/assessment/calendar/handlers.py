"""When a year is assessed: as planning says, else by the regulation."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from services.assessment.calendar.decider import AGGREGATE as CALENDAR
from services.assessment.calendar.decider import calendar_stream
from services.assessment.context import Assessment
from shared.regulation.calendar import usual_dates


@dataclass(frozen=True, slots=True)
class Dates:
    """From `opens` to the end of `due`; what is not done by then stays to be done."""

    opens: date
    due: date

    @property
    def last_day_before(self) -> date:
        """The last day on which the plan is only worked on."""
        return self.opens - timedelta(days=1)

    def is_time_to_assess(self, today: date) -> bool:
        return today >= self.opens


async def dates_of(assessment: Assessment, years: Iterable[int]) -> Mapping[int, Dates]:
    """The dates of each of `years`. Raises NoRuleYet for a year before any rule."""
    streams = {year: calendar_stream(year) for year in set(years)}
    if not streams:
        return {}
    recorded = await assessment.store.read_many(list(streams.values()))
    found: dict[int, Dates] = {}
    for year, stream in streams.items():
        said = CALENDAR.decider.fold(one.event for one in recorded.get(stream, []))
        if said.assessment_opens and said.assessment_due:
            found[year] = Dates(said.assessment_opens, said.assessment_due)
        else:
            _, opens, due = usual_dates(year)
            found[year] = Dates(opens, due)
    return found
