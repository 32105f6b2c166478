"""Jejak and Perubahan: who changed what, when and why; open to the employee for the own record."""

from dataclasses import replace
from typing import Any
from uuid import UUID

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from services.assessment import wording
from services.assessment.api.requests import assessment_of, seen
from services.assessment.calendar.decider import AGGREGATE as CALENDAR
from services.assessment.calendar.decider import calendar_stream
from services.assessment.queries.cases import Case
from services.assessment.queries.stories import last_version, must_be_told, told_streams
from services.assessment.queries.telling import AGGREGATES, telling
from services.assessment.web.mine import open_newest, own_lines
from services.assessment.web.pages import ROOT, names, page
from shared.identity.actor import Actor
from shared.identity.policy import Action, allowed_to, may
from shared.store.stream import Stream
from shared.store.unit import Aggregate
from shared.web import proofs, trail_reading
from shared.web.api import Caller
from shared.web.pager import Page
from shared.web.proofs import BundleLink, Record, Version
from shared.web.trail_reading import Asked, changes, record
from shared.web.trail_teller import Telling
from shared.web.trail_view import RecordView
from shared.web.years import Year

router = APIRouter()
EMPTY = ("Belum ada catatan", "Jejak penilaian dimulai saat SKP Anda diajukan.")


@router.get("/penilaian/jejak")
async def own_trail(request: Request, who: Caller) -> Response:
    """The reader's own newest record; who reviews all changes and has none is led to their list."""
    lines = await own_lines(request, who)
    if not lines and allowed_to(Action.READ_CHANGES, who):
        return RedirectResponse(f"{ROOT}/perubahan", status_code=303)
    return await open_newest(request, who, "jejak", lines, title="Jejak", empty=EMPTY)


@router.get("/penilaian/jejak/{evaluation_id}")
async def evaluation_trail(request: Request, who: Caller, evaluation_id: UUID) -> Response:
    """The story of one evaluation."""
    return await shown(request, who, evaluation_id, "evaluation")


@router.get("/penilaian/jejak/{evaluation_id}/realisasi")
async def progress_trail(request: Request, who: Caller, evaluation_id: UUID) -> Response:
    """The story of its reports."""
    return await shown(request, who, evaluation_id, "progress")


@router.get("/penilaian/jejak/{evaluation_id}/umpan-balik")
async def feedback_trail(request: Request, who: Caller, evaluation_id: UUID) -> Response:
    """The story of its feedback."""
    return await shown(request, who, evaluation_id, "feedback")


@router.get("/penilaian/jejak/{evaluation_id}/pembuktian/{version}")
async def evaluation_proof(request: Request, who: Caller, evaluation_id: UUID, version: Version) -> Response:
    """The proof of one change of an evaluation."""
    return await proven(request, who, evaluation_id, ("evaluation", version))


@router.get("/penilaian/jejak/{evaluation_id}/realisasi/pembuktian/{version}")
async def progress_proof(request: Request, who: Caller, evaluation_id: UUID, version: Version) -> Response:
    """The proof of one report."""
    return await proven(request, who, evaluation_id, ("progress", version))


@router.get("/penilaian/jejak/{evaluation_id}/umpan-balik/pembuktian/{version}")
async def feedback_proof(request: Request, who: Caller, evaluation_id: UUID, version: Version) -> Response:
    """The proof of one feedback or answer."""
    return await proven(request, who, evaluation_id, ("feedback", version))


@router.get("/penilaian/jejak/kalender/{year}")
async def calendar_trail(request: Request, who: Caller, year: Year) -> Response:
    """What was heard of a year's dates; anybody signed in may know."""
    told, asked = calendar_record(year), Asked.read(request.query_params)
    story = telling(assessment_of(request))
    view = await record(story, told.aggregate, told.stream, asked, title=told.title, subtitle=told.subtitle)
    return await page(request, who, "jejak.html", record=view)


@router.get("/penilaian/jejak/kalender/{year}/pembuktian/{version}")
async def calendar_proof(request: Request, who: Caller, year: Year, version: Version) -> Response:
    """The proof of one change of a year's dates."""
    return await proof_page(request, who, telling(assessment_of(request)), calendar_record(year), version)


def calendar_record(year: int) -> Record:
    """A year's dates, as the trail calls them."""
    return Record(CALENDAR, calendar_stream(year), f"Kalender {year}", subtitle="Menurut Perencanaan")


@router.get("/penilaian/jejak/{evaluation_id}/berkas-pembuktian.zip")
async def year_bundle(request: Request, who: Caller, evaluation_id: UUID) -> Response:
    """All that may be told of that employee's year, with its proofs, as a file."""
    case, found = await seen(request, who, evaluation_id, Action.READ_TRAIL)
    context = assessment_of(request)
    streams = await told_streams(context, case, who, found.relation)
    return await proofs.bundle(context.store, context.settings, case.employee_id, case.year, streams)


async def proven(request: Request, who: Caller, evaluation_id: UUID, at: tuple[str, int]) -> Response:
    """One change of a part of the record with its proof, where it may be told."""
    kind, version = at
    case, found = await seen(request, who, evaluation_id, Action.READ_TRAIL)
    context = assessment_of(request)
    if kind == "evaluation":
        must_be_told(case, who, found.relation, version)
    name = await names(request, [case.employee_id])
    title = f"{wording.RECORDS[kind]} {name(case.employee_id)}"
    record = Record(aggregate_of(kind), stream_of(case, kind), title, subtitle=f"Tahun {case.year}")
    return await proof_page(request, who, telling(context, case.evaluation.content), record, version)


async def proof_page(request: Request, who: Actor, told: Telling, record: Record, version: int) -> Response:
    """One change of a record, told and checked now."""
    shown = await proofs.proof(told, assessment_of(request).settings, record, version)
    back = proofs.trail_of(request.url.path)
    return await page(request, who, "pembuktian.html", proof=shown, back=back)


async def shown(request: Request, who: Caller, evaluation_id: UUID, kind: str) -> Response:
    """One of the three parts of the record, as of a date or a version where the address asks for it."""
    case, found = await seen(request, who, evaluation_id, Action.READ_TRAIL)
    context = assessment_of(request)
    name = await names(request, [case.employee_id])
    view = await record(
        telling(context, case.evaluation.content),
        aggregate_of(kind),
        stream_of(case, kind),
        allowed_part(request, last_version(case, who, found.relation) if kind == "evaluation" else None),
        title=f"{wording.RECORDS[kind]} {name(case.employee_id)}",
        subtitle=f"Tahun {case.year}",
    )
    return await page(
        request,
        who,
        "jejak_penilaian.html",
        record=in_pages(request, view),
        case=case,
        relation=found.relation,
        part=kind,
        bundle=BundleLink(case.year, f"{ROOT}/jejak/{evaluation_id}/berkas-pembuktian.zip"),
    )


def in_pages(request: Request, view: RecordView) -> RecordView:
    """The story in pages; the whole record beside it only where a day or a version is asked for."""
    cut = Page.read(request.url.path, request.query_params, len(view.entries))
    is_asked = bool(view.as_of or view.stands_as)
    return replace(
        view,
        entries=view.entries[cut.offset : cut.offset + cut.size],
        state=view.state if is_asked else (),
        page=cut,
    )


def allowed_part(request: Request, last: int | None) -> Asked:
    """What the address asks for, never beyond the `last` version that may be told."""
    asked = Asked.read(request.query_params)
    if last is None:
        return asked
    return replace(asked, version=last if asked.version is None else min(asked.version, last))


def aggregate_of(kind: str) -> Aggregate[Any, Any, Any]:
    return next(one for one in AGGREGATES if one.kind == kind)


def stream_of(case: Case, kind: str) -> Stream:
    return {"progress": case.progress_stream, "feedback": case.feedback_stream}.get(kind, case.stream)


@router.get("/penilaian/perubahan")
async def changes_page(request: Request, who: Caller) -> Response:
    """All changes of the service, for the auditor."""
    may(Action.READ_CHANGES, who)
    view = await changes(telling(assessment_of(request)), f"{ROOT}/perubahan", request.query_params)
    return await page(request, who, "perubahan.html", changes=view)


@router.get("/penilaian/perubahan.csv")
async def changes_file(request: Request, who: Caller) -> Response:
    """The same list as a file; names of changed fields, never their values."""
    may(Action.READ_CHANGES, who)
    told = telling(assessment_of(request))
    return trail_reading.changes_file(told, request.query_params, "perubahan-penilaian.csv")
