"""The rule of look-ups in vain: each is kept on the record of the system that asked."""

from dataclasses import dataclass, replace
from uuid import UUID

from services.planning.lookups.commands import LookupCommand
from services.planning.lookups.events import CATALOGUE, LookupEvent, PersonNotFound
from shared.decider import Decider
from shared.store.stream import Stream
from shared.store.unit import Aggregate


@dataclass(frozen=True, kw_only=True)
class Lookups:
    """How many look-ups of one system found nobody, by NIP and by employee id."""

    misses_by_nip: int = 0
    misses_by_id: int = 0


def lookups_stream(client_id: UUID) -> Stream:
    """The stream of one system's look-ups, over all years."""
    return Stream.of("lookups", client_id)


def decide(lookups: Lookups, command: LookupCommand) -> list[LookupEvent]:  # noqa: ARG001 - never refused
    """One event, however many came before."""
    return [PersonNotFound(sought_by=command.sought_by)]


def evolve(lookups: Lookups, event: LookupEvent) -> Lookups:
    """The count after `event`; never refuses."""
    if event.sought_by == "nip":
        return replace(lookups, misses_by_nip=lookups.misses_by_nip + 1)
    return replace(lookups, misses_by_id=lookups.misses_by_id + 1)


AGGREGATE = Aggregate("lookups", Decider(Lookups(), decide, evolve), CATALOGUE)
