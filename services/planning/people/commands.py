"""What may be asked about a person."""

from dataclasses import dataclass
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


PersonCommand = RegisterPerson | CorrectName | ChangeAssignment | LookUpPerson
