"""Lists of plans, one record's trail, and all changes for the auditor, over JSON."""

from datetime import date
from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import APIRouter, Query, Request
from pydantic import TypeAdapter

from services.planning.api.asking import Asked, Asking
from services.planning.api.models import PlanLine
from services.planning.api.plans import On
from services.planning.plan.decider import AGGREGATE, Status
from services.planning.queries import lists
from services.planning.queries.lists import PlanFilter
from shared.identity.policy import Action
from shared.projection.past import past
from shared.projection.trail import steps
from shared.projection.trail_query import Wanted
from shared.web.changes import ChangeLine, change_lines
from shared.web.paging import Page, Paged
from shared.web.proofs import ProofBody, Version, look
from shared.web.steps import StepView, step_view
from shared.web.years import Year

router = APIRouter(tags=["records"])
Flag = Literal["late", "after_agreement"]
PLACE: TypeAdapter[tuple[int, UUID]] = TypeAdapter(tuple[Year, UUID])
ALL_RECORDS = frozenset({"hr", "performance_officer", "auditor"})


async def visible(asked: Asking) -> frozenset[UUID] | None:
    """Whose plans the asker may see: one's own and one's team's, or everybody's (None)."""
    if asked.who.roles & ALL_RECORDS:
        return None
    team = await asked.planning.people.appraised_by(asked.who.actor_id, asked.today)
    return frozenset({asked.who.actor_id, *(one.employee_id for one in team)})


@router.get("/plans")
async def list_plans(
    request: Request,
    asked: Asked,
    part: Paged,
    year: Year | None = None,
    status: Annotated[Status | None, Query()] = None,
) -> Page[PlanLine]:
    """The plans the asker may see, newest year first."""
    wanted = PlanFilter(year=year, status=status.value if status else None, employees=await visible(asked))
    rows = await lists.plans(asked.planning.engine, wanted, limit=part.wanted, after=part.place(PLACE))
    return part.page(request, rows, plan_line, lambda row: (row.year, str(row.plan_id)))


def plan_line(row: Any) -> PlanLine:
    """A row of the list."""
    return PlanLine.model_validate(row, from_attributes=True)


@router.get("/plans/{plan_id}/trail")
async def read_trail(on: On) -> list[StepView]:
    """Everything that happened to the plan, oldest first."""
    await on.asked.may(Action.READ_TRAIL, on.place.employee_id)
    keyring = on.planning.keyring
    await keyring.load([on.place.employee_id])
    recorded = await past(on.planning.store, on.place.stream)
    return [step_view(step, keyring) for step in steps(AGGREGATE, recorded)]


@router.get("/plans/{plan_id}/trail/{version}/proof")
async def read_proof(on: On, version: Version) -> ProofBody:
    """That this change of the plan is as it was recorded, under the newest signature; checked now."""
    await on.asked.may(Action.READ_TRAIL, on.place.employee_id)
    planning = on.planning
    return ProofBody.of(await look(planning.store, planning.settings, on.place.stream, version))


@router.get("/changes")
async def list_changes(
    request: Request,
    asked: Asked,
    part: Paged,
    *,
    since: Annotated[date | None, Query(description="Local date, included")] = None,
    until: Annotated[date | None, Query(description="Local date, included")] = None,
    unit: UUID | None = None,
    actor: UUID | None = None,
    subject: UUID | None = None,
    kind: Annotated[str, Query(max_length=60, examples=["PlanAgreed"])] = "",
    flag: Annotated[list[Flag] | None, Query()] = None,
) -> Page[ChangeLine]:
    """All changes, newest first; for the auditor."""
    await asked.may(Action.READ_CHANGES)
    wanted = Wanted(
        zone=asked.planning.settings.timezone,
        since=since,
        until=until,
        unit_id=unit,
        actor_id=actor,
        subject_id=subject,
        kind=kind,
        flags=tuple(flag or ()),
    )
    return await change_lines(asked.planning.engine, wanted, part, request)
