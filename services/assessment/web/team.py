"""Nilai pegawai: those whom the reader appraises, and where each stands."""

from dataclasses import dataclass
from uuid import UUID

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import HTMLResponse

from services.assessment import wording
from services.assessment.api.requests import assessment_of, today
from services.assessment.queries.evaluations import (
    Line,
    evaluations,
    of_employees,
    planned_with,
)
from services.assessment.web.pages import name_of, page
from shared.people import Person
from shared.web.api import Caller

router = APIRouter(include_in_schema=False)


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
    """Everybody whom the reader appraises today, and plans that named the reader as appraiser."""
    context = assessment_of(request)
    team = await context.people.appraised_by(who.actor_id, today(request))
    ids = [one.employee_id for one in team]
    lines = await evaluations(context, of_employees(ids) | planned_with(who.actor_id))
    people = await context.people.many(one.employee_id for one in lines)
    shown = [TeamLine(name_of(people, one.employee_id), position(people, one, request), one) for one in lines]
    years = sorted({one.line.year for one in shown}, reverse=True)
    return await page(request, who, "nilai.html", lines=shown, years=years)


def position(people: dict[UUID, Person], one: Line, request: Request) -> str:
    """The position that the employee holds today."""
    person = people.get(one.employee_id)
    placement = person.on(today(request)) if person else None
    return placement.position if placement else ""
