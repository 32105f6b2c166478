"""The year's dates over JSON."""

from dataclasses import asdict

from fastapi import APIRouter, Response

from services.planning.api.asking import Asked
from services.planning.api.models import CalendarBody, CalendarView
from services.planning.calendar import handlers
from services.planning.calendar.commands import SetCalendar
from shared.identity.policy import Action
from shared.regulation.planning_reasons import CALENDAR_REASONS
from shared.web.api import IDEMPOTENT, IfMatch, Why, set_version
from shared.web.years import Year

router = APIRouter(tags=["calendar"])


@router.get("/calendar/{year}")
async def read_calendar(year: Year, asked: Asked, response: Response) -> CalendarView:
    """The dates that hold, set or the regulation's; anybody signed in may know them."""
    dates = await handlers.dates_of(asked.planning, year)
    set_version(response, dates.version)
    return CalendarView(**asdict(dates))


@router.put("/calendar/{year}", openapi_extra=IDEMPOTENT)
async def set_calendar(
    year: Year, body: CalendarBody, asked: Asked, expected: IfMatch, response: Response
) -> CalendarView:
    """Set the year's dates, or move them with a reason."""
    asked.must_reach(year)
    intent = await asked.intent(
        Action.SET_CALENDAR, why=Why(reason_code=body.reason_code, reason_text=body.reason)
    )
    known = body.reason_code in CALENDAR_REASONS.on(asked.today).value
    command = SetCalendar(
        year=year,
        plans_due=body.plans_due,
        assessment_opens=body.assessment_opens,
        assessment_due=body.assessment_due,
        has_reason=known and bool(body.reason),
    )
    done = await handlers.set_calendar(asked.planning, command, intent, expected)
    set_version(response, done.version)
    return CalendarView(**asdict(await handlers.dates_of(asked.planning, year)))
