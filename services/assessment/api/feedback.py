"""Feedback over HTTP."""

from uuid import UUID

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from services.assessment.api.answers import Change, FeedbackRecord, change, feedback_record
from services.assessment.api.bodies import AnswerBody, FeedbackBody
from services.assessment.api.requests import asked, assessment_of, seen
from services.assessment.feedback import handlers
from services.assessment.feedback.handlers import Words
from services.assessment.queries.cases import feedback
from shared.identity.policy import Action
from shared.web.api import IDEMPOTENT, Caller, set_version

router = APIRouter(tags=["feedback"])


@router.get("/evaluations/{evaluation_id}/feedback")
async def read_feedback(
    request: Request, response: Response, who: Caller, evaluation_id: UUID
) -> FeedbackRecord:
    """All feedback on the plan with its answers."""
    case, _ = await seen(request, who, evaluation_id)
    context = assessment_of(request)
    loaded = await feedback(context, case)
    set_version(response, loaded.version)
    return await feedback_record(context, case, loaded.state, loaded.version)


@router.post("/evaluations/{evaluation_id}/feedback", openapi_extra=IDEMPOTENT)
async def give_feedback(
    request: Request, response: Response, who: Caller, evaluation_id: UUID, body: FeedbackBody
) -> Change:
    """Say what was seen and what to do next, about one planned result or one value."""
    ask = await asked(request, who, evaluation_id, Action.GIVE_FEEDBACK)
    words = Words(
        kind=body.kind,
        result_id=body.result_id,
        value=body.value,
        seen=body.seen,
        next_step=body.next_step,
        competences=tuple(one.seen() for one in body.competences),
        evidence_ids=tuple(body.evidence_ids),
    )
    return change(await handlers.give(assessment_of(request), ask, words), response)


@router.post("/evaluations/{evaluation_id}/feedback/{feedback_id}/answer", openapi_extra=IDEMPOTENT)
async def answer_feedback(  # noqa: PLR0917 - FastAPI gives each part of a request by name
    request: Request,
    response: Response,
    who: Caller,
    evaluation_id: UUID,
    feedback_id: UUID,
    body: AnswerBody,
) -> Change:
    """Answer feedback, once."""
    ask = await asked(request, who, evaluation_id, Action.ANSWER_FEEDBACK)
    return change(await handlers.answer(assessment_of(request), ask, feedback_id, body.answer), response)
