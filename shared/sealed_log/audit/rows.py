"""One stretch of the log read again: every event hashed anew and held against its stored leaf."""

from typing import Any
from uuid import UUID

import asyncpg

from shared.sealed_log.audit.finding import Event, Suspect
from shared.sealed_log.leaf import leaf_hash
from shared.store.canonical import envelope
from shared.store.statements import COLUMNS

CHUNK = 5000
# Each place is looked up once: remembering look-ups would only cost.
SETTINGS = {"jit": "off", "enable_memoize": "off", "application_name": "jejak log verify"}
ROWS = f"""
SELECT l.log_index, l.leaf_hash, l.event_id AS expected, l.stream_id AS placed, l.stream_version AS version,
       {", ".join(f"e.{name}" for name, _ in COLUMNS)}
FROM event.log l LEFT JOIN LATERAL (
    SELECT {", ".join(name for name, _ in COLUMNS)} FROM event.events e WHERE e.plan_year = l.plan_year
       AND e.stream_id = l.stream_id AND e.stream_version = l.stream_version OFFSET 0
) e ON true
WHERE l.log_index >= $1 AND l.log_index < $2 ORDER BY l.log_index
"""
# What the sequencer has passed by: it stood there, by its own account, and has no place.
INSERTED = f"""
SELECT {", ".join(f"e.{name}" for name, _ in COLUMNS)} FROM event.events e
WHERE NOT EXISTS (SELECT FROM event.log l WHERE l.plan_year = e.plan_year AND l.stream_id = e.stream_id
                     AND l.stream_version = e.stream_version)
  AND pg_visible_in_snapshot(e.xid, (SELECT done FROM work.cursor)::pg_snapshot)
ORDER BY e.insert_order
"""


async def connect(url: str) -> asyncpg.Connection:
    """A connection that reads and nothing else."""
    settings = SETTINGS | {"default_transaction_read_only": "on"}
    return await asyncpg.connect(url, server_settings=settings)


async def reread(
    connection: asyncpg.Connection, first: int, last: int
) -> tuple[bytes, list[int], list[Suspect]]:
    """From index `first` up to `last`: all stored leaf hashes, 32 bytes each; missing indexes; suspects.

    A missing index stands in the leaves as 32 zero bytes.
    """
    leaves, missing, suspects = bytearray(), list[int](), list[Suspect]()
    at = first
    for start in range(first, last, CHUNK):
        for row in await connection.fetch(ROWS, start, min(start + CHUNK, last)):
            index, leaf = row["log_index"], row["leaf_hash"]
            if index != at:
                missing += range(at, index)
                leaves += bytes(32 * (index - at))
            at = index + 1
            leaves += leaf
            if row["event_id"] is None or leaf_hash(envelope(row)) != leaf:
                suspects.append(_suspect(row))
    missing += range(at, last)
    leaves += bytes(32 * (last - at))
    return bytes(leaves), missing, suspects


def _suspect(row: Any) -> Suspect:
    found: UUID | None = row["event_id"]
    return Suspect(
        index=row["log_index"],
        expected=row["expected"],
        was=row["leaf_hash"],
        is_hashed=None if found is None else leaf_hash(envelope(row)),
        found=found,
        event=Event(stream_id=row["placed"], version=row["version"]) if found is None else Event.of_row(row),
    )


async def inserted(connection: asyncpg.Connection) -> list[Event]:
    """Events that stand in the table and never got a place."""
    return [Event.of_row(row) for row in await connection.fetch(INSERTED)]
