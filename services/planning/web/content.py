"""The forms for planned results (RHK) and indicators (IKI) of the own plan."""

from typing import Any
from uuid import UUID

from fastapi import APIRouter
from starlette.responses import Response

from services.planning.api.asking import Asked, Asking
from services.planning.plan import handlers
from services.planning.plan.commands import (
    AddIndicator,
    AddResult,
    EditIndicator,
    EditResult,
    PlanCommand,
    RemoveIndicator,
    RemoveResult,
)
from services.planning.plan.decider import Plan, PlannedResult
from services.planning.plan.events import Aspect, Direction, Indicator, ResultKind
from services.planning.plan.handlers import PlanPlace
from services.planning.web.own_plan import Place, address
from services.planning.web.visit import OWN, Errors, loaded_plan, refusal, show, typed
from shared.identity.policy import Action
from shared.store.errors import NotFound
from shared.store.unit import Intent
from shared.web import forms
from shared.web.api import form_version
from shared.web.flash import see_other
from shared.web.formatting import angka

router = APIRouter()
LONGEST, LONGEST_UNIT = 1000, 60


@router.get("/skp/{plan_id}/rhk/baru")
async def new_result(where: Place, asked: Asked) -> Response:
    """The empty form."""
    return await show_result(asked, where, None, {})


@router.get("/skp/{plan_id}/rhk/{result_id}")
async def result_page(result_id: UUID, where: Place, asked: Asked) -> Response:
    """The form as the plan has it."""
    return await show_result(asked, where, result_id, {})


async def show_result(
    asked: Asking,
    where: PlanPlace,
    result_id: UUID | None,
    form: dict[str, object],
    errors: Errors | None = None,
) -> Response:
    """The form for a planned result; the plan itself, which says why, where it is locked."""
    await asked.may(Action.DRAFT_PLAN, where.employee_id)
    loaded = await loaded_plan(asked, where)
    if not (loaded.state.is_editable or errors):
        return see_other(address(where))
    result = result_in(loaded.state, result_id) if result_id else None
    stands = {"uraian": result.title if result else "", "jenis": result.kind.value if result else "main"}
    return await show(
        asked,
        "rhk.html",
        errors=errors,
        values={**stands, **form},
        version=loaded.version,
        action=f"{address(where)}/rhk/{result_id or 'baru'}",
        is_new=result is None,
        breadcrumbs=crumbs(where, loaded.state, "Rencana hasil kerja"),
    )


def crumbs(where: PlanPlace, plan: Plan, title: str) -> list[tuple[str, ...]]:
    """Where the form stands."""
    return [("SKP saya", OWN), (f"SKP {plan.year}", address(where)), (title,)]


def result_in(plan: Plan, result_id: UUID) -> PlannedResult:
    """The planned result of that id. Raises NotFound."""
    result = plan.result(result_id)
    if result is None:
        raise NotFound
    return result


def short(form: dict[str, object], name: str, *, what: str, longest: int, errors: dict[str, str]) -> str:
    """A required text; the summary of errors names it by `what`."""
    typed_in = forms.text(form, name)
    if not typed_in:
        errors[name] = f"Isi {what}"
    elif len(typed_in) > longest:
        errors[name] = f"{what.capitalize()} paling banyak {angka(longest)} karakter"
    return typed_in


def chosen(kind: type[Any], value: str, name: str, errors: dict[str, str]) -> Any:
    """One of an enum's values; `name` is the field's, and what people call it."""
    try:
        return kind(value)
    except ValueError:
        errors[name] = f"Pilih {name}"
        return None


@router.post("/skp/{plan_id}/rhk/baru")
async def add_result(where: Place, asked: Asked) -> Response:
    """One more planned result."""
    return await save_result(asked, where, None)


@router.post("/skp/{plan_id}/rhk/{result_id}")
async def edit_result(result_id: UUID, where: Place, asked: Asked) -> Response:
    """Other words or the other kind."""
    return await save_result(asked, where, result_id)


async def save_result(asked: Asking, where: PlanPlace, result_id: UUID | None) -> Response:
    """The form as sent: saved, or shown again with what is wrong."""
    form = await typed(asked)
    intent = await asked.intent(Action.DRAFT_PLAN, where.employee_id)
    errors: dict[str, str] = {}
    title = short(form, "uraian", what="rencana hasil kerja", longest=LONGEST, errors=errors)
    kind = chosen(ResultKind, forms.text(form, "jenis"), "jenis", errors)
    if not errors:
        command: PlanCommand = (
            EditResult(result_id=result_id, title=title, kind=kind)
            if result_id
            else AddResult(result_id=handlers.new_id(intent), title=title, kind=kind)
        )
        errors |= await saved(asked, where, command, intent, form)
    if errors:
        return await show_result(asked, where, result_id, form, errors)
    return see_other(address(where), "Rencana hasil kerja sudah disimpan.")


async def saved(
    asked: Asking, where: PlanPlace, command: PlanCommand, intent: Intent, form: dict[str, object]
) -> Errors:
    """What the rules said to a change, if they refused it."""
    return await refusal(handlers.change(asked.planning, where, command, intent, form_version(form)))


@router.post("/skp/{plan_id}/rhk/{result_id}/hapus")
async def remove_result(result_id: UUID, where: Place, asked: Asked) -> Response:
    """Take a planned result out, with its indicators."""
    form = await typed(asked)
    intent = await asked.intent(Action.DRAFT_PLAN, where.employee_id)
    command = RemoveResult(result_id=result_id)
    await handlers.change(asked.planning, where, command, intent, form_version(form))
    return see_other(address(where), "Rencana hasil kerja sudah dihapus.")


@router.get("/skp/{plan_id}/rhk/{result_id}/iki/baru")
async def new_indicator(result_id: UUID, where: Place, asked: Asked) -> Response:
    """The empty form."""
    return await show_indicator(asked, where, (result_id, None), {})


@router.get("/skp/{plan_id}/rhk/{result_id}/iki/{indicator_id}")
async def indicator_page(result_id: UUID, indicator_id: UUID, where: Place, asked: Asked) -> Response:
    """The form as the plan has it."""
    return await show_indicator(asked, where, (result_id, indicator_id), {})


Ids = tuple[UUID, UUID | None]


async def show_indicator(
    asked: Asking, where: PlanPlace, ids: Ids, form: dict[str, object], errors: Errors | None = None
) -> Response:
    """The form for an indicator; the plan itself, which says why, where it is locked."""
    await asked.may(Action.DRAFT_PLAN, where.employee_id)
    loaded = await loaded_plan(asked, where)
    if not (loaded.state.is_editable or errors):
        return see_other(address(where))
    result = result_in(loaded.state, ids[0])
    known = next((one for one in result.indicators if one.indicator_id == ids[1]), None)
    if ids[1] and known is None:
        raise NotFound
    return await show(
        asked,
        "iki.html",
        errors=errors,
        values={**as_typed(known), **form},
        version=loaded.version,
        action=f"{address(where)}/rhk/{ids[0]}/iki/{ids[1] or 'baru'}",
        result=result,
        is_new=known is None,
        breadcrumbs=crumbs(where, loaded.state, "Indikator"),
    )


def as_typed(indicator: Indicator | None) -> dict[str, str]:
    """The form's fields for an indicator, or for none yet."""
    if indicator is None:
        return dict.fromkeys(("uraian", "aspek", "target", "satuan", "jatuh_tempo"), "") | {"arah": "higher"}
    return {
        "uraian": indicator.title,
        "aspek": indicator.aspect.value,
        "target": angka(indicator.target) if indicator.target is not None else "",
        "satuan": indicator.unit,
        "arah": indicator.direction.value,
        "jatuh_tempo": str(indicator.due_day or ""),
    }


@router.post("/skp/{plan_id}/rhk/{result_id}/iki/baru")
async def add_indicator(result_id: UUID, where: Place, asked: Asked) -> Response:
    """One more indicator."""
    return await save_indicator(asked, where, (result_id, None))


@router.post("/skp/{plan_id}/rhk/{result_id}/iki/{indicator_id}")
async def edit_indicator(result_id: UUID, indicator_id: UUID, where: Place, asked: Asked) -> Response:
    """All of an indicator anew."""
    return await save_indicator(asked, where, (result_id, indicator_id))


async def save_indicator(asked: Asking, where: PlanPlace, ids: Ids) -> Response:
    """The form as sent: saved, or shown again with what is wrong."""
    form = await typed(asked)
    intent = await asked.intent(Action.DRAFT_PLAN, where.employee_id)
    result_id, indicator_id = ids
    indicator, errors = indicator_of(form, indicator_id or handlers.new_id(intent))
    if indicator:
        command = (EditIndicator if indicator_id else AddIndicator)(result_id=result_id, indicator=indicator)
        errors |= await saved(asked, where, command, intent, form)
    if errors:
        return await show_indicator(asked, where, ids, form, errors)
    return see_other(address(where), "Indikator sudah disimpan.")


def indicator_of(form: dict[str, object], indicator_id: UUID) -> tuple[Indicator | None, dict[str, str]]:
    """The indicator as typed, or what is wrong with it."""
    errors: dict[str, str] = {}
    title = short(form, "uraian", what="indikator kinerja individu", longest=LONGEST, errors=errors)
    aspect = chosen(Aspect, forms.text(form, "aspek"), "aspek", errors)
    direction = chosen(Direction, forms.text(form, "arah"), "arah", errors)
    target = None
    try:
        target = forms.number(form, "target")
    except forms.Misread as misread:
        errors["target"] = str(misread)
    unit = short(form, "satuan", what="satuan", longest=LONGEST_UNIT, errors=errors)
    due = forms.text(form, "jatuh_tempo")
    if due and not (due.isdecimal() and due.isascii() and 1 <= int(due[:3]) <= 28):  # noqa: PLR2004
        errors["jatuh_tempo"] = "Tulis tanggal 1 sampai 28"
    if errors:
        return None, errors
    return Indicator(
        indicator_id=indicator_id,
        title=title,
        aspect=aspect,
        target=target,
        unit=unit,
        direction=direction,
        due_day=int(due) if due else None,
    ), errors


@router.post("/skp/{plan_id}/rhk/{result_id}/iki/{indicator_id}/hapus")
async def remove_indicator(result_id: UUID, indicator_id: UUID, where: Place, asked: Asked) -> Response:
    """Take an indicator out."""
    form = await typed(asked)
    intent = await asked.intent(Action.DRAFT_PLAN, where.employee_id)
    command = RemoveIndicator(result_id=result_id, indicator_id=indicator_id)
    await handlers.change(asked.planning, where, command, intent, form_version(form))
    return see_other(address(where), "Indikator sudah dihapus.")
