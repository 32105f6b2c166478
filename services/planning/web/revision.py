"""The form that asks why an agreed plan must change; for the employee and for the appraiser."""

from fastapi import APIRouter
from starlette.responses import Response

from services.planning.api.asking import Asked, Asking
from services.planning.plan import handlers
from services.planning.plan.handlers import PlanPlace
from services.planning.web.own_plan import Place
from services.planning.web.visit import OWN, TEAM, Errors, loaded_plan, refusal, show, typed
from services.planning.wording import REASONS
from shared.identity.policy import Action
from shared.regulation.planning_reasons import REVISION_REASONS
from shared.web import forms
from shared.web.api import Why, form_version
from shared.web.flash import see_other

router = APIRouter()


def address(asked: Asking, where: PlanPlace) -> str:
    """The plan's page as the reader knows it: one's own, or one of the team's."""
    home = OWN if where.employee_id == asked.who.actor_id else TEAM
    return f"{home}/{where.stream.stream_id}"


@router.get("/skp/{plan_id}/revisi")
@router.get("/skp-bawahan/{plan_id}/revisi")
async def revision_page(where: Place, asked: Asked) -> Response:
    """The form that asks why an agreed plan must change."""
    return await show_revision(asked, where, {})


async def show_revision(
    asked: Asking, where: PlanPlace, form: dict[str, object], errors: Errors | None = None
) -> Response:
    """The form as typed."""
    await asked.may(Action.REVISE_PLAN, where.employee_id)
    loaded = await loaded_plan(asked, where)
    here = address(asked, where)
    return await show(
        asked,
        "alasan.html",
        errors=errors,
        values={"kode": "", "alasan": "", **form},
        version=loaded.version,
        action=f"{here}/revisi",
        heading="Revisi SKP",
        lead="Yang sudah ditetapkan tetap berlaku sampai revisi ini ditetapkan.",
        submit="Buka revisi",
        reasons=[(code, REASONS[code]) for code in REVISION_REASONS.on(asked.today).value],
        breadcrumbs=[(f"SKP {loaded.state.year}", here), ("Revisi",)],
    )


def reason_of(form: dict[str, object]) -> tuple[Why, dict[str, str]]:
    """The reason that was chosen and written, and what of it is missing."""
    code, words = forms.text(form, "kode"), forms.text(form, "alasan")
    errors = {}
    if not code:
        errors["kode"] = "Pilih alasan"
    if not words:
        errors["alasan"] = "Tulis alasannya"
    return Why(reason_code=code or None, reason_text=words or None), errors


@router.post("/skp/{plan_id}/revisi")
@router.post("/skp-bawahan/{plan_id}/revisi")
async def open_revision(where: Place, asked: Asked) -> Response:
    """Open an agreed plan to change."""
    form = await typed(asked)
    why, errors = reason_of(form)
    intent = await asked.intent(Action.REVISE_PLAN, where.employee_id, why)
    if not errors:
        doing = handlers.open_revision(asked.planning, where, intent, form_version(form))
        errors |= await refusal(doing)
    if errors:
        return await show_revision(asked, where, form, errors)
    return see_other(address(asked, where), "Revisi dibuka; isinya diubah, lalu diajukan.")
