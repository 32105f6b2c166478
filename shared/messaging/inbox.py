"""One consumer's messages turned into effects: decided, appended and marked in one transaction."""

from collections.abc import Sequence

import structlog

from shared.messaging.feed import Feed
from shared.messaging.incoming import NotUnderstood, Raw, understood
from shared.messaging.parking import Parking
from shared.messaging.reaction import Facts, MissingFact, Reaction
from shared.projection.projection import write
from shared.store.append import Connection
from shared.store.store import Store
from shared.store.unit import Conflict, Mismatch, Unit

log = structlog.get_logger()

MARKS = """
SELECT h.topic, h.partition, h.log_index
FROM work.high_water h
JOIN unnest($2::text[], $3::integer[]) AS mine(topic, partition) USING (topic, partition)
WHERE h.consumer = $1 ORDER BY h.topic, h.partition FOR UPDATE OF h
"""
MOVE = """
INSERT INTO work.high_water AS h (consumer, topic, partition, log_index) VALUES ($1, $2, $3, $4)
ON CONFLICT (consumer, topic, partition) DO UPDATE SET log_index = excluded.log_index
WHERE h.log_index < excluded.log_index
"""

Place = tuple[str, int]


class LostRace(Exception):
    """Somebody else wrote to a stream that this batch decided on: decide again."""


class Inbox:
    """The effects of one consumer group on one service."""

    def __init__(
        self,
        store: Store,
        consumer: str,
        reactions: Sequence[Reaction],
        feeds: Sequence[Feed] = (),
        *,
        demo: bool = False,
    ) -> None:
        self.consumer = consumer
        self.store = store
        self._reactions = {reaction.topic: reaction for reaction in reactions}
        self._feeds = {feed.topic: feed for feed in feeds}
        self._demo = demo
        if self._reactions.keys() & self._feeds.keys():
            msg = "a topic is either reacted to or mirrored"
            raise ValueError(msg)

    @property
    def topics(self) -> list[str]:
        """What to subscribe to."""
        return [*self._reactions, *self._feeds]

    async def apply(self, batch: Sequence[Raw], *, poison: str | None = None) -> None:
        """All effects of `batch`, once, durable on return. Duplicates have none.

        `poison` says why a batch of one can't be handled: it is parked with that cause.
        Raises LostRace when it must be decided again.
        """
        async with self.store.pool.acquire() as connection, connection.transaction():
            marks = await self._marks(connection, {_place(raw) for raw in batch})
            fresh = _unseen(batch, marks)
            await self._effects(connection, fresh, poison)
            for place, index in _highest(fresh).items():
                await connection.execute(MOVE, self.consumer, *place, index)
        self.store.written.set()

    async def retry(self, connection: Connection, raw: Raw) -> bool:
        """Try a parked message again, inside `connection`'s transaction; whether it is done with."""
        facts = Facts(self.store, connection, self.consumer, demo=self._demo)
        try:
            units = await self._units(raw, facts)
        except (MissingFact, NotUnderstood):
            return False
        await self._append(connection, units)
        return True

    async def _marks(self, connection: Connection, places: set[Place]) -> dict[Place, int]:
        topics, partitions = [place[0] for place in places], [place[1] for place in places]
        rows = await connection.fetch(MARKS, self.consumer, topics, partitions)
        return {(row["topic"], row["partition"]): row["log_index"] for row in rows}

    async def _effects(self, connection: Connection, fresh: Sequence[Raw], poison: str | None) -> None:
        parking = Parking(connection, self.consumer)
        await parking.load({raw.topic for raw in fresh})
        facts = Facts(self.store, connection, self.consumer, demo=self._demo)
        units: list[Unit] = []
        for raw in fresh:
            if raw.topic in self._feeds:
                await write(connection, self._feeds[raw.topic].fold([raw]))
            elif poison or (cause := parking.behind(raw)):
                await parking.park(raw, poison or cause or "")
            else:
                try:
                    units += await self._units(raw, facts)
                except (MissingFact, NotUnderstood) as error:
                    await parking.park(raw, f"{type(error).__name__}: {error}")
        await self._append(connection, units)

    async def _units(self, raw: Raw, facts: Facts) -> list[Unit]:
        reaction = self._reactions[raw.topic]
        incoming = understood(raw, reaction.contracts)
        return [] if incoming is None else await reaction.handle(incoming, facts)

    async def _append(self, connection: Connection, units: list[Unit]) -> None:
        if not units:
            return
        for unit, answer in zip(units, await self.store.append(units, connection=connection), strict=True):
            if isinstance(answer, Conflict):
                raise LostRace
            if isinstance(answer, Mismatch):
                log.error(
                    "command id used twice", consumer=self.consumer, command=str(unit.intent.command_id)
                )


def _place(raw: Raw) -> Place:
    return raw.topic, raw.partition


def _unseen(batch: Sequence[Raw], marks: dict[Place, int]) -> list[Raw]:
    marks = dict(marks)
    found: list[Raw] = []
    for raw in batch:
        if raw.log_index is not None:
            if raw.log_index <= marks.get(_place(raw), -1):
                continue
            marks[_place(raw)] = raw.log_index
        found.append(raw)
    return found


def _highest(batch: Sequence[Raw]) -> dict[Place, int]:
    highest: dict[Place, int] = {}
    for raw in batch:
        if raw.log_index is not None:
            highest[_place(raw)] = max(raw.log_index, highest.get(_place(raw), -1))
    return highest
