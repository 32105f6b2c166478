"""What may be asked about a person."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from services.planning.people.events import Assignment


@dataclass(frozen=True, kw_only=True)
class RegisterPerson:
    """`nip` is 18 digits, checked by `shared.regulation.nip`."""

    employee_id: UUID
    nip: str
    full_name: str


@dataclass(frozen=True, kw_only=True)
class CorrectName:
    """`unchanged`: the handler opened what is stored and found the same name."""

    full_name: str
    unchanged: bool = False


@dataclass(frozen=True, kw_only=True)
class ChangeAssignment:
    """A new assignment, or another one for a date that has one already."""

    assignment: Assignment


@dataclass(frozen=True, kw_only=True)
class LookUpPerson:
    """A system asks; every time it does is on the record."""


@dataclass(frozen=True, kw_only=True)
class HoldPerson:
    """Keep the person's data until that day, included; on a person who is held it changes the hold."""

    employee_id: UUID
    reason: str
    until: date
    document: str
    today: date


@dataclass(frozen=True, kw_only=True)
class LiftHold:
    """End the hold before its day."""

    employee_id: UUID
    document: str


@dataclass(frozen=True, kw_only=True)
class ErasePerson:
    """Have every service forget the person, on a ground of the list of that day."""

    employee_id: UUID
    ground: str
    document: str
    today: date


@dataclass(frozen=True, kw_only=True)
class ConfirmErasure:
    """A service said that it has."""

    service: str


PersonCommand = (
    RegisterPerson
    | CorrectName
    | ChangeAssignment
    | LookUpPerson
    | HoldPerson
    | LiftHold
    | ErasePerson
    | ConfirmErasure
)
