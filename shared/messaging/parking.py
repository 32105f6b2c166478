"""Where a message waits that can't be handled now, with the later ones of its key behind it.

The first of each key is tried again (`retrying`) and has a time for that or is dead; those behind have
neither, and get theirs from whoever lets the one before them leave. What was refused lies here too, dead,
until a person decides: nothing waits behind it.
"""

from collections.abc import Sequence
from random import random

import asyncpg
import orjson
import structlog

from shared.messaging.deciding import BEHIND, Key
from shared.messaging.incoming import Raw
from shared.messaging.patience import REFUSED, Patience, after
from shared.store.append import Connection

log = structlog.get_logger()

HOLDS_UP = f"NOT starts_with(cause, '{REFUSED}: ')"  # whether later messages of its key wait for it
# The lock keeps what is found from leaving before what is parked behind it can be seen.
WAITING = f"""
SELECT mine.topic, mine.key
FROM (SELECT DISTINCT topic, partition, key
      FROM unnest($2::text[], $3::integer[], $4::bytea[]) AS raw(topic, partition, key)) mine
CROSS JOIN LATERAL (
    SELECT FROM work.parked p WHERE p.consumer = $1 AND p.topic = mine.topic
       AND p.partition = mine.partition AND p.key = mine.key AND {HOLDS_UP} LIMIT 1 FOR KEY SHARE) held
"""
PARK = """
INSERT INTO work.parked (consumer, topic, partition, kafka_offset, key, headers, value, cause,
                         tries, try_after, dead_at)
SELECT $1, topic, partition, kafka_offset, key, headers, value, cause,
       tries, statement_timestamp() + wait * interval '1 second',
       CASE WHEN is_dead THEN statement_timestamp() END
FROM unnest($2::text[], $3::integer[], $4::bigint[], $5::bytea[], $6::bytea[], $7::bytea[], $8::text[],
            $9::integer[], $10::float8[], $11::boolean[])
    AS raw(topic, partition, kafka_offset, key, headers, value, cause, tries, wait, is_dead)
ON CONFLICT DO NOTHING
"""
SKIPPED = """
SELECT a.topic, a.partition, a.kafka_offset
FROM unnest($2::text[], $3::integer[], $4::bigint[]) AS mine(topic, partition, kafka_offset)
JOIN work.letter_acts a USING (topic, partition, kafka_offset)
WHERE a.consumer = $1 AND a.act = 'skip'
"""
LEAVE = "DELETE FROM work.parked WHERE consumer = $1 AND topic = $2 AND partition = $3 AND kafka_offset = $4"
# Whoever parks behind a message has locked it, as LEAVE would notice and an update alone does not.
ALONE = """
SELECT FROM work.parked WHERE consumer = $1 AND topic = $2 AND partition = $3 AND kafka_offset = $4 FOR UPDATE
"""
REFUSE = """
UPDATE work.parked SET cause = $5, tries = tries + 1, try_after = NULL,
    dead_at = coalesce(dead_at, statement_timestamp())
WHERE consumer = $1 AND topic = $2 AND partition = $3 AND kafka_offset = $4
"""
# A statement of its own: it must see what was parked while the one before waited for a lock.
NEXT = f"""
UPDATE work.parked SET try_after = statement_timestamp()
WHERE consumer = $1 AND topic = $2 AND partition = $3 AND kafka_offset = (
    SELECT kafka_offset FROM work.parked WHERE consumer = $1 AND topic = $2 AND partition = $3 AND key = $4
       AND {HOLDS_UP}
    ORDER BY kafka_offset LIMIT 1)
RETURNING kafka_offset
"""

Place = tuple[str, int, int]  # topic, partition, offset


async def waiting(connection: Connection, consumer: str, batch: Sequence[Raw]) -> set[Key]:
    """The keys of `batch` of which something is parked; they stay so until this transaction ends."""
    keyed = [(raw.topic, raw.partition, raw.key) for raw in batch if raw.key is not None]
    if not keyed:
        return set()
    rows = await connection.fetch(WAITING, consumer, *map(list, zip(*keyed, strict=True)))
    return {(row["topic"], row["key"]) for row in rows}


async def unskipped(connection: Connection, consumer: str, batch: Sequence[Raw]) -> list[Raw]:
    """`batch` without what somebody decided to skip: no mark tells a repeat of a message without an index."""
    unmarked = [raw.place for raw in batch if raw.log_index is None]
    if not unmarked:
        return list(batch)
    rows = await connection.fetch(SKIPPED, consumer, *map(list, zip(*unmarked, strict=True)))
    skipped = {tuple(row) for row in rows}
    return [raw for raw in batch if raw.place not in skipped]


async def park(connection: Connection, consumer: str, parked: Sequence[tuple[Raw, str]]) -> None:
    """Keep messages, as they came, until they are handled or skipped."""
    columns = [list(column) for column in zip(*(_row(raw, cause) for raw, cause in parked), strict=True)]
    await connection.execute(PARK, consumer, *columns)
    for raw, cause in parked:
        if cause != BEHIND:
            log.warning(
                "message parked",
                consumer=consumer,
                topic=raw.topic,
                partition=raw.partition,
                offset=raw.offset,
                cause=cause,
            )


def is_refused(cause: str) -> bool:
    """Whether a rule said no to the message."""
    return cause.startswith(f"{REFUSED}: ")


def held_up(row: asyncpg.Record) -> bytes | None:
    """The key of which later messages wait for this one."""
    return None if is_refused(row["cause"]) else row["key"]


async def leave(connection: Connection, consumer: str, place: Place, key: bytes | None) -> Place | None:
    """Let a parked message go, so that it is the next one's turn; where that stands, if there is one."""
    await connection.execute(LEAVE, consumer, *place)
    return await next_turn(connection, consumer, place, key)


async def refuse(
    connection: Connection, consumer: str, place: Place, key: bytes | None, cause: str
) -> Place | None:
    """Keep a parked message that is now refused, so that it is the next one's turn."""
    await connection.execute(ALONE, consumer, *place)
    await connection.execute(REFUSE, consumer, *place, cause)
    return await next_turn(connection, consumer, place, key)


async def next_turn(connection: Connection, consumer: str, place: Place, key: bytes | None) -> Place | None:
    """The next of `key`, due now."""
    if key is None:
        return None
    topic, partition, _ = place
    offset = await connection.fetchval(NEXT, consumer, topic, partition, key)
    return None if offset is None else (topic, partition, offset)


def _row(raw: Raw, cause: str) -> tuple[object, ...]:
    packed = orjson.dumps([[name, value.hex()] for name, value in raw.headers])
    tries, patience = (
        (0, Patience(None, is_dead=False)) if cause == BEHIND else (1, after(1, cause, random()))  # noqa: S311
    )
    return *raw.place, raw.key, packed, raw.value, cause, tries, patience.wait, patience.is_dead


def unpacked(row: asyncpg.Record) -> Raw:
    """A row of `work.parked` as the message it was."""
    found = tuple((name, bytes.fromhex(value)) for name, value in orjson.loads(row["headers"]))
    return Raw(
        topic=row["topic"],
        partition=row["partition"],
        offset=row["kafka_offset"],
        key=row["key"],
        value=row["value"],
        headers=found,
        at=row["parked_at"],
    )
