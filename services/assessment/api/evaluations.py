"""Evaluations over HTTP: the list."""

from uuid import UUID

from fastapi import APIRouter
from pydantic import BaseModel
from starlette.requests import Request

from services.assessment.api.requests import assessment_of, today
from services.assessment.context import Assessment
from services.assessment.queries.evaluations import (
    Line,
    behind,
    concerning,
    evaluations,
    of_employees,
    of_year,
)
from shared.identity.actor import Actor
from shared.identity.policy import Action, allowed_to
from shared.web.api import Caller
from shared.web.paging import Page, Paged, Window

router = APIRouter(tags=["evaluations"])


class EvaluationLine(BaseModel):
    """One evaluation in a list."""

    evaluation_id: UUID
    employee_id: UUID
    year: int
    segment: int
    unit_id: UUID
    appraiser_id: UUID
    status: str
    version: int
    result_rating: str | None
    behavior_rating: str | None
    predicate: str | None
    reports_on_time: int | None
    reports_due: int | None
    result_version: int | None
    result_event_id: UUID | None
    is_acknowledged: bool


@router.get("/evaluations")
async def list_evaluations(
    request: Request,
    who: Caller,
    window: Paged,
    *,
    year: int | None = None,
    employee_id: UUID | None = None,
) -> Page[EvaluationLine]:
    """Those that concern the asker; all of them for who may read all."""
    context = assessment_of(request)
    conditions = [] if reads_all(who) else [concerning(who.actor_id, await team(context, who, request))]
    if year is not None:
        conditions.append(of_year(year))
    if employee_id is not None:
        conditions.append(of_employees([employee_id]))
    if (place := place_of(window)) is not None:
        conditions.append(behind(*place))
    found = await evaluations(context, *conditions, limit=window.limit + 1)
    shown = found[: window.limit]
    more = len(found) > window.limit
    key = (shown[-1].year, str(shown[-1].evaluation_id)) if more else None
    return window.page(request, [shown_line(one) for one in shown], key)


def reads_all(who: Actor) -> bool:
    """Whether every record is open to the asker by role."""
    return allowed_to(Action.READ_RECORD, who)


async def team(context: Assessment, who: Actor, request: Request) -> list[UUID]:
    """Those whom the asker appraises today."""
    return [one.employee_id for one in await context.people.appraised_by(who.actor_id, today(request))]


def place_of(window: Window) -> tuple[int, UUID] | None:
    """Where the part asked for begins; what does not read as a place is the beginning."""
    match window.after:
        case (int(year), str(text)):
            try:
                return year, UUID(text)
            except ValueError:
                return None
        case _:
            return None


def shown_line(line: Line) -> EvaluationLine:
    return EvaluationLine.model_validate(line, from_attributes=True)
