"""That a service has erased a person: one record per person, in each service."""

from dataclasses import dataclass, replace
from uuid import UUID

from shared.decider import Decider
from shared.store.event import Catalogue, event
from shared.store.stream import Stream
from shared.store.unit import Aggregate


@event("ErasureDone")
class ErasureDone:
    """The person's key, files and name are gone here; the envelope says whose and when."""


@dataclass(frozen=True, kw_only=True)
class ConfirmErasure:
    """Say that it is done."""


@dataclass(frozen=True, kw_only=True)
class Erasure:
    """Whether this service has erased the person."""

    done: bool = False


def erasure_stream(employee_id: UUID) -> Stream:
    """The record of a person's erasure in one service."""
    return Stream.of("erasure", employee_id)


def decide(erasure: Erasure, command: ConfirmErasure) -> list[ErasureDone]:
    """Said once."""
    del command
    return [] if erasure.done else [ErasureDone()]


def evolve(erasure: Erasure, occurred: ErasureDone) -> Erasure:
    """Done; never refuses."""
    del occurred
    return replace(erasure, done=True)


CATALOGUE = Catalogue(ErasureDone)
ERASURE: Aggregate[Erasure, ConfirmErasure, ErasureDone] = Aggregate(
    "erasure", Decider(Erasure(), decide, evolve), CATALOGUE
)
