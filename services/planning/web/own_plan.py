"""SKP saya: the own plans, and every step with one of them."""

from datetime import date
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends
from starlette.responses import Response

from services.planning.api.asking import Asked, Asking
from services.planning.calendar.handlers import dates_of
from services.planning.people.decider import PersonIsUnknown
from services.planning.plan import handlers
from services.planning.plan.commands import CancelRevision, Period
from services.planning.plan.decider import Plan, Status, missing
from services.planning.plan.handlers import Draft, PlanPlace
from services.planning.queries.lists import plans_of
from services.planning.web.visit import (
    OWN,
    TEAM,
    TRAIL,
    WHOLE_PAGE,
    Errors,
    expectations,
    lacking,
    loaded_plan,
    name_of,
    refusal,
    show,
    typed,
)
from services.planning.wording import PROBLEMS, REASONS
from shared.identity.policy import Action
from shared.people import Placement
from shared.store.act import Loaded
from shared.store.unit import Recorded
from shared.web import forms
from shared.web.api import form_version
from shared.web.flash import see_other

router = APIRouter()


async def place(plan_id: UUID, asked: Asked) -> PlanPlace:
    """The plan that the address names."""
    return await handlers.find_plan(asked.planning, plan_id)


Place = Annotated[PlanPlace, Depends(place)]


def address(where: PlanPlace) -> str:
    """Where the plan's own page is."""
    return f"{OWN}/{where.stream.stream_id}"


@router.get("/skp")
async def own_plans(asked: Asked) -> Response:
    """All own plans, and a way to begin the next."""
    return await show_plans(asked)


async def show_plans(asked: Asking, errors: Errors | None = None) -> Response:
    """The list, with what was refused."""
    plans = await plans_of(asked.planning.engine, asked.who.actor_id)
    held = {one.year for one in plans}
    years = [year for year in (asked.today.year, asked.today.year + 1) if year not in held]
    placement = await placement_today(asked, asked.who.actor_id)
    appraiser = placement.appraiser_id if placement else None
    known = await asked.planning.people.many([appraiser] if appraiser else [])
    return await show(
        asked,
        "skp_saya.html",
        errors=errors,
        plans=plans,
        years=years,
        placement=placement,
        appraiser_name=name_of(known, appraiser),
        dates=await dates_of(asked.planning, asked.today.year),
    )


@router.post("/skp")
async def draft_plan(asked: Asked) -> Response:
    """Begin the plan of a year."""
    form = await typed(asked)
    intent = await asked.intent(Action.DRAFT_PLAN, asked.who.actor_id)
    year = forms.text(form, "tahun")
    if year not in {str(asked.today.year), str(asked.today.year + 1)}:
        return await show_plans(asked, {"tahun": "Pilih tahun SKP"})
    draft = Draft(employee_id=asked.who.actor_id, year=int(year))
    try:
        done = await handlers.draft_plan(asked.planning, draft, intent)
    except PersonIsUnknown as unknown:
        return await show_plans(asked, {WHOLE_PAGE: PROBLEMS[unknown.code]})
    return see_other(f"{OWN}/{done.outcome['stream_id']}", "Rancangan SKP sudah dibuat.")


@router.get("/skp/{plan_id}")
async def own_plan(where: Place, asked: Asked) -> Response:
    """The plan; somebody else's opens where the appraiser reads it."""
    if where.employee_id != asked.who.actor_id:
        return see_other(f"{TEAM}/{where.stream.stream_id}")
    return await show_plan(asked, where)


async def show_plan(asked: Asking, where: PlanPlace, errors: Errors | None = None) -> Response:
    """The plan with what it lacks, and what was refused."""
    await asked.may(Action.READ_RECORD, where.employee_id)
    loaded = await loaded_plan(asked, where)
    plan, returned = loaded.state, last_return(loaded)
    placement = await placement_today(asked, where.employee_id)
    appraiser_id = placement.appraiser_id if placement else None
    people = await asked.planning.people.many(
        one for one in (appraiser_id, returned.actor_id if returned else None) if one
    )
    return await show(
        asked,
        "skp.html",
        errors=errors,
        plan=plan,
        version=loaded.version,
        base=address(where),
        trail=f"{TRAIL}/{where.stream.stream_id}",
        lacks=lacking(plan, missing(plan), address(where)) if plan.is_editable else [],
        returned_because=because(asked, returned) if returned else "",
        returned_by=name_of(people, returned.actor_id) if returned else "",
        appraiser_name=name_of(people, appraiser_id),
        expectations=expectations(asked, plan),
        dates=await dates_of(asked.planning, plan.year),
        breadcrumbs=[("SKP saya", OWN), (f"SKP {plan.year}",)],
    )


async def placement_today(asked: Asking, employee_id: UUID) -> Placement | None:
    """Where the employee works and who appraises there, as of today."""
    person = await asked.planning.people.get(employee_id)
    return person.on(asked.today) if person else None


def last_return(loaded: Loaded[Plan]) -> Recorded | None:
    """How the plan came back, while it is back."""
    if loaded.state.status is not Status.RETURNED:
        return None
    return next(one for one in reversed(loaded.recorded) if one.type == "PlanReturned")


def because(asked: Asking, back: Recorded) -> str:
    """Why the plan came back: the reason of the list, and in words."""
    words = asked.planning.keyring.open(back.reason_text) if back.reason_text else None
    return ". ".join(part for part in (REASONS.get(back.reason_code or "", ""), words) if part)


@router.post("/skp/{plan_id}/ajukan")
async def submit_plan(where: Place, asked: Asked) -> Response:
    """To the appraiser of today."""
    version = form_version(await typed(asked))
    intent = await asked.intent(Action.SUBMIT_PLAN, where.employee_id)
    errors = await refusal(handlers.submit_plan(asked.planning, where, intent, version))
    if errors:
        return await show_plan(asked, where, errors)
    return see_other(address(where), "SKP sudah diajukan kepada Pejabat Penilai Kinerja.")


@router.get("/skp/{plan_id}/periode")
async def period_page(where: Place, asked: Asked) -> Response:
    """The form for another period."""
    return await show_period(asked, where, {})


async def show_period(
    asked: Asking, where: PlanPlace, form: dict[str, object], errors: Errors | None = None
) -> Response:
    """The form as typed, or as the plan has it."""
    await asked.may(Action.DRAFT_PLAN, where.employee_id)
    loaded = await loaded_plan(asked, where)
    plan = loaded.state
    stands = {"dari": iso(plan.period_from), "sampai": iso(plan.period_to)}
    return await show(
        asked,
        "periode.html",
        errors=errors,
        values={**stands, **form},
        version=loaded.version,
        base=address(where),
        breadcrumbs=[("SKP saya", OWN), (f"SKP {plan.year}", address(where)), ("Periode",)],
    )


def iso(day: date | None) -> str:
    """As a date field takes it."""
    return day.isoformat() if day else ""


@router.post("/skp/{plan_id}/periode")
async def change_period(where: Place, asked: Asked) -> Response:
    """Another period within the year."""
    form = await typed(asked)
    intent = await asked.intent(Action.DRAFT_PLAN, where.employee_id)
    errors: dict[str, str] = {}
    days = [day_of(form, name, errors) for name in ("dari", "sampai")]
    if days[0] and days[1]:
        period = Period(period_from=days[0], period_to=days[1])
        errors |= await refusal(
            handlers.change_period(asked.planning, where, period, intent, form_version(form))
        )
    if errors:
        return await show_period(asked, where, form, errors)
    return see_other(address(where), "Periode SKP sudah diubah.")


def day_of(form: dict[str, object], name: str, errors: dict[str, str]) -> date | None:
    """A required date; what is wrong with it goes into `errors`."""
    try:
        day = forms.day(form, name)
    except forms.Misread as misread:
        errors[name] = str(misread)
        return None
    if day is None:
        errors[name] = "Wajib diisi"
    return day


@router.post("/skp/{plan_id}/revisi/batal")
async def cancel_revision(where: Place, asked: Asked) -> Response:
    """Back to what was agreed."""
    version = form_version(await typed(asked))
    intent = await asked.intent(Action.REVISE_PLAN, where.employee_id)
    errors = await refusal(handlers.change(asked.planning, where, CancelRevision(), intent, version))
    if errors:
        return await show_plan(asked, where, errors)
    return see_other(address(where), "Revisi dibatalkan; yang ditetapkan tetap berlaku.")
