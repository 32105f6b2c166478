"""People over JSON: the import, and recorded look-ups for systems that know NIPs only."""

from dataclasses import asdict
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, File, UploadFile

from services.planning.api.asking import Asked, Asking
from services.planning.api.models import Imported, NipBody, PersonView
from services.planning.lookups.handlers import record_miss
from services.planning.people import handlers
from services.planning.people.handlers import Fault, FileRefused, Question
from services.planning.wording import FAULTS
from shared.identity.policy import Action
from shared.people import Person
from shared.regulation.nip import ImpossibleNip, parse_nip
from shared.store.errors import NotFound
from shared.store.unit import Intent
from shared.web.api import IDEMPOTENT, Why
from shared.web.problem import FieldError, Malformed

router = APIRouter(tags=["people"])
IMPORT_LIMIT = 10 * 1024 * 1024


@router.post("/people/import", openapi_extra=IDEMPOTENT)
async def import_people(asked: Asked, file: Annotated[UploadFile, File()]) -> Imported:
    """A CSV file of people (UTF-8; semicolon or comma), all in one transaction or nothing.

    Columns: nip, nama, jabatan, unit, nip_penilai (empty for a head), berlaku_sejak, and where the
    sign-in already knows the people, id_pegawai (UUID). Every fault is answered with its line.
    """
    intent = await asked.intent(Action.IMPORT_PEOPLE, why=Why(reason_code="imported"))
    try:
        people = handlers.read_file(
            await file.read(), refused_nips=asked.planning.refused_nips, today=asked.today
        )
        outcome = await handlers.import_people(asked.planning, people, intent)
    except FileRefused as refused:
        raise malformed(refused) from None
    return Imported.model_validate(outcome)


def malformed(refused: FileRefused) -> Malformed:
    """Every fault as `line.field`, in words."""
    return Malformed("file-refused", *(FieldError(path(fault), said(fault)) for fault in refused.faults))


def path(fault: Fault) -> str:
    """Where it is: `lines.7.nip`, or `file` for the whole."""
    if fault.line == 0:
        return "file"
    return f"lines.{fault.line}.{fault.field}" if fault.field else f"lines.{fault.line}"


def said(fault: Fault) -> str:
    """What is wrong, in words."""
    return FAULTS[fault.code].format(*fault.facts)


@router.post("/people/lookup", openapi_extra=IDEMPOTENT)
async def look_up(body: NipBody, asked: Asked) -> PersonView:
    """Who has this NIP; for systems with scope `people:map`.

    Recorded on that person's trail, or where it finds nobody, on the system's.
    """
    intent = await asked.intent(Action.MAP_PEOPLE)
    try:
        nip = parse_nip(body.nip).digits
    except ImpossibleNip as impossible:
        raise Malformed("nip-refused", FieldError("nip", FAULTS[impossible.code])) from None
    return await found(asked, Question(nip=nip), intent)


@router.get("/people/{employee_id}")
async def read_person(employee_id: UUID, asked: Asked) -> PersonView:
    """Who that is; for systems with scope `people:map`. Recorded on that person's trail."""
    intent = await asked.reading_intent(Action.MAP_PEOPLE)
    return await found(asked, Question(employee_id=employee_id), intent)


async def found(asked: Asking, question: Question, intent: Intent) -> PersonView:
    """The person. Raises NotFound, which stays on the record of the system that asked."""
    try:
        return view(await handlers.look_up(asked.planning, question, intent))
    except NotFound:
        await record_miss(asked.planning, "nip" if question.nip else "employee_id", intent)
        raise


def view(person: Person) -> PersonView:
    """The person as the API shows it."""
    return PersonView.model_validate(asdict(person))
