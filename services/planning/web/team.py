"""SKP bawahan: plans that wait for the reader, and what the reader decides."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from fastapi import APIRouter
from sqlalchemy import Row
from starlette.responses import Response

from services.planning.api.asking import Asked, Asking
from services.planning.plan import handlers
from services.planning.plan.commands import SetExpectation
from services.planning.plan.decider import AGGREGATE, Plan, PlannedResult, Status
from services.planning.plan.events import PlanSubmitted
from services.planning.plan.handlers import PlanPlace
from services.planning.projections import PLAN_LIST
from services.planning.queries.lists import plans_of_team
from services.planning.web.content import chosen
from services.planning.web.own_plan import Place
from services.planning.web.revision import reason_of
from services.planning.web.trail import telling
from services.planning.web.visit import (
    TEAM,
    TRAIL,
    Errors,
    expectations,
    loaded_plan,
    name_of,
    refusal,
    show,
    shown,
    typed,
)
from services.planning.wording import REASONS
from shared.identity.policy import Action, allowed_to
from shared.people import Person
from shared.projection.diff import changed
from shared.projection.trail import Step
from shared.regulation.behavior import Value
from shared.regulation.planning_reasons import RETURN_REASONS
from shared.store.act import Loaded
from shared.web import forms
from shared.web.api import form_version
from shared.web.flash import see_other
from shared.web.trail_teller import teller
from shared.web.trail_view import FieldChange

router = APIRouter()
CONTENT = ("period_from", "period_to", "results", "expectations")


@dataclass(frozen=True, slots=True, kw_only=True)
class TeamLine:
    """One person of the team and where the year's plan stands."""

    name: str
    position: str
    plan_id: UUID | None
    status: str
    since: datetime | None
    late: bool
    turn: str


@router.get("/skp-bawahan")
async def team_page(asked: Asked) -> Response:
    """Everybody whom the reader appraises today."""
    given = asked.request.query_params.get("tahun", "")
    this_year = asked.today.year
    years = [(str(year), str(year)) for year in range(this_year + 1, this_year - 3, -1)]
    year = int(given) if (given, given) in years else this_year
    team = await asked.planning.people.appraised_by(asked.who.actor_id, asked.today)
    ids = [one.employee_id for one in team]
    plans = await plans_of_team(asked.planning.engine, ids, year)
    people = {one.employee_id: one for one in team}
    held = {one.employee_id for one in plans}
    lines = [line(people[one.employee_id], one, asked) for one in plans]
    lines += [line(one, None, asked) for one in team if one.employee_id not in held]
    return await show(asked, "skp_bawahan.html", lines=lines, year=year, years=years)


def line(person: Person, plan: Row[Any] | None, asked: Asking) -> TeamLine:
    """One row of the list; whose turn it is in words."""
    placement = person.on(asked.today)
    status = plan.status if plan else Status.ABSENT.value
    turn = {Status.SUBMITTED.value: "Anda", Status.AGREED.value: "-"}.get(status, "Pegawai")
    return TeamLine(
        name=person.full_name or "dihapus",
        position=placement.position if placement else "",
        plan_id=plan.plan_id if plan else None,
        status=status,
        since=plan.since if plan else None,
        late=bool(plan and plan.late),
        turn=turn,
    )


def address(where: PlanPlace) -> str:
    """Where the appraiser reads the plan."""
    return f"{TEAM}/{where.stream.stream_id}"


@router.get("/skp-bawahan/{plan_id}")
async def review_page(where: Place, asked: Asked) -> Response:
    """The plan, with what changed since the last time."""
    return await show_review(asked, where)


async def show_review(
    asked: Asking, where: PlanPlace, form: dict[str, object] | None = None, errors: Errors | None = None
) -> Response:
    """The plan as it stands beside what it was, and the reader's decisions."""
    await asked.may(Action.READ_RECORD, where.employee_id)
    loaded = await loaded_plan(asked, where)
    plan = loaded.state
    people = await asked.planning.people.many([where.employee_id])
    person = people.get(where.employee_id)
    placement = person.on(asked.today) if person else None
    compared_with, earlier = before(loaded)
    relation = await asked.relation(where.employee_id)
    return await show(
        asked,
        "tinjau.html",
        errors=errors,
        values={"nilai": "", "ekspektasi": "", **(form or {})},
        plan=plan,
        version=loaded.version,
        base=address(where),
        trail=f"{TRAIL}/{where.stream.stream_id}"
        if allowed_to(Action.READ_TRAIL, asked.who, relation)
        else "",
        name=name_of(people, where.employee_id),
        position=f"{placement.position}, {placement.unit_name}" if placement else "",
        expectations=expectations(asked, plan),
        compared_with=compared_with,
        earlier=earlier.results if earlier else None,
        differences=await differences(asked, loaded, earlier) if earlier else (),
        may_decide=allowed_to(Action.AGREE_PLAN, asked.who, relation),
        breadcrumbs=[("SKP bawahan", TEAM), (f"SKP {plan.year}",)],
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Content:
    """What a reader compares."""

    period_from: Any
    period_to: Any
    results: tuple[PlannedResult, ...]
    expectations: Any


def before(loaded: Loaded[Plan]) -> tuple[str, Content | None]:
    """What the plan is compared with: what binds in a revision, else what was submitted before."""
    plan = loaded.state
    if plan.is_in_revision and plan.agreed:
        return "yang ditetapkan", content(plan.agreed)
    sent = [at for at, one in enumerate(loaded.recorded) if isinstance(one.event, PlanSubmitted)]
    if plan.status is not Status.SUBMITTED or len(sent) < 2:  # noqa: PLR2004 - this time and the last
        return "", None
    events = (one.event for one in loaded.recorded[: sent[-2]])
    return "pengajuan sebelumnya", content(AGGREGATE.decider.fold(events))


def content(record: Any) -> Content:
    """The comparable parts of a plan, or of what was agreed."""
    return Content(**{name: getattr(record, name) for name in CONTENT})


async def differences(asked: Asking, loaded: Loaded[Plan], earlier: Content) -> tuple[FieldChange, ...]:
    """The fields that differ, in words."""
    told = telling(asked.planning)
    plan = loaded.state
    speaks = await teller(told, loaded.recorded[-1:], [plan])
    step = Step(loaded.recorded[-1], changed(earlier, content(plan)))
    return speaks.fields(step, {**told.names_in(earlier), **told.names_in(plan)})


@router.post("/skp-bawahan/{plan_id}/ekspektasi")
async def set_expectation(where: Place, asked: Asked) -> Response:
    """What the leader especially expects for one value."""
    form = await typed(asked)
    intent = await asked.intent(Action.AGREE_PLAN, where.employee_id)
    text = forms.text(form, "ekspektasi")
    errors: dict[str, str] = {} if text else {"ekspektasi": "Isi ekspektasi"}
    value = chosen(Value, forms.text(form, "nilai"), "nilai", errors)
    if not errors:
        command = SetExpectation(value=value, expectation=text)
        doing = handlers.set_expectation(asked.planning, where, command, intent, form_version(form))
        errors |= await refusal(doing)
    if errors:
        return await show_review(asked, where, form, errors)
    return see_other(f"{address(where)}#ekspektasi", "Ekspektasi sudah disimpan.")


@router.post("/skp-bawahan/{plan_id}/tetapkan")
async def agree_plan(where: Place, asked: Asked) -> Response:
    """Set the plan, or its revision."""
    version = form_version(await typed(asked))
    intent = await asked.intent(Action.AGREE_PLAN, where.employee_id)
    errors = await shown(
        asked,
        PLAN_LIST,
        where.stream,
        handlers.agree_plan(asked.planning, where, intent, version),
    )
    if errors:
        return await show_review(asked, where, errors=errors)
    return see_other(TEAM, "SKP sudah ditetapkan.")


@router.get("/skp-bawahan/{plan_id}/kembalikan")
async def return_page(where: Place, asked: Asked) -> Response:
    """The form that asks why."""
    return await show_return(asked, where, {})


async def show_return(
    asked: Asking, where: PlanPlace, form: dict[str, object], errors: Errors | None = None
) -> Response:
    """The form as typed."""
    await asked.may(Action.RETURN_PLAN, where.employee_id)
    loaded = await loaded_plan(asked, where)
    return await show(
        asked,
        "alasan.html",
        errors=errors,
        values={"kode": "", "alasan": "", **form},
        version=loaded.version,
        action=f"{address(where)}/kembalikan",
        heading="Kembalikan SKP",
        lead="Pegawai melihat alasan ini, memperbaiki rancangannya, lalu mengajukannya lagi.",
        submit="Kembalikan",
        reasons=[(code, REASONS[code]) for code in RETURN_REASONS.on(asked.today).value],
        breadcrumbs=[("SKP bawahan", TEAM), (f"SKP {loaded.state.year}", address(where)), ("Kembalikan",)],
    )


@router.post("/skp-bawahan/{plan_id}/kembalikan")
async def return_plan(where: Place, asked: Asked) -> Response:
    """Back to the employee, with a reason."""
    form = await typed(asked)
    why, errors = reason_of(form)
    intent = await asked.intent(Action.RETURN_PLAN, where.employee_id, why)
    if not errors:
        doing = handlers.return_plan(asked.planning, where, intent, form_version(form))
        errors |= await shown(asked, PLAN_LIST, where.stream, doing)
    if errors:
        return await show_return(asked, where, form, errors)
    return see_other(TEAM, "SKP sudah dikembalikan dengan alasan.")
