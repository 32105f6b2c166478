"""Pegawai: who works here, and a file of people brought in with a look first."""

import base64
import binascii
import zlib
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from fastapi import APIRouter
from sqlalchemy import Row
from starlette.datastructures import UploadFile
from starlette.responses import Response

from services.planning.api.asking import Asked, Asking
from services.planning.api.people import IMPORT_LIMIT, said
from services.planning.people import handlers
from services.planning.people.handlers import File, FileRefused, Preview
from services.planning.plan.decider import Status
from services.planning.queries.lists import plans_of
from services.planning.web.visit import ROOT, TRAIL, Errors, name_of, show, typed
from services.planning.wording import COLUMN_TITLES, PROBLEMS
from shared.identity.policy import Action, allowed_to
from shared.people import Person
from shared.store.errors import NotFound
from shared.store.stream import Stream
from shared.web import forms
from shared.web.api import Why
from shared.web.flash import see_other
from shared.web.pager import Page

router = APIRouter()
MOST_SHOWN = 100
PACKED_LIMIT = IMPORT_LIMIT * 3 // 2
"""The most bytes of a form with a packed file: four characters for three bytes, and what is around them."""
PEOPLE = f"{ROOT}/pegawai"


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonLine:
    """One person as the list shows it today."""

    employee_id: UUID
    name: str
    nip: str | None
    position: str
    unit: str
    appraiser: str


@router.get("/pegawai")
async def people_page(asked: Asked) -> Response:
    """Everybody, by name, in pages."""
    await asked.may(Action.READ_PEOPLE)
    everyone = await asked.planning.people.everyone()
    page = Page.read(asked.request.url.path, asked.request.query_params, len(everyone))
    shown = everyone[page.offset : page.offset + page.size]
    return await show_people(asked, shown, count=len(everyone), page=page)


async def show_people(
    asked: Asking, shown: list[Person], *, count: int, page: Page | None = None, wanted: str = ""
) -> Response:
    """A part of the list."""
    placed = [(one, one.on(asked.today)) for one in shown]
    appraisers = await asked.planning.people.many(
        now.appraiser_id for _, now in placed if now and now.appraiser_id
    )
    lines = [
        PersonLine(
            employee_id=one.employee_id,
            name=one.full_name or "dihapus",
            nip=one.nip,
            position=now.position if now else "",
            unit=now.unit_name if now else "",
            appraiser=name_of(appraisers, now.appraiser_id if now else None),
        )
        for one, now in placed
    ]
    may_import = allowed_to(Action.IMPORT_PEOPLE, asked.who)
    return await show(
        asked, "pegawai.html", lines=lines, count=count, page=page, wanted=wanted, may_import=may_import
    )


@router.post("/pegawai/cari")
async def search_people(asked: Asked) -> Response:
    """Those whose name or NIP holds the words; what is searched for is in the body only."""
    await asked.may(Action.READ_PEOPLE)
    wanted = forms.text(await typed(asked), "kata")
    words, digits = wanted.casefold(), wanted.replace(" ", "")
    found = [
        one
        for one in await asked.planning.people.everyone()
        if words in (one.full_name or "").casefold() or (digits.isdigit() and digits in (one.nip or ""))
    ]
    return await show_people(asked, found[:MOST_SHOWN], count=len(found), wanted=wanted)


@router.get("/pegawai/impor")
async def import_page(asked: Asked) -> Response:
    """The empty form."""
    await asked.may(Action.IMPORT_PEOPLE)
    return await show_import(asked)


async def show_import(
    asked: Asking,
    *,
    refused: FileRefused | None = None,
    errors: Errors | None = None,
    preview: Preview | None = None,
    content: str = "",
) -> Response:
    """The form, with every fault of the file that was refused, or with what a good one would do."""
    faults = refused.faults if refused else ()
    rows = [
        (str(one.line or "-"), COLUMN_TITLES.get(one.field, one.field) or "-", said(one))
        for one in faults[:MOST_SHOWN]
    ]
    if refused:
        errors = {"berkas": f"{PROBLEMS['file-refused']}: {len(faults)} kesalahan"}
    return await show(
        asked,
        "impor.html",
        errors=errors,
        faults=rows,
        more=len(faults) if len(faults) > MOST_SHOWN else 0,
        preview=preview,
        content=content,
        breadcrumbs=[("Pegawai", PEOPLE), ("Impor",)],
    )


@router.post("/pegawai/impor")
async def preview_import(asked: Asked) -> Response:
    """What the file would do; nothing is stored yet."""
    await asked.may(Action.IMPORT_PEOPLE)
    upload = (await typed(asked)).get("berkas")
    if not isinstance(upload, UploadFile) or not upload.filename:
        return await show_import(asked, errors={"berkas": PROBLEMS["file-missing"]})
    content = await upload.read()
    try:
        preview = await handlers.preview(asked.planning, file_of(asked, content))
    except FileRefused as refused:
        return await show_import(asked, refused=refused)
    return await show_import(asked, preview=preview, content=packed(content))


def file_of(asked: Asking, content: bytes) -> File:
    """The file as read. Raises FileRefused."""
    return handlers.read_file(content, refused_nips=asked.planning.refused_nips, today=asked.today)


def packed(content: bytes) -> str:
    """The file as a hidden field carries it from the preview to the saving."""
    return base64.b64encode(zlib.compress(content, 9)).decode()


def unpacked(text: str) -> bytes:
    """The file that `packed` made, never larger than an upload may be; anything else is empty."""
    try:
        return zlib.decompressobj().decompress(base64.b64decode(text, validate=True), IMPORT_LIMIT)
    except (binascii.Error, zlib.error):
        return b""


@router.post("/pegawai/impor/simpan")
async def save_import(asked: Asked) -> Response:
    """All of the file, or nothing."""
    content = unpacked(forms.text(await typed(asked), "isi"))
    intent = await asked.intent(Action.IMPORT_PEOPLE, why=Why(reason_code="imported"))
    try:
        outcome = await handlers.import_people(asked.planning, file_of(asked, content), intent)
    except FileRefused as refused:
        return await show_import(asked, refused=refused)
    await handlers.are_listed(asked.planning, asked.planning.store.pool)
    message = f"{outcome['registered']} pegawai didaftarkan, {outcome['changed']} diubah"
    return see_other(PEOPLE, message)


@dataclass(frozen=True, slots=True)
class PlanYear:
    """One plan of a person, and where assessment has its evaluation once the plan was submitted."""

    plan: Row[Any]

    @property
    def evaluation_id(self) -> UUID | None:
        """The id follows from the plan's parts; assessment hears of no plan that is a first draft."""
        if self.plan.status == Status.DRAFT.value:
            return None
        return Stream.of(
            "evaluation", self.plan.employee_id, self.plan.segment, year=self.plan.year
        ).stream_id


@router.get("/pegawai/{employee_id:uuid}")
async def person_page(employee_id: UUID, asked: Asked) -> Response:
    """One person's placements through time, and what was planned and assessed."""
    await asked.may(Action.READ_RECORD, employee_id)
    person = await asked.planning.people.get(employee_id)
    if person is None:
        raise NotFound
    appraisers = await asked.planning.people.many(
        one.appraiser_id for one in person.placements if one.appraiser_id
    )
    placements = [
        (one.valid_from, one.unit_name, one.position, name_of(appraisers, one.appraiser_id))
        for one in reversed(person.placements)
    ]
    relation = await asked.relation(employee_id)
    return await show(
        asked,
        "pegawai_satu.html",
        person=person,
        name=name_of({employee_id: person}, employee_id),
        placements=placements,
        plans=[PlanYear(one) for one in await plans_of(asked.planning.engine, employee_id)],
        trail=f"{TRAIL}/pegawai/{employee_id}" if allowed_to(Action.READ_TRAIL, asked.who, relation) else "",
        may_erase=allowed_to(Action.ERASE_PERSON, asked.who, relation),
        breadcrumbs=[("Pegawai", PEOPLE), ("Riwayat",)],
    )
