"""Kalender: the year's dates, and what to mend before they come."""

from fastapi import APIRouter
from starlette.responses import Response

from services.planning.api.asking import Asked, Asking
from services.planning.calendar import handlers
from services.planning.calendar.commands import SetCalendar
from services.planning.queries.preflight import preflight
from services.planning.web.own_plan import day_of
from services.planning.web.visit import ROOT, Errors, refusal, show, typed
from services.planning.wording import PREFLIGHT, REASONS
from shared.identity.policy import Action, allowed_to
from shared.regulation.planning_reasons import CALENDAR_REASONS
from shared.web import forms
from shared.web.api import Why, form_version
from shared.web.flash import see_other
from shared.web.years import Year

router = APIRouter()
FIELDS = ("plans_due", "assessment_opens", "assessment_due")


@router.get("/kalender")
async def calendar_page(asked: Asked) -> Response:
    """The dates of the year that the address asks for."""
    given = asked.request.query_params.get("tahun", "")
    this_year = asked.today.year
    return await show_calendar(asked, int(given) if given in choices(this_year) else this_year)


def choices(this_year: int) -> list[str]:
    """The years that can be looked at."""
    return [str(year) for year in range(this_year + 1, this_year - 3, -1)]


async def show_calendar(
    asked: Asking, year: int, form: dict[str, object] | None = None, errors: Errors | None = None
) -> Response:
    """The dates as they hold, or as typed; for those who keep them, also what is amiss."""
    dates = await handlers.dates_of(asked.planning, year)
    stands = {name: getattr(dates, name).isoformat() for name in FIELDS}
    checks = []
    if allowed_to(Action.READ_PEOPLE, asked.who):
        found = await preflight(asked.planning, year, asked.today)
        checks = [(PREFLIGHT[code][0], names, PREFLIGHT[code][1]) for code, names in found]
    return await show(
        asked,
        "kalender.html",
        errors=errors,
        year=year,
        years=[(one, one) for one in choices(asked.today.year)],
        dates=dates,
        version=dates.version,
        values={**stands, "kode": "", "alasan": "", **(form or {})},
        may_set=allowed_to(Action.SET_CALENDAR, asked.who),
        reasons=[(code, REASONS[code]) for code in CALENDAR_REASONS.on(asked.today).value],
        checks=checks,
    )


@router.post("/kalender/{year}")
async def set_calendar(year: Year, asked: Asked) -> Response:
    """Set the year's dates, or move them with a reason."""
    asked.must_reach(year)
    form = await typed(asked)
    code, words = forms.text(form, "kode"), forms.text(form, "alasan")
    why = Why(reason_code=code or None, reason_text=words or None)
    intent = await asked.intent(Action.SET_CALENDAR, why=why)
    errors: dict[str, str] = {}
    due, opens, closes = (day_of(form, name, errors) for name in FIELDS)
    if due and opens and closes:
        has_reason = bool(words) and code in CALENDAR_REASONS.on(asked.today).value
        command = SetCalendar(
            year=year, plans_due=due, assessment_opens=opens, assessment_due=closes, has_reason=has_reason
        )
        doing = handlers.set_calendar(asked.planning, command, intent, form_version(form))
        errors |= await refusal(doing)
    if errors:
        return await show_calendar(asked, year, form, errors)
    return see_other(f"{ROOT}/kalender?tahun={year}", "Kalender sudah disimpan.")
