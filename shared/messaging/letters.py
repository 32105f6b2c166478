"""What people see of parked messages, and what they decide about them; who and why is kept for ever."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

import asyncpg

from shared.messaging.incoming import Raw
from shared.messaging.parking import HOLDS_UP, Place, held_up, leave, unpacked
from shared.store.append import Connection

State = Literal["dead", "trying", "behind"]

BEHIND = f"""
CASE WHEN {HOLDS_UP} THEN (
    SELECT count(*) FROM work.parked b WHERE b.consumer = p.consumer AND b.topic = p.topic
       AND b.partition = p.partition AND b.key = p.key AND b.kafka_offset > p.kafka_offset
       AND b.try_after IS NULL AND b.dead_at IS NULL) ELSE 0 END
"""
# A plan made for empty tables would scan them; the first of each key are few, and found by their indexes.
LETTERS = f"""
SELECT p.*, {BEHIND} AS behind
FROM work.parked p
WHERE (p.dead_at IS NOT NULL OR p.try_after IS NOT NULL) AND ($1::text IS NULL OR p.consumer = $1)
ORDER BY p.dead_at, p.parked_at, p.kafka_offset LIMIT $2
"""
ONE = f"""
SELECT p.*, {BEHIND} AS behind
FROM work.parked p
WHERE p.consumer = $1 AND p.topic = $2 AND p.partition = $3 AND p.kafka_offset = $4
"""
ACTS = """
SELECT act, cause, acted_by, reason, acted_at FROM work.letter_acts
WHERE consumer = $1 AND topic = $2 AND partition = $3 AND kafka_offset = $4 ORDER BY acted_at
"""
LOCKED = """
SELECT * FROM work.parked WHERE consumer = $1 AND topic = $2 AND partition = $3 AND kafka_offset = $4
FOR UPDATE
"""
AGAIN = """
UPDATE work.parked SET try_after = statement_timestamp(), tries = 0
WHERE consumer = $1 AND topic = $2 AND partition = $3 AND kafka_offset = $4
"""
ACTED = """
INSERT INTO work.letter_acts (act, consumer, topic, partition, kafka_offset, key, cause, acted_by, reason)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
"""


class NoSuchLetter(Exception):
    """Nothing is parked there: it was handled or skipped, or never was."""


class WaitsBehind(Exception):
    """The message is not the first of its key; decide about that one."""


@dataclass(frozen=True, slots=True)
class Letter:
    """One parked message; `behind` counts those of its key that wait for it, `tries` those since a replay."""

    consumer: str
    raw: Raw
    cause: str
    tries: int
    behind: int
    parked_at: datetime
    try_after: datetime | None
    dead_at: datetime | None
    copied_at: datetime | None

    @property
    def name(self) -> str:
        """By which people call it: consumer, topic, partition, offset."""
        return named(self.consumer, self.raw.place)

    @property
    def state(self) -> State:
        """Given up, being tried, or behind another of its key."""
        if self.dead_at is not None:
            return "dead"
        return "behind" if self.try_after is None else "trying"


@dataclass(frozen=True, slots=True)
class Act:
    """What somebody decided about a message."""

    act: Literal["replay", "skip"]
    cause: str
    acted_by: str
    reason: str
    acted_at: datetime


@dataclass(frozen=True, slots=True)
class Who:
    """Who decides, and why; the reason names no person."""

    name: str
    reason: str


def named(consumer: str, place: Place) -> str:
    """How a parked message is written: `assessment/planning.events.v1/3/1042`."""
    topic, partition, offset = place
    return f"{consumer}/{topic}/{partition}/{offset}"


def parsed(name: str) -> tuple[str, Place]:
    """The consumer and place of such a name. Raises ValueError."""
    consumer, topic, partition, offset = name.split("/")
    return consumer, (topic, int(partition), int(offset))


async def letters(connection: Connection, *, consumer: str | None = None, limit: int = 100) -> list[Letter]:
    """The first of each key that waits, the dead first, then the longest waiting."""
    return [_letter(row) for row in await connection.fetch(LETTERS, consumer, limit)]


async def letter(connection: Connection, consumer: str, place: Place) -> Letter | None:
    """One parked message, also one that waits behind another."""
    row = await connection.fetchrow(ONE, consumer, *place)
    return None if row is None else _letter(row)


async def acts(connection: Connection, consumer: str, place: Place) -> list[Act]:
    """What was decided about a message, oldest first, also once it is gone."""
    return [Act(*row) for row in await connection.fetch(ACTS, consumer, *place)]


async def replay(connection: Connection, consumer: str, place: Place, who: Who) -> None:
    """Have the consumer try a message again now, with all its patience. Raises NoSuchLetter, WaitsBehind."""
    async with connection.transaction():
        row = await _held(connection, consumer, place)
        await connection.execute(AGAIN, consumer, *place)
        await _record(connection, "replay", row, who)


async def skip(connection: Connection, consumer: str, place: Place, who: Who) -> None:
    """Let a message go without an effect, and the next of its key come. Raises NoSuchLetter, WaitsBehind."""
    async with connection.transaction():
        row = await _held(connection, consumer, place)
        await leave(connection, consumer, place, held_up(row))
        await _record(connection, "skip", row, who)


async def _held(connection: Connection, consumer: str, place: Place) -> asyncpg.Record:
    row = await connection.fetchrow(LOCKED, consumer, *place)
    if row is None:
        raise NoSuchLetter
    if _is_behind(row):
        raise WaitsBehind
    return row


async def _record(connection: Connection, act: str, row: asyncpg.Record, who: Who) -> None:
    place = (row["topic"], row["partition"], row["kafka_offset"])
    await connection.execute(
        ACTED, act, row["consumer"], *place, row["key"], row["cause"], who.name, who.reason
    )


def _is_behind(row: asyncpg.Record) -> bool:
    return row["try_after"] is None and row["dead_at"] is None


def _letter(row: asyncpg.Record) -> Letter:
    return Letter(
        consumer=row["consumer"],
        raw=unpacked(row),
        cause=row["cause"],
        tries=row["tries"],
        behind=row["behind"],
        parked_at=row["parked_at"],
        try_after=row["try_after"],
        dead_at=row["dead_at"],
        copied_at=row["copied_at"],
    )
