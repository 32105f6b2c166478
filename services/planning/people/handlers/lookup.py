"""A system that asks who somebody is; that it asked stays on the person's record."""

from dataclasses import dataclass
from uuid import UUID

from services.planning.context import Planning
from services.planning.people.commands import LookUpPerson
from services.planning.people.decider import AGGREGATE, person_stream
from shared.people import Person
from shared.store.act import act
from shared.store.errors import NotFound
from shared.store.unit import Intent


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """By NIP (18 digits) or by employee id."""

    nip: str | None = None
    employee_id: UUID | None = None


async def look_up(planning: Planning, question: Question, intent: Intent) -> Person:
    """The person, with the look-up on record first. Raises NotFound; nobody's record tells of that."""
    employee_id = question.employee_id
    if question.nip is not None:
        employee_id = await planning.people.find_nip(question.nip)
    person = await planning.people.get(employee_id) if employee_id else None
    if person is None:
        raise NotFound
    await act(
        planning.store,
        AGGREGATE,
        person_stream(person.employee_id),
        LookUpPerson(),
        intent,
        subject_id=person.employee_id,
    )
    return person
