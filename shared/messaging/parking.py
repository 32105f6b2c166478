"""Where a message waits that can't be handled now, with the later ones of its key behind it."""

from collections.abc import Iterable, Sequence

import asyncpg
import orjson
import structlog

from shared.messaging.deciding import BEHIND, Key
from shared.messaging.incoming import Raw
from shared.store.append import Connection

log = structlog.get_logger()

KEYS = """
SELECT DISTINCT topic, key FROM work.parked
WHERE consumer = $1 AND topic = ANY($2::text[]) AND key IS NOT NULL
"""
PARK = """
INSERT INTO work.parked (consumer, topic, partition, kafka_offset, key, headers, value, cause)
SELECT $1, * FROM unnest(
    $2::text[], $3::integer[], $4::bigint[], $5::bytea[], $6::bytea[], $7::bytea[], $8::text[])
ON CONFLICT DO NOTHING
"""
HEADS = """
SELECT DISTINCT ON (topic, partition, coalesce(key, kafka_offset::text::bytea)) *
FROM work.parked WHERE consumer = $1
ORDER BY topic, partition, coalesce(key, kafka_offset::text::bytea), kafka_offset
"""
NEXT = """
SELECT * FROM work.parked WHERE consumer = $1 AND topic = $2 AND partition = $3 AND key = $4
ORDER BY kafka_offset LIMIT 1 FOR UPDATE
"""
LEAVE = "DELETE FROM work.parked WHERE consumer = $1 AND topic = $2 AND partition = $3 AND kafka_offset = $4"


async def waiting(connection: Connection, consumer: str, topics: Iterable[str]) -> set[Key]:
    """The keys of which something is parked."""
    rows = await connection.fetch(KEYS, consumer, list(topics))
    return {(row["topic"], row["key"]) for row in rows}


async def park(connection: Connection, consumer: str, parked: Sequence[tuple[Raw, str]]) -> None:
    """Keep messages, as they came, until they are replayed or skipped."""
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


def _row(raw: Raw, cause: str) -> tuple[object, ...]:
    packed = orjson.dumps([[name, value.hex()] for name, value in raw.headers])
    return raw.topic, raw.partition, raw.offset, raw.key, packed, raw.value, cause


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
