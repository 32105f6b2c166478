"""What may be asked of a system's look-ups."""

from dataclasses import dataclass

from services.planning.lookups.events import Sought


@dataclass(frozen=True, kw_only=True)
class RecordMiss:
    """A look-up found nobody; every time it does is on the record."""

    sought_by: Sought


LookupCommand = RecordMiss
