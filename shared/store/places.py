"""Finds a stream by its id alone: which record it is and whose, facts that never change."""

from collections import OrderedDict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

import asyncpg

from shared.store.statements import FIND
from shared.store.stream import Stream
from shared.store.unit import Unit
from shared.together import Together

REMEMBERED = 10_000


@dataclass(frozen=True, slots=True)
class Place:
    """A stream that exists, and the employee concerned by its first event."""

    stream: Stream
    subject_id: UUID | None


class Places:
    """The places of one service's streams; those found or begun last are remembered."""

    def __init__(self, pool: asyncpg.Pool) -> None:
        self._pool = pool
        self._known: OrderedDict[UUID, Place] = OrderedDict()
        self._finding = Together(self._find)

    async def of(self, kind: str, stream_id: UUID) -> Place | None:
        """The stream of that id, if there is one and it is of that kind."""
        if found := self._known.get(stream_id):
            self._known.move_to_end(stream_id)
        else:
            found = await self._finding.get(stream_id)
        return found if found and found.stream.kind == kind else None

    async def _find(self, wanted: Sequence[UUID]) -> dict[UUID, Place]:
        rows = await self._pool.fetch(FIND, wanted)
        found = {
            row["stream_id"]: Place(
                Stream(row["stream_kind"], row["stream_id"], row["plan_year"]), row["subject_id"]
            )
            for row in rows
        }
        self._remember(found)
        return found

    def begun(self, stored: Iterable[Unit]) -> None:
        """Remember the streams that these began. They must be durable: nobody asks again whether they are."""
        self._remember(
            {
                unit.stream.stream_id: Place(unit.stream, unit.subject_id)
                for unit in stored
                if unit.stream and unit.events and unit.expected == 0
            }
        )

    def _remember(self, found: dict[UUID, Place]) -> None:
        self._known |= found
        while len(self._known) > REMEMBERED:
            self._known.popitem(last=False)
