"""Penghapusan: who is to be forgotten, which service has done so, and the forms that order it."""

import re
from uuid import UUID

from fastapi import APIRouter
from starlette.responses import Response

from services.planning.api.asking import Asked, Asking
from services.planning.api.erasures import DOCUMENT, LONGEST
from services.planning.people.commands import ErasePerson, HoldPerson, LiftHold
from services.planning.people.decider import AGGREGATE, person_stream
from services.planning.people.handlers.erasing import erase_person, hold_person
from services.planning.projections import ERASURE_LIST
from services.planning.queries.erasures import erasures
from services.planning.web.own_plan import day_of
from services.planning.web.visit import ROOT, Errors, name_of, refusal, show, shown, typed
from services.planning.wording import DOCUMENT_UNREADABLE, REASONS
from shared.identity.policy import Action, allowed_to
from shared.regulation.erasure_grounds import ERASURE_GROUNDS, HOLD_REASONS
from shared.store.act import load
from shared.web import forms
from shared.web.api import Why
from shared.web.flash import see_other

router = APIRouter()
ERASURES = f"{ROOT}/penghapusan"


@router.get("/penghapusan")
async def erasures_page(asked: Asked) -> Response:
    """Every erasure, and who has not done it yet."""
    await asked.may(Action.READ_ERASURES)
    lines = await erasures(asked.planning.engine)
    officers = await asked.planning.people.many(one.ordered_by for one in lines)
    shown = [(one, name_of(officers, one.ordered_by)) for one in lines]
    return await show(asked, "penghapusan.html", lines=shown)


@router.get("/penghapusan/{employee_id}")
async def person_page(employee_id: UUID, asked: Asked) -> Response:
    """What may be ordered about one person."""
    return await show_person(asked, employee_id)


async def show_person(
    asked: Asking, employee_id: UUID, form: dict[str, object] | None = None, errors: Errors | None = None
) -> Response:
    """The forms as they stand, or as typed."""
    await asked.may(Action.READ_ERASURES)
    state = (await load(asked.planning.store, AGGREGATE, person_stream(employee_id))).state
    people = await asked.planning.people.many([employee_id])
    return await show(
        asked,
        "penghapusan_satu.html",
        errors=errors,
        employee_id=employee_id,
        name=name_of(people, employee_id),
        person=state,
        values={"dasar": "", "surat": "", "alasan": "", "sampai": "", **(form or {})},
        may_erase=allowed_to(Action.ERASE_PERSON, asked.who, await asked.relation(employee_id)),
        grounds=[(code, REASONS[code]) for code in ERASURE_GROUNDS.on(asked.today).value],
        holds=[(code, REASONS[code]) for code in HOLD_REASONS.on(asked.today).value],
        breadcrumbs=[("Penghapusan", ERASURES), (name_of(people, employee_id),)],
    )


@router.post("/penghapusan/{employee_id}")
async def erase(employee_id: UUID, asked: Asked) -> Response:
    """Order the erasure."""
    form = await typed(asked)
    ground, document = forms.text(form, "dasar"), document_of(form)
    intent = await asked.intent(Action.ERASE_PERSON, employee_id, why=Why(reason_code=ground or None))
    command = ErasePerson(employee_id=employee_id, ground=ground, document=document, today=asked.today)
    errors = unreadable(document) or await shown(
        asked, ERASURE_LIST, person_stream(employee_id), erase_person(asked.planning, command, intent)
    )
    if errors:
        return await show_person(asked, employee_id, form, errors)
    return see_other(ERASURES, "Penghapusan diperintahkan kepada semua layanan.")


@router.post("/penghapusan/{employee_id}/tahan")
async def hold(employee_id: UUID, asked: Asked) -> Response:
    """Keep the data until a day."""
    form = await typed(asked)
    problems: dict[str, str] = {}
    until = day_of(form, "sampai", problems)
    reason, document = forms.text(form, "alasan"), document_of(form)
    intent = await asked.intent(Action.HOLD_PERSON, employee_id, why=Why(reason_code=reason or None))
    errors: Errors = {**problems, **unreadable(document)}
    if until and not errors:
        command = HoldPerson(
            employee_id=employee_id, reason=reason, until=until, document=document, today=asked.today
        )
        errors = await refusal(hold_person(asked.planning, command, intent))
    if errors:
        return await show_person(asked, employee_id, form, errors)
    return see_other(f"{ERASURES}/{employee_id}", "Data pegawai ini ditahan.")


@router.post("/penghapusan/{employee_id}/lepas")
async def lift(employee_id: UUID, asked: Asked) -> Response:
    """End the hold."""
    form = await typed(asked)
    document = document_of(form)
    intent = await asked.intent(Action.HOLD_PERSON, employee_id)
    command = LiftHold(employee_id=employee_id, document=document)
    errors = unreadable(document) or await refusal(hold_person(asked.planning, command, intent))
    if errors:
        return await show_person(asked, employee_id, form, errors)
    return see_other(f"{ERASURES}/{employee_id}", "Penahanan diakhiri.")


def document_of(form: dict[str, object]) -> str:
    """The number of the letter, as it is written."""
    return forms.text(form, "surat").upper()


def unreadable(document: str) -> Errors:
    """What is wrong with a number that is none."""
    readable = len(document) <= LONGEST and re.fullmatch(DOCUMENT, document)
    return {} if readable else {"surat": DOCUMENT_UNREADABLE}
