"""What every route of follow-up needs: the service, the record asked for, and whether the asker may."""

from typing import Annotated
from uuid import UUID

from fastapi import Depends
from starlette.requests import Request

from services.followup.context import Followup
from services.followup.queries import lists
from services.followup.recommendation.handlers import Place, permitted
from shared.identity.actor import Actor
from shared.identity.policy import Action
from shared.store.errors import NotFound
from shared.store.unit import Intent
from shared.web.api import Why, intent, now


def service(request: Request) -> Followup:
    """The running service."""
    found: Followup = request.app.state.context
    return found


async def at_work(request: Request) -> Followup:
    """As `service`, without the thread that FastAPI gives to what is not awaited."""
    return service(request)


Service = Annotated[Followup, Depends(at_work)]


async def place(followup: Followup, recommendation_id: UUID) -> Place:
    """Whose recommendation that is. Raises NotFound."""
    found = await lists.place_of(followup, recommendation_id)
    if found is None:
        raise NotFound
    return found


async def readable(request: Request, who: Actor, employee_id: UUID) -> None:
    """Raises NotAllowed unless `who` may read the employee's record today."""
    await permitted(service(request), who, Action.READ_RECORD, employee_id, at=now(request))


async def deciding(request: Request, who: Actor, where: Place, why: Why | None = None) -> Intent:
    """The intent of somebody who decides on that recommendation. Raises NotAllowed."""
    role = await permitted(
        service(request), who, Action.DECIDE_RECOMMENDATION, where.employee_id, at=now(request)
    )
    return await intent(request, who, role, why)
