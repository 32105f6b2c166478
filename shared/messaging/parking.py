"""Where a message waits that can't be handled now, with the later ones of its key behind it."""

from collections.abc import Iterable

import asyncpg
import orjson
import structlog

from shared.messaging.incoming import Raw
from shared.store.append import Connection

log = structlog.get_logger()
BEHIND = "behind"

KEYS = """
SELECT DISTINCT topic, key FROM work.parked
WHERE consumer = $1 AND topic = ANY($2::text[]) AND key IS NOT NULL
"""
PARK = """
INSERT INTO work.parked (consumer, topic, partition, kafka_offset, key, headers, value, cause)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT DO NOTHING
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


class Parking:
    """The parked messages of one consumer, seen within one transaction."""

    def __init__(self, connection: Connection, consumer: str) -> None:
        self._connection = connection
        self._consumer = consumer
        self._keys: set[tuple[str, bytes]] = set()

    async def load(self, topics: Iterable[str]) -> None:
        """Learn which keys have something parked."""
        rows = await self._connection.fetch(KEYS, self._consumer, list(topics))
        self._keys = {(row["topic"], row["key"]) for row in rows}

    def behind(self, raw: Raw) -> str | None:
        """A cause to park `raw` too: something of its key waits already."""
        return BEHIND if raw.key is not None and (raw.topic, raw.key) in self._keys else None

    async def park(self, raw: Raw, cause: str) -> None:
        """Keep a message, as it came, until it is replayed or skipped."""
        packed = orjson.dumps([[name, value.hex()] for name, value in raw.headers])
        await self._connection.execute(
            PARK, self._consumer, raw.topic, raw.partition, raw.offset, raw.key, packed, raw.value, cause
        )
        if raw.key is not None:
            self._keys.add((raw.topic, raw.key))
        if cause != BEHIND:
            log.warning(
                "message parked",
                consumer=self._consumer,
                topic=raw.topic,
                partition=raw.partition,
                offset=raw.offset,
                cause=cause,
            )


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
