"""One request that asks for something: who, when, and whether they may."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Annotated
from uuid import UUID

from fastapi import Depends
from starlette.requests import Request
from uuid_utils.compat import uuid7

from services.planning.context import Planning
from services.planning.wording import PROBLEMS
from shared.identity.actor import Actor
from shared.identity.policy import STRANGER, Action, Relation, may
from shared.store.unit import Intent
from shared.web.api import Why, actor, demonstration_time, intent, now
from shared.web.problem import FieldError, Malformed

YEAR_OUT_OF_REACH = "year-out-of-reach"


@dataclass(frozen=True, slots=True)
class Asking:
    """Who asks planning for what."""

    request: Request
    who: Actor
    planning: Planning

    @property
    def at(self) -> datetime:
        """The instant to decide by."""
        return now(self.request)

    @property
    def today(self) -> date:
        """The agency's date."""
        return self.planning.local_day(self.at)

    def must_reach(self, year: int) -> None:
        """A year that can be planned today: the present or the next at most. Raises Malformed."""
        if year > self.today.year + 1:
            raise Malformed(YEAR_OUT_OF_REACH, FieldError("year", PROBLEMS[YEAR_OUT_OF_REACH]))

    async def relation(self, employee_id: UUID) -> Relation:
        """What the asker is to the employee today."""
        if self.who.is_system:
            return STRANGER
        return await self.planning.people.relation(self.who.actor_id, employee_id, self.today)

    async def may(self, action: Action, employee_id: UUID | None = None) -> str:
        """The role the asker does this in. Raises NotAllowed."""
        relation = STRANGER if employee_id is None else await self.relation(employee_id)
        return may(action, self.who, relation)

    async def intent(self, action: Action, employee_id: UUID | None = None, why: Why | None = None) -> Intent:
        """Who, when and why, once the policy allows it. Raises NotAllowed, KeyMissing, Malformed."""
        return await intent(self.request, self.who, await self.may(action, employee_id), why)

    async def reading_intent(self, action: Action) -> Intent:
        """For a read that leaves a record: every time it is asked, without a key of the asker's."""
        role = await self.may(action)
        return Intent(
            command_id=uuid7(),
            caller=self.who.caller,
            request_hash=b"",
            actor_id=self.who.actor_id,
            acting_role=role,
            at=self.at,
            correlation_id=uuid7(),
            recorded_at=demonstration_time(self.request),
        )


async def asking(request: Request) -> Asking:
    """The request with the service behind it, once it is known who asks."""
    return Asking(request, await actor(request), request.app.state.context)


Asked = Annotated[Asking, Depends(asking)]
