"""The rules of a person and the dated reporting line."""

from dataclasses import dataclass, replace
from datetime import date
from typing import assert_never
from uuid import UUID

from services.planning.people.commands import (
    ChangeAssignment,
    CorrectName,
    LookUpPerson,
    PersonCommand,
    RegisterPerson,
)
from services.planning.people.events import (
    CATALOGUE,
    Assignment,
    AssignmentChanged,
    NameCorrected,
    PersonEvent,
    PersonLookedUp,
    PersonRegistered,
)
from shared.decider import Decider, Refusal
from shared.store.encrypted import Encrypted
from shared.store.stream import Stream
from shared.store.unit import Aggregate


class PersonIsUnknown(Refusal):
    code = "person-is-unknown"


class NameIsMissing(Refusal):
    code = "name-is-missing"


class AssignmentIsIncomplete(Refusal):
    code = "assignment-is-incomplete"


class OwnAppraiser(Refusal):
    code = "own-appraiser"


@dataclass(frozen=True, kw_only=True)
class Person:
    """`assignments` are in the order of their dates."""

    employee_id: UUID | None = None
    nip: Encrypted[str] | None = None
    full_name: Encrypted[str] | None = None
    assignments: tuple[Assignment, ...] = ()

    def on(self, day: date) -> Assignment | None:
        """The assignment in force on `day`."""
        in_force = [one for one in self.assignments if one.valid_from <= day]
        return in_force[-1] if in_force else None


def person_stream(employee_id: UUID) -> Stream:
    """The stream of a person, over all years."""
    return Stream.of("person", employee_id)


def decide(person: Person, command: PersonCommand) -> list[PersonEvent]:
    """The events that `command` leads to; none when it is so already. Raises a Refusal."""
    if isinstance(command, RegisterPerson):
        return register(person, command)
    if person.employee_id is None:
        raise PersonIsUnknown
    match command:
        case CorrectName():
            return correct_name(person, command)
        case ChangeAssignment():
            return change_assignment(person, command.assignment)
        case LookUpPerson():
            return [PersonLookedUp()]
        case _:
            assert_never(command)


def register(person: Person, command: RegisterPerson) -> list[PersonEvent]:
    """A person is registered once; a later name is a correction."""
    if person.employee_id is not None:
        return []
    if not command.full_name.strip():
        raise NameIsMissing
    return [
        PersonRegistered(
            employee_id=command.employee_id,
            nip=Encrypted.of(command.nip),
            full_name=Encrypted.of(command.full_name),
        )
    ]


def correct_name(person: Person, command: CorrectName) -> list[PersonEvent]:
    """A name changes by correction only; the earlier one stays on the trail."""
    if not command.full_name.strip():
        raise NameIsMissing
    full_name = Encrypted.of(command.full_name)
    if command.unchanged or full_name == person.full_name:
        return []
    return [NameCorrected(full_name=full_name)]


def change_assignment(person: Person, assignment: Assignment) -> list[PersonEvent]:
    """Nobody appraises oneself; what was in force before `valid_from` stays as it was."""
    if assignment.appraiser_id == person.employee_id:
        raise OwnAppraiser
    if not assignment.unit_name.strip() or not assignment.position.strip():
        raise AssignmentIsIncomplete
    if assignment in person.assignments:
        return []
    return [AssignmentChanged(assignment=assignment)]


def evolve(person: Person, event: PersonEvent) -> Person:
    """The person after `event`; never refuses."""
    match event:
        case PersonRegistered():
            return replace(person, employee_id=event.employee_id, nip=event.nip, full_name=event.full_name)
        case NameCorrected():
            return replace(person, full_name=event.full_name)
        case AssignmentChanged(assignment=changed):
            kept = [one for one in person.assignments if one.valid_from != changed.valid_from]
            in_order = sorted([*kept, changed], key=lambda one: one.valid_from)
            return replace(person, assignments=tuple(in_order))
        case PersonLookedUp():
            return person
        case _:
            assert_never(event)


AGGREGATE = Aggregate("person", Decider(Person(), decide, evolve), CATALOGUE)
