"""One consumer's messages turned into effects: decided, appended and marked in one transaction."""

from collections.abc import Iterable, Sequence
from dataclasses import replace

import structlog

from shared.clock import Clock, SystemClock
from shared.messaging.deciding import Asked, decide, read, traceparent_of, under
from shared.messaging.feed import Feed
from shared.messaging.incoming import Raw
from shared.messaging.parking import park, unskipped, waiting
from shared.messaging.reaction import Facts, Reaction
from shared.projection.writing import write
from shared.store.append import Connection
from shared.store.store import Store
from shared.store.unit import Appended, Conflict, Mismatch, Unit

log = structlog.get_logger()

MARKS = """
SELECT h.topic, h.partition, h.log_index
FROM work.high_water h
JOIN unnest($2::text[], $3::integer[]) AS mine(topic, partition) USING (topic, partition)
WHERE h.consumer = $1 ORDER BY h.topic, h.partition FOR UPDATE OF h
"""
# Where no mark is there is nothing to lock: it is made first, and who makes it makes the other wait.
FIRST = """
INSERT INTO work.high_water (consumer, topic, partition, log_index)
SELECT $1, topic, partition, -1 FROM unnest($2::text[], $3::integer[]) AS mine(topic, partition)
ORDER BY topic, partition ON CONFLICT DO NOTHING
"""
MOVE = """
UPDATE work.high_water h SET log_index = moved.log_index
FROM unnest($2::text[], $3::integer[], $4::bigint[]) AS moved(topic, partition, log_index)
WHERE h.consumer = $1 AND h.topic = moved.topic AND h.partition = moved.partition
  AND h.log_index < moved.log_index
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
        clock: Clock | None = None,
    ) -> None:
        self.consumer = consumer
        self.store = store
        self._reactions = {reaction.topic: reaction for reaction in reactions}
        self._feeds = {feed.topic: feed for feed in feeds}
        self._foreign = {reaction.topic for reaction in reactions if reaction.is_foreign}
        self._demo = demo
        self._clock = clock or SystemClock()
        if self._reactions.keys() & self._feeds.keys():
            msg = "a topic is either reacted to or mirrored"
            raise ValueError(msg)

    @property
    def reacted_to(self) -> list[str]:
        """The topics of which a message can be parked."""
        return list(self._reactions)

    @property
    def topics(self) -> list[str]:
        """What to subscribe to."""
        return [*self._reactions, *self._feeds]

    async def apply(self, batch: Sequence[Raw], *, poison: str | None = None) -> None:
        """All effects of `batch`, once, durable on return. Duplicates have none.

        `poison` says why a batch of one can't be handled: it is parked with that cause.
        Raises LostRace when it must be decided again.
        """
        batch = [raw.unnumbered() if raw.topic in self._foreign else raw for raw in batch]
        failures = self.store.metrics.consumer_failures.labels(self.consumer)
        with failures.count_exceptions():
            async with self.store.pool.acquire() as connection, connection.transaction():
                stored = await self._apply(connection, batch, poison)
        self.store.places.begun(stored)
        self.store.written.set()

    async def _apply(self, connection: Connection, batch: Sequence[Raw], poison: str | None) -> list[Unit]:
        marks = await self._marks(connection, sorted({_place(raw) for raw in batch}))
        fresh = _unseen(batch, marks)
        await self._mirror(connection, [raw for raw in fresh if raw.topic in self._feeds])
        stored = await self._react(connection, [raw for raw in fresh if raw.topic in self._reactions], poison)
        await self._move(connection, _highest(fresh))
        return stored

    async def retry(self, connection: Connection, raw: Raw, *, anew: bool = False) -> str | None:
        """Try a parked message again, in `connection`'s transaction; None when done with, else why not.

        `anew` decides again what was refused.
        """
        decided = await decide([self._read(raw)], self._facts(connection, anew=anew), set())
        await self._append(connection, decided.units)
        return decided.parked[0][1] if decided.parked else None

    async def _marks(self, connection: Connection, places: Sequence[Place]) -> dict[Place, int]:
        found = await self._marked(connection, places)
        if len(found) == len(places):
            return found
        await connection.execute(FIRST, self.consumer, *_columns(places))
        return await self._marked(connection, places)

    async def _marked(self, connection: Connection, places: Sequence[Place]) -> dict[Place, int]:
        rows = await connection.fetch(MARKS, self.consumer, *_columns(places))
        return {(row["topic"], row["partition"]): row["log_index"] for row in rows}

    async def _move(self, connection: Connection, highest: dict[Place, int]) -> None:
        if highest:
            await connection.execute(MOVE, self.consumer, *_columns(highest), list(highest.values()))

    async def _mirror(self, connection: Connection, fresh: Sequence[Raw]) -> None:
        for topic, feed in self._feeds.items():
            if mine := [raw for raw in fresh if raw.topic == topic]:
                await write(connection, feed.fold(await feed.newer(mine, connection)))

    async def _react(self, connection: Connection, fresh: Sequence[Raw], poison: str | None) -> list[Unit]:
        fresh = await unskipped(connection, self.consumer, fresh)
        if not fresh:
            return []
        keys = await waiting(connection, self.consumer, fresh)
        asked = [self._read(raw, poison) for raw in fresh]
        with self.store.spans.over("consume", [traceparent_of(one) for one in asked]) as own:
            decided = await decide(under(asked, own), self._facts(connection), keys)
            stored = await self._append(connection, decided.units)
        if decided.parked:
            await park(connection, self.consumer, decided.parked)
        return stored

    def _read(self, raw: Raw, poison: str | None = None) -> Asked:
        """As understood; of a foreign message, when it came by our clock. The demonstration has no clock."""
        asked = read(raw, self._reactions, poison)
        if asked.incoming is None or self._demo or raw.topic not in self._foreign:
            return asked
        return replace(asked, incoming=replace(asked.incoming, time=self._clock.now()))

    def _facts(self, connection: Connection, *, anew: bool = False) -> Facts:
        return Facts(self.store, connection, self.consumer, demo=self._demo, anew=anew)

    async def _append(self, connection: Connection, units: list[Unit]) -> list[Unit]:
        """Those that were stored now. Raises LostRace."""
        if not units:
            return []
        with self.store.spans.over("effect", [one.intent.traceparent for one in units]):
            answers = await self.store.append(units, connection=connection)
        for unit, answer in zip(units, answers, strict=True):
            if isinstance(answer, Conflict):
                raise LostRace
            if isinstance(answer, Mismatch):
                log.error(
                    "command id used twice", consumer=self.consumer, command=str(unit.intent.command_id)
                )
        return [unit for unit, answer in zip(units, answers, strict=True) if isinstance(answer, Appended)]


def _place(raw: Raw) -> Place:
    return raw.topic, raw.partition


def _columns(places: Iterable[Place]) -> tuple[list[str], list[int]]:
    places = list(places)
    return [topic for topic, _ in places], [partition for _, partition in places]


def _unseen(batch: Sequence[Raw], marks: dict[Place, int]) -> list[Raw]:
    marks = dict(marks)
    found: list[Raw] = []
    for raw in batch:
        if (index := raw.log_index) is not None:
            place = _place(raw)
            if index <= marks.get(place, -1):
                continue
            marks[place] = index
        found.append(raw)
    return found


def _highest(batch: Sequence[Raw]) -> dict[Place, int]:
    highest: dict[Place, int] = {}
    for raw in batch:
        if (index := raw.log_index) is not None:
            place = _place(raw)
            highest[place] = max(index, highest.get(place, -1))
    return highest
