"""Nilai pegawai, the list: those whom the reader appraises, and where each stands."""

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import HTMLResponse

from services.assessment import wording
from services.assessment.api.requests import assessment_of, today
from services.assessment.queries.evaluations import Line, appraised_by, evaluations, of_employees
from services.assessment.web.pages import Names, page
from shared.people import Person
from shared.web.api import Caller
from shared.web.pager import Page

router = APIRouter()
PER_PAGE = 100


@dataclass(frozen=True, slots=True)
class TeamLine:
    """One evaluation as its appraiser sees it in the list."""

    name: str
    position: str
    line: Line

    @property
    def status(self) -> str:
        """The state in words; a draft shows to the appraiser only."""
        if self.line.status == "open" and (self.line.has_results_draft or self.line.has_behavior_draft):
            return "Konsep rating tersimpan"
        if self.line.status == "published" and self.line.is_acknowledged:
            return "Selesai, sudah dibaca"
        return wording.STATUSES[self.line.status]


@router.get("/penilaian/nilai")
async def team_page(request: Request, who: Caller) -> HTMLResponse:
    """Everybody whom the reader appraises today, and those whom they in turn appraise."""
    context, day = assessment_of(request), today(request)
    team = [one.employee_id for one in await context.people.appraised_by(who.actor_id, day)]
    lines = await evaluations(context, appraised_by(who.actor_id, team))
    deeper = [one.employee_id for member in team for one in await context.people.appraised_by(member, day)]
    below = await evaluations(context, of_employees(deeper))
    people = await context.people.many(one.employee_id for one in (*lines, *below))
    longer = max(len(lines), len(below))
    part = Page.read(request.url.path, request.query_params, longer, size=PER_PAGE)
    shown = part.of(told_lines(request, lines, people))
    return await page(
        request,
        who,
        "nilai.html",
        lines=shown,
        below=part.of(told_lines(request, below, people)),
        years=sorted({one.line.year for one in shown}, reverse=True),
        page=part,
    )


def told_lines(request: Request, lines: Iterable[Line], people: dict[UUID, Person]) -> list[TeamLine]:
    """The lines with names and positions, by name."""
    name = Names(people)
    found = []
    for one in lines:
        person = people.get(one.employee_id)
        placement = person.on(today(request)) if person else None
        found.append(TeamLine(name(one.employee_id), placement.position if placement else "", one))
    return sorted(found, key=lambda one: (-one.line.year, one.name))
