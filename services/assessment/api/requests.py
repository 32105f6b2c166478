"""From an HTTP request to what a handler takes: the case, the asker's relation and the intent."""

from datetime import date
from typing import Annotated
from uuid import UUID

from fastapi import Depends
from starlette.requests import Request

from services.assessment.context import Assessment
from services.assessment.evaluation.handlers import Asked
from services.assessment.queries.cases import Case, Standing, find_case, standing
from shared.identity.actor import Actor
from shared.identity.policy import Action, may
from shared.web.api import Why, intent, now


def assessment_of(request: Request) -> Assessment:
    """The service that `request` came to."""
    found: Assessment = request.app.state.context
    return found


Context = Annotated[Assessment, Depends(assessment_of)]


def today(request: Request) -> date:
    """The agency's date."""
    return assessment_of(request).local_day(now(request))


async def seen(
    request: Request, who: Actor, evaluation_id: UUID, action: Action = Action.READ_RECORD
) -> tuple[Case, Standing]:
    """A case that `who` may see. Raises NotFound, NotAllowed."""
    assessment = assessment_of(request)
    case = await find_case(assessment, evaluation_id, as_far_as_read=action is Action.READ_TRAIL)
    found = await standing(assessment, who, case.employee_id, today(request))
    may(action, who, found.relation)
    return case, found


async def asked(
    request: Request,
    who: Actor,
    evaluation_id: UUID,
    action: Action,
    *,
    why: Why | None = None,
    expected: int | None = None,
) -> Asked:
    """A change that `who` may ask for. Raises NotFound, NotAllowed, KeyMissing."""
    assessment = assessment_of(request)
    case = await find_case(assessment, evaluation_id)
    found = await standing(assessment, who, case.employee_id, today(request))
    role = may(action, who, found.relation)
    return Asked(case, found, await intent(request, who, role, why), expected)
