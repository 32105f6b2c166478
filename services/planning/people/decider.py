"""The rules of a person and the dated reporting line."""

from dataclasses import dataclass, replace
from datetime import date
from typing import assert_never
from uuid import UUID

from services.planning.people.commands import (
    ChangeAssignment,
    ConfirmErasure,
    CorrectName,
    ErasePerson,
    HoldPerson,
    LiftHold,
    LookUpPerson,
    PersonCommand,
    RegisterPerson,
)
from services.planning.people.events import (
    CATALOGUE,
    Assignment,
    AssignmentChanged,
    ErasureConfirmed,
    HoldLifted,
    NameCorrected,
    PersonErased,
    PersonEvent,
    PersonHeld,
    PersonLookedUp,
    PersonRegistered,
)
from shared.decider import Decider, Refusal
from shared.regulation.erasure_grounds import ERASURE_GROUNDS, HOLD_REASONS
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


class PersonIsErased(Refusal):
    code = "person-is-erased"


class PersonIsHeld(Refusal):
    code = "person-is-held"


class PersonIsNotHeld(Refusal):
    code = "person-is-not-held"


class GroundIsUnknown(Refusal):
    code = "ground-is-unknown"


class HoldIsImpossible(Refusal):
    code = "hold-is-impossible"


@dataclass(frozen=True, kw_only=True)
class Hold:
    """Why and until when, included, a person's data must stay."""

    reason: str
    until: date
    document: str


@dataclass(frozen=True, kw_only=True)
class Person:
    """`assignments` are in the order of their dates, `erased_by` in that of the services' word."""

    employee_id: UUID | None = None
    nip: Encrypted[str] | None = None
    full_name: Encrypted[str] | None = None
    assignments: tuple[Assignment, ...] = ()
    hold: Hold | None = None
    erased: bool = False
    erased_by: tuple[str, ...] = ()

    def on(self, day: date) -> Assignment | None:
        """The assignment in force on `day`."""
        in_force = [one for one in self.assignments if one.valid_from <= day]
        return in_force[-1] if in_force else None


def person_stream(employee_id: UUID) -> Stream:
    """The stream of a person, over all years."""
    return Stream.of("person", employee_id)


def decide(person: Person, command: PersonCommand) -> list[PersonEvent]:
    """The events that `command` leads to; none when it is so already. Raises a Refusal."""
    if isinstance(command, RegisterPerson) and person.employee_id is None:
        return register(command)
    if person.employee_id is None:
        raise PersonIsUnknown
    if isinstance(command, ErasePerson):
        return erase(person, command)
    if isinstance(command, ConfirmErasure):
        return [] if command.service in person.erased_by else [ErasureConfirmed(service=command.service)]
    if isinstance(command, LookUpPerson):
        return [PersonLookedUp()]
    if person.erased:
        raise PersonIsErased
    return change(person, command)


def change(
    person: Person, command: RegisterPerson | CorrectName | ChangeAssignment | HoldPerson | LiftHold
) -> list[PersonEvent]:
    """What may change about a person who is here; a later name is a correction."""
    match command:
        case RegisterPerson():
            return []
        case CorrectName():
            return correct_name(person, command)
        case ChangeAssignment():
            return change_assignment(person, command.assignment)
        case HoldPerson():
            return keep(person, command)
        case LiftHold():
            if person.hold is None:
                raise PersonIsNotHeld
            return [HoldLifted(document=command.document)]
        case _:
            assert_never(command)


def register(command: RegisterPerson) -> list[PersonEvent]:
    """Who was not here is from now on."""
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


def keep(person: Person, command: HoldPerson) -> list[PersonEvent]:
    """A hold has a reason of the day's list and an end that is yet to come."""
    if command.reason not in HOLD_REASONS.on(command.today).value or command.until < command.today:
        raise HoldIsImpossible
    held = PersonHeld(reason=command.reason, until=command.until, document=command.document)
    wanted = Hold(reason=held.reason, until=held.until, document=held.document)
    return [] if person.hold == wanted else [held]


def erase(person: Person, command: ErasePerson) -> list[PersonEvent]:
    """Once, on a ground of the day's list, and never while a hold is in force (UU 27/2022 Ps 44 (1) c)."""
    if person.erased:
        return []
    if command.ground not in ERASURE_GROUNDS.on(command.today).value:
        raise GroundIsUnknown
    if person.hold and command.today <= person.hold.until:
        raise PersonIsHeld(reason=person.hold.reason, until=person.hold.until.isoformat())
    return [PersonErased(ground=command.ground, document=command.document)]


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
        case PersonHeld():
            return replace(person, hold=Hold(reason=event.reason, until=event.until, document=event.document))
        case HoldLifted():
            return replace(person, hold=None)
        case PersonErased():
            return replace(person, erased=True)
        case ErasureConfirmed(service=service):
            return replace(person, erased_by=(*person.erased_by, service))
        case _:
            assert_never(event)


AGGREGATE = Aggregate("person", Decider(Person(), decide, evolve), CATALOGUE)
