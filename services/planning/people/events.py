"""What becomes known about a person, stored for ever; names and NIP under that person's key."""

from dataclasses import dataclass
from datetime import date
from typing import get_args
from uuid import UUID

from shared.store.encrypted import Encrypted
from shared.store.event import Catalogue, event


@dataclass(frozen=True, kw_only=True)
class Assignment:
    """Unit, position and appraiser from `valid_from` until the next assignment; a head has no appraiser."""

    valid_from: date
    unit_id: UUID
    unit_name: str
    position: str
    appraiser_id: UUID | None


@event("PersonRegistered")
class PersonRegistered:
    employee_id: UUID
    nip: Encrypted[str]
    full_name: Encrypted[str]


@event("NameCorrected")
class NameCorrected:
    full_name: Encrypted[str]


@event("AssignmentChanged")
class AssignmentChanged:
    assignment: Assignment


@event("PersonLookedUp")
class PersonLookedUp:
    """A system asked who somebody is; the envelope says which system and when."""


@event("PersonHeld")
class PersonHeld:
    """Until that day, included, the person's data must not be erased; `document` is the order's number."""

    reason: str
    until: date
    document: str


@event("HoldLifted")
class HoldLifted:
    """The person's data need not be kept any longer."""

    document: str


@event("PersonErased")
class PersonErased:
    """Every service is to forget the person; `document` is the number of the decision, never a name."""

    ground: str
    document: str


@event("ErasureConfirmed")
class ErasureConfirmed:
    """Another service has said that the person is erased there."""

    service: str


PersonEvent = (
    PersonRegistered
    | NameCorrected
    | AssignmentChanged
    | PersonLookedUp
    | PersonHeld
    | HoldLifted
    | PersonErased
    | ErasureConfirmed
)

CATALOGUE = Catalogue(*get_args(PersonEvent))
