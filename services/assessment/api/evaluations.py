"""Evaluations over HTTP: the list, one record, and what its appraiser, employee and superior do."""

from uuid import UUID

from fastapi import APIRouter
from pydantic import BaseModel, TypeAdapter
from starlette.requests import Request
from starlette.responses import Response

from services.assessment.api.answers import Change, EvaluationRecord, change, evaluation_record
from services.assessment.api.bodies import BehaviorBody, CorrectionBody, RatingBody
from services.assessment.api.requests import asked, assessment_of, seen, today
from services.assessment.context import Assessment
from services.assessment.evaluation import handlers
from services.assessment.evaluation.events import ValueRating
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
from shared.regulation.behavior import Value
from shared.web.api import IDEMPOTENT, Caller, IfMatch, Why, set_version
from shared.web.paging import Page, Paged
from shared.web.years import Year

router = APIRouter(tags=["evaluations"])
PLACE: TypeAdapter[tuple[int, UUID]] = TypeAdapter(tuple[Year, UUID])


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
    year: Year | None = None,
    employee_id: UUID | None = None,
) -> Page[EvaluationLine]:
    """Those that concern the asker; all of them for who may read all."""
    context = assessment_of(request)
    conditions = [] if reads_all(who) else [concerning(who.actor_id, await team(context, who, request))]
    if year is not None:
        conditions.append(of_year(year))
    if employee_id is not None:
        conditions.append(of_employees([employee_id]))
    if (place := window.place(PLACE)) is not None:
        conditions.append(behind(*place))
    found = await evaluations(context, *conditions, limit=window.wanted)
    return window.page(request, found, shown_line, lambda one: (one.year, str(one.evaluation_id)))


def reads_all(who: Actor) -> bool:
    """Whether every record is open to the asker by role."""
    return allowed_to(Action.READ_RECORD, who)


async def team(context: Assessment, who: Actor, request: Request) -> list[UUID]:
    """Those whom the asker appraises today."""
    return [one.employee_id for one in await context.people.appraised_by(who.actor_id, today(request))]


def shown_line(line: Line) -> EvaluationLine:
    return EvaluationLine.model_validate(line, from_attributes=True)


@router.get("/evaluations/{evaluation_id}")
async def read_evaluation(
    request: Request, response: Response, who: Caller, evaluation_id: UUID
) -> EvaluationRecord:
    """One evaluation: the plan, the published result, and its numbers or, before it, those of now."""
    case, found = await seen(request, who, evaluation_id)
    set_version(response, case.loaded.version)
    may_see = allowed_to(Action.READ_DRAFT_RATING, who, found.relation)
    return await evaluation_record(assessment_of(request), case, today(request), with_draft=may_see)


@router.put("/evaluations/{evaluation_id}/results-rating", openapi_extra=IDEMPOTENT)
async def rate_results(  # noqa: PLR0917 - FastAPI gives each part of a request by name
    request: Request,
    response: Response,
    who: Caller,
    evaluation_id: UUID,
    body: RatingBody,
    expected: IfMatch,
) -> Change:
    """Draft the rating of results; a reason is needed where it differs from the suggestion."""
    why = Why(reason_text=body.reason)
    ask = await asked(request, who, evaluation_id, Action.RATE, why=why, expected=expected)
    return change(await handlers.rate_results(assessment_of(request), ask, body.chosen), response)


@router.put("/evaluations/{evaluation_id}/behavior-rating", openapi_extra=IDEMPOTENT)
async def rate_behavior(  # noqa: PLR0917 - FastAPI gives each part of a request by name
    request: Request,
    response: Response,
    who: Caller,
    evaluation_id: UUID,
    body: BehaviorBody,
    expected: IfMatch,
) -> Change:
    """Draft the rating of behavior, value by value and as a whole."""
    why = Why(reason_text=body.reason)
    ask = await asked(request, who, evaluation_id, Action.RATE, why=why, expected=expected)
    values = tuple(
        ValueRating(value=value, rating=body.values[value]) for value in Value if value in body.values
    )
    return change(await handlers.rate_behavior(assessment_of(request), ask, values, body.chosen), response)


@router.post("/evaluations/{evaluation_id}/publication", openapi_extra=IDEMPOTENT)
async def publish(
    request: Request, response: Response, who: Caller, evaluation_id: UUID, expected: IfMatch
) -> Change:
    """Make the draft the result of the year."""
    ask = await asked(request, who, evaluation_id, Action.PUBLISH, expected=expected)
    return change(await handlers.publish(assessment_of(request), ask), response)


@router.post("/evaluations/{evaluation_id}/acknowledgement", openapi_extra=IDEMPOTENT)
async def acknowledge(request: Request, response: Response, who: Caller, evaluation_id: UUID) -> Change:
    """Say that the result was read (not: that it is agreed)."""
    ask = await asked(request, who, evaluation_id, Action.ACKNOWLEDGE)
    return change(await handlers.acknowledge(assessment_of(request), ask), response)


@router.post("/evaluations/{evaluation_id}/corrections", openapi_extra=IDEMPOTENT)
async def correct(  # noqa: PLR0917 - FastAPI gives each part of a request by name
    request: Request,
    response: Response,
    who: Caller,
    evaluation_id: UUID,
    body: CorrectionBody,
    expected: IfMatch,
) -> Change:
    """Replace a published result, as the superior of the appraiser and with a reason."""
    why = Why(reason_code=body.reason_code, reason_text=body.reason)
    ask = await asked(request, who, evaluation_id, Action.CORRECT, why=why, expected=expected)
    done = await handlers.correct(
        assessment_of(request),
        ask,
        result_rating=body.result_rating,
        behavior_rating=body.behavior_rating,
        corrects=body.corrects,
    )
    return change(done, response)
