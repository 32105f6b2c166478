"""Pages to read: one's own follow-up, that of an employee, what waits for a decision, one recommendation."""

from uuid import UUID

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import HTMLResponse

from services.followup import wording
from services.followup.api.asking import Service, now, place
from services.followup.queries import lists
from services.followup.queries.lists import Wanted
from services.followup.recommendation.decider.state import Status
from services.followup.web import showing
from services.followup.web.showing import ROOT
from shared.identity.policy import NotAllowed
from shared.regulation.followup_rules import Kind
from shared.web.api import Caller
from shared.web.pager import Page

router = APIRouter(prefix=ROOT)


@router.get("")
async def own(request: Request, who: Caller, followup: Service) -> HTMLResponse:
    """The reader's own development, guidance, improvement, placement and promotion."""
    return await showing.development(request, followup, who, who.actor_id, at=now(request))


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
    employees = await lists.decidable(followup, who, day)
    if employees is not None and not employees:
        raise NotAllowed("not-the-appraiser")
    query = request.query_params
    kind, to_review = query.get("jenis", ""), query.get("tinjau") == "ya"
    wanted = Wanted(
        employees=employees,
        but=who.actor_id,
        status=Status.ACCEPTED if to_review else Status.OPEN,
        kinds=[kind] if kind in set(Kind) else (),
        needs_review=True if to_review else None,
    )
    page = Page.read(f"{ROOT}/keputusan", dict(query), await lists.count(followup, wanted))
    rows = await lists.to_decide(followup, wanted, limit=page.size, offset=page.offset)
    people = await followup.people.many(row.employee_id for row in rows)
    return showing.pages(request).render(
        request,
        "keputusan.html",
        actor=who,
        rows=rows,
        names={row.employee_id: showing.name_of(people.get(row.employee_id)) for row in rows},
        page=page,
        kind=kind,
        to_review=to_review,
        kinds=list(wording.KINDS.items()),
        w=wording,
        breadcrumbs=[(wording.SERVICE, ROOT), (wording.DECISIONS, "")],
    )
