"""Jejak, one follow-up's story, and Perubahan, the auditor's list."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from services.followup import wording
from services.followup.api.asking import Service
from services.followup.queries import lists
from services.followup.queries.trail import telling
from services.followup.recommendation.decider import FOLLOWUP, followup_stream
from services.followup.recommendation.handlers import permitted
from services.followup.web import showing
from services.followup.web.showing import ROOT
from shared.identity.policy import Action, allowed_to, may
from shared.store.store import LAST
from shared.web import proofs, trail_reading
from shared.web.api import Caller, now
from shared.web.proofs import BundleLink, Record, Version
from shared.web.trail_reading import Asked
from shared.web.years import Year

router = APIRouter(prefix=ROOT)


@router.get("/jejak")
async def own_years(request: Request, who: Caller, followup: Service) -> Response:
    """The reader's own follow-ups, newest year first; who reviews all changes and has none is led there."""
    if allowed_to(Action.READ_CHANGES, who) and not await lists.years(followup, who.actor_id):
        return RedirectResponse(f"{ROOT}/perubahan", status_code=303)
    return await years(request, who.actor_id, who, followup)


@router.get("/jejak/{employee_id}")
async def years(request: Request, employee_id: UUID, who: Caller, followup: Service) -> HTMLResponse:
    """The years for which an employee has a follow-up."""
    await permitted(followup, who, Action.READ_TRAIL, employee_id, at=now(request))
    return await showing.page(
        request,
        followup,
        who,
        "jejak_tahun.html",
        employee_id=employee_id,
        person_name=showing.name_of(await followup.people.get(employee_id)),
        years=await lists.years(followup, employee_id),
    )


async def read_record(
    request: Request, employee_id: UUID, year: Year, who: Caller, followup: Service
) -> Record:
    """The trail of one follow-up, for those who may read it."""
    await permitted(followup, who, Action.READ_TRAIL, employee_id, at=now(request))
    subtitle = showing.name_of(await followup.people.get(employee_id))
    title = wording.RECORD_TITLE.format(year=year)
    return Record(FOLLOWUP, followup_stream(employee_id, year), title, subtitle=subtitle)


Read = Annotated[Record, Depends(read_record)]


@router.get("/jejak/{employee_id}/{year}")
async def record(request: Request, told: Read, who: Caller, followup: Service) -> HTMLResponse:
    """One follow-up: everything that happened, and the record as it stood."""
    story = await trail_reading.record(
        telling(followup),
        told.aggregate,
        told.stream,
        Asked.read(request.query_params),
        title=told.title,
        subtitle=told.subtitle,
    )
    return await showing.page(
        request,
        followup,
        who,
        "jejak.html",
        record=story,
        bundle=BundleLink(told.stream.plan_year, f"{request.url.path}/berkas-pembuktian.zip"),
        breadcrumbs=[(wording.SERVICE, ROOT), (wording.TRAIL, "")],
    )


@router.get("/jejak/{employee_id}/{year}/pembuktian/{version}")
async def proof(
    request: Request, told: Read, version: Version, who: Caller, followup: Service
) -> HTMLResponse:
    """One change of a follow-up with its proof."""
    found = await proofs.proof(telling(followup), followup.settings, told, version)
    back = proofs.trail_of(request.url.path)
    return await showing.page(request, followup, who, "pembuktian.html", proof=found, back=back)


@router.get("/jejak/{employee_id}/{year}/berkas-pembuktian.zip")
async def bundle(employee_id: UUID, told: Read, followup: Service) -> Response:
    """That follow-up with its proofs, as a file."""
    streams = {told.stream.stream_id: LAST}
    year = told.stream.plan_year
    return await proofs.bundle(followup.store, followup.settings, employee_id, year, streams)


@router.get("/perubahan")
async def changes(request: Request, who: Caller, followup: Service) -> HTMLResponse:
    """Every change of this service, for the auditor."""
    may(Action.READ_CHANGES, who)
    told = await trail_reading.changes(telling(followup), f"{ROOT}/perubahan", request.query_params)
    return await showing.page(request, followup, who, "perubahan.html", changes=told)


@router.get("/perubahan.csv")
async def changes_file(request: Request, who: Caller, followup: Service) -> Response:
    """The same list as a file."""
    may(Action.READ_CHANGES, who)
    return trail_reading.changes_file(telling(followup), request.query_params, "perubahan-tindak-lanjut.csv")
