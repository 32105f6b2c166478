"""Deciding on one recommendation, and recording what came of it."""

from uuid import UUID

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from services.followup.api.asking import Service, deciding, place, readable
from services.followup.api.models import (
    Acceptance,
    Declination,
    Effect,
    ImprovementEnd,
    Review,
    SessionHeld,
    Shown,
)
from services.followup.recommendation import handlers
from services.followup.recommendation.decider import FOLLOWUP
from services.followup.recommendation.decider.state import YearFollowup
from services.followup.recommendation.handlers import Place
from shared.store.act import Done, load
from shared.web.api import IDEMPOTENT, Caller, IfMatch, Why, set_version

router = APIRouter(prefix="/recommendations/{recommendation_id}", tags=["recommendation"])


def effect(response: Response, where: Place, done: Done[YearFollowup]) -> Effect:
    """What is answered to every change."""
    set_version(response, done.version)
    return Effect(recommendation_id=where.recommendation_id, version=done.version)


@router.get("")
async def show(
    request: Request, response: Response, recommendation_id: UUID, who: Caller, followup: Service
) -> Shown:
    """One recommendation with the rule, the result and the feedback it comes from."""
    where = await place(followup, recommendation_id)
    await readable(request, who, where.employee_id)
    loaded = await load(followup.store, FOLLOWUP, where.stream)
    set_version(response, loaded.version)
    return Shown.of(loaded.state.get(recommendation_id), where.employee_id, where.year)


@router.post("/acceptance", openapi_extra=IDEMPOTENT)
async def accept(
    request: Request,
    *,
    response: Response,
    recommendation_id: UUID,
    body: Acceptance,
    who: Caller,
    followup: Service,
    version: IfMatch,
) -> Effect:
    """Accept, and so assign the course, set the session's date, start the period, propose or suggest."""
    where = await place(followup, recommendation_id)
    intent = await deciding(request, who, where, Why(reason_code=body.reason_code, reason_text=body.reason))
    done = await handlers.accept(followup, where, intent, day=body.day, expected=version)
    return effect(response, where, done)


@router.post("/declination", openapi_extra=IDEMPOTENT)
async def decline(
    request: Request,
    *,
    response: Response,
    recommendation_id: UUID,
    body: Declination,
    who: Caller,
    followup: Service,
    version: IfMatch,
) -> Effect:
    """Decline with a reason."""
    where = await place(followup, recommendation_id)
    intent = await deciding(request, who, where, Why(reason_code=body.reason_code, reason_text=body.reason))
    return effect(response, where, await handlers.decline(followup, where, intent, expected=version))


@router.post("/review", openapi_extra=IDEMPOTENT)
async def review(
    request: Request,
    *,
    response: Response,
    recommendation_id: UUID,
    body: Review,
    who: Caller,
    followup: Service,
    version: IfMatch,
) -> Effect:
    """After a corrected result: let an accepted recommendation stand, or take it back."""
    where = await place(followup, recommendation_id)
    intent = await deciding(request, who, where, Why(reason_text=body.reason))
    done = await handlers.review(followup, where, intent, stands=body.stands, expected=version)
    return effect(response, where, done)


@router.post("/sessions", openapi_extra=IDEMPOTENT)
async def record_session(
    request: Request,
    *,
    response: Response,
    recommendation_id: UUID,
    body: SessionHeld,
    who: Caller,
    followup: Service,
    version: IfMatch,
) -> Effect:
    """Record a guidance session, and the date of the next."""
    where = await place(followup, recommendation_id)
    intent = await deciding(request, who, where)
    session = handlers.Session(body.held_on, body.notes, body.next_session_on)
    done = await handlers.record_guidance(followup, where, intent, session=session, expected=version)
    return effect(response, where, done)


@router.post("/improvement-end", openapi_extra=IDEMPOTENT)
async def end_improvement(
    request: Request,
    *,
    response: Response,
    recommendation_id: UUID,
    body: ImprovementEnd,
    who: Caller,
    followup: Service,
    version: IfMatch,
) -> Effect:
    """Close an improvement period with its outcome."""
    where = await place(followup, recommendation_id)
    intent = await deciding(request, who, where, Why(reason_text=body.reason))
    done = await handlers.end_improvement(followup, where, intent, outcome=body.outcome, expected=version)
    return effect(response, where, done)
