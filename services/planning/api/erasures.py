"""Erasure of a person over JSON, and the hold that forbids it."""

from datetime import date, datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter
from pydantic import BaseModel, Field, StringConstraints

from services.planning.api.asking import Asked
from services.planning.api.models import Body, Code
from services.planning.people.commands import ErasePerson, HoldPerson, LiftHold
from services.planning.people.handlers.erasing import erase_person, hold_person
from services.planning.queries.erasures import erasures
from shared.identity.policy import Action
from shared.web.api import IDEMPOTENT, Why

router = APIRouter(tags=["erasure"])
# The number of a letter, in which there is no room for a name: it stays for ever.
DOCUMENT = r"^[A-Za-z0-9./-]*[0-9][A-Za-z0-9./-]*$"
LONGEST = 40
Document = Annotated[
    str, StringConstraints(strip_whitespace=True, to_upper=True, pattern=DOCUMENT, max_length=LONGEST)
]


class ErasureBody(Body):
    """Why: a ground of the law, and the number of the decision."""

    ground: Code = Field(examples=["retention-ended"])
    document: Document = Field(examples=["800/123/BKD/2026"])


class HoldBody(Body):
    """Why the data must stay, and until which day, included."""

    reason: Code = Field(examples=["court-case"])
    until: date = Field(examples=["2027-12-31"])
    document: Document = Field(examples=["180/45/HUKUM/2026"])


class LiftBody(Body):
    """The number of the letter that ends the hold."""

    document: Document = Field(examples=["180/77/HUKUM/2027"])


class ErasureView(BaseModel):
    """An erasure; `waiting` are the services that have not said that it is done."""

    employee_id: UUID
    ordered_at: datetime
    ordered_by: UUID
    ground: str
    document: str
    done: dict[str, datetime | None]
    waiting: list[str]


class PersonVersion(BaseModel):
    """The person's record as it stands after the change."""

    employee_id: UUID
    version: int


@router.post("/people/{employee_id}/erasure", openapi_extra=IDEMPOTENT)
async def erase(employee_id: UUID, body: ErasureBody, asked: Asked) -> PersonVersion:
    """Have every service forget the person. It cannot be undone."""
    intent = await asked.intent(Action.ERASE_PERSON, employee_id, why=Why(reason_code=body.ground))
    command = ErasePerson(
        employee_id=employee_id, ground=body.ground, document=body.document, today=asked.today
    )
    done = await erase_person(asked.planning, command, intent)
    return PersonVersion(employee_id=employee_id, version=done.version)


@router.put("/people/{employee_id}/hold", openapi_extra=IDEMPOTENT)
async def hold(employee_id: UUID, body: HoldBody, asked: Asked) -> PersonVersion:
    """Keep the person's data until that day, whoever asks for their erasure."""
    intent = await asked.intent(Action.HOLD_PERSON, employee_id, why=Why(reason_code=body.reason))
    command = HoldPerson(
        employee_id=employee_id,
        reason=body.reason,
        until=body.until,
        document=body.document,
        today=asked.today,
    )
    done = await hold_person(asked.planning, command, intent)
    return PersonVersion(employee_id=employee_id, version=done.version)


@router.post("/people/{employee_id}/hold/end", openapi_extra=IDEMPOTENT)
async def lift(employee_id: UUID, body: LiftBody, asked: Asked) -> PersonVersion:
    """End the hold before its day."""
    intent = await asked.intent(Action.HOLD_PERSON, employee_id)
    done = await hold_person(
        asked.planning, LiftHold(employee_id=employee_id, document=body.document), intent
    )
    return PersonVersion(employee_id=employee_id, version=done.version)


@router.get("/erasures")
async def list_erasures(asked: Asked) -> list[ErasureView]:
    """Every erasure, those that a service has not done yet first."""
    await asked.may(Action.READ_ERASURES)
    return [
        ErasureView.model_validate({**_fields(one), "waiting": one.waiting})
        for one in await erasures(asked.planning.engine)
    ]


def _fields(line: object) -> dict[str, object]:
    return {name: getattr(line, name) for name in ErasureView.model_fields if name != "waiting"}
