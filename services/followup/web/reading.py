"""Pages to read: one's own follow-up, that of an employee, what waits for a decision, one recommendation."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import HTMLResponse

from services.followup import wording
from services.followup.api.asking import Service, place
from services.followup.context import Followup
from services.followup.queries import lists
from services.followup.queries.lists import Found, Wanted
from services.followup.web import showing
from services.followup.web.showing import ROOT
from shared.identity.policy import NotAllowed
from shared.web.api import Caller, now
from shared.web.pager import Page
from shared.web.trail_reading import identity

router = APIRouter(prefix=ROOT)


@router.get("")
async def own(request: Request, who: Caller, followup: Service) -> HTMLResponse:
    """The reader's own development, guidance, improvement, placement and promotion."""
    return await showing.development(request, followup, who, who.actor_id, at=now(request))


@router.get("/pegawai")
async def employees(request: Request, who: Caller, followup: Service) -> HTMLResponse:
    """What follows for everybody whose record the reader may see, filtered by the address."""
    day = followup.local_day(now(request))
    seen = await lists.visible(followup, who, day)
    if seen == frozenset({who.actor_id}):
        raise NotAllowed("role-missing")
    query = request.query_params
    wanted = Wanted(
        employees=await within(followup, seen, query.get("unit", ""), day),
        status=one_of(query.get("status", ""), wording.STATUSES),
        kinds=[kind] if (kind := one_of(query.get("jenis", ""), wording.KINDS)) else (),
    )
    page = Page.read(f"{ROOT}/pegawai", dict(query), await lists.count(followup, wanted))
    rows = await lists.recommendations(followup, wanted, limit=page.size, offset=page.offset)
    return await listed(
        request, who, followup, "pegawai.html", rows=rows, page=page, statuses=list(wording.STATUSES.items())
    )


@router.get("/pegawai/{employee_id}")
async def employee(request: Request, employee_id: UUID, who: Caller, followup: Service) -> HTMLResponse:
    """The same of an employee whom the reader leads, or looks after."""
    return await showing.development(request, followup, who, employee_id, at=now(request))


@router.get("/rekomendasi/{recommendation_id}")
async def recommendation(
    request: Request, recommendation_id: UUID, who: Caller, followup: Service
) -> HTMLResponse:
    """One recommendation with its rule, result and feedback, and the forms to decide on it."""
    where = await place(followup, recommendation_id)
    return await showing.recommendation(request, followup, who, where, at=now(request))


@router.get("/keputusan")
async def deciding(request: Request, who: Caller, followup: Service) -> HTMLResponse:
    """What waits for the reader's decision, filtered by the address."""
    day = followup.local_day(now(request))
    decided = await lists.decidable(followup, who, day)
    if decided is not None and not decided:
        raise NotAllowed("not-the-appraiser")
    query = request.query_params
    wanted = lists.for_a_person(
        await within(followup, decided, query.get("unit", ""), day),
        but=who.actor_id,
        again=query.get("tinjau") == "ya",
        kinds=[kind] if (kind := one_of(query.get("jenis", ""), wording.KINDS)) else (),
    )
    page = Page.read(f"{ROOT}/keputusan", dict(query), await lists.count(followup, wanted))
    rows = await lists.to_decide(followup, wanted, limit=page.size, offset=page.offset)
    waiting = await lists.waiting(followup, who, day)
    return await listed(request, who, followup, "keputusan.html", rows=rows, page=page, waiting=waiting)


async def listed(
    request: Request, who: Caller, followup: Followup, template: str, *, rows: Sequence[Found], **facts: Any
) -> HTMLResponse:
    """A page of recommendations with names and the filters it was asked with."""
    people = await followup.people.many(row.employee_id for row in rows)
    return await showing.page(
        request,
        followup,
        who,
        template,
        rows=rows,
        names={row.employee_id: showing.name_of(people.get(row.employee_id)) for row in rows},
        kinds=list(wording.KINDS.items()),
        units=[(str(unit_id), name) for unit_id, name in await followup.people.units()],
        query=request.query_params,
        breadcrumbs=[(wording.SERVICE, ROOT), (wording.LISTS[template], "")],
        **facts,
    )


async def within(
    followup: Followup, employees: frozenset[UUID] | None, unit: str, day: date
) -> frozenset[UUID] | None:
    """Those of `employees` who work in the unit of the address today; all where none is asked for."""
    unit_id = identity(unit)
    if unit_id is None:
        return employees
    there = frozenset(one.employee_id for one in await followup.people.in_unit(unit_id, day))
    return there if employees is None else there & employees


def one_of(asked: str, known: Mapping[str, str]) -> str | None:
    """What the address asks for, if there is such a thing."""
    return asked if asked in known else None
