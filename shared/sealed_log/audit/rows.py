"""One stretch of the log read again: every event hashed anew and held against its stored leaf.

PostgreSQL writes the envelopes, as `canonical.envelope` would, and we hash them. Where a chunk does not
come to the leaves that are stored, or has a gap, it is read again event by event, to say what is wrong.
"""

import asyncio
from collections.abc import AsyncIterator, Sequence
from hashlib import sha256
from typing import Any
from uuid import UUID

import asyncpg

from shared.sealed_log.audit.finding import Event, Suspect
from shared.sealed_log.leaf import leaf_hash
from shared.sealed_log.stored import Connection
from shared.store import canonical_sql
from shared.store.canonical import envelope
from shared.store.statements import COLUMNS

HASH = 32
CHUNK = 2000
# Each place is looked up once: remembering look-ups would only cost.
SETTINGS = {
    **canonical_sql.SETTINGS,
    "jit": "off",
    "enable_memoize": "off",
    "application_name": "jejak log verify",
    "default_transaction_read_only": "on",
}
PLACES = """
FROM event.log l LEFT JOIN LATERAL (
    SELECT {} FROM event.events e WHERE e.plan_year = l.plan_year
       AND e.stream_id = l.stream_id AND e.stream_version = l.stream_version OFFSET 0
) e ON true
WHERE l.log_index >= $1 AND l.log_index < $2
"""
# Fifty events a row are cheap to hand over, and a row of them is no more than an allocator keeps at hand.
# Before each envelope comes what RFC 9162 puts before a leaf; no text that PostgreSQL stores has it.
WHOLE = f"""
SELECT array_agg(l.log_index ORDER BY l.log_index) AS places,
       string_agg(l.leaf_hash, '' ORDER BY l.log_index) AS leaves,
       string_agg(e.envelope, '\\x0a00' ORDER BY l.log_index) AS envelopes
{PLACES.format(f"convert_to({canonical_sql.envelope_sql('e')}, 'UTF8') AS envelope")}
GROUP BY l.log_index / 50 ORDER BY l.log_index / 50
"""
ROWS = f"""
SELECT l.log_index, l.leaf_hash, l.event_id AS expected, l.stream_id AS placed, l.stream_version AS version,
       {", ".join(f"e.{name}" for name, _ in COLUMNS)}
{PLACES.format(", ".join(name for name, _ in COLUMNS))} ORDER BY l.log_index
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
    return await asyncpg.connect(url, server_settings=SETTINGS)


async def reread(connection: Connection, first: int, last: int) -> tuple[bytes, list[int], list[Suspect]]:
    """From index `first` up to `last`: all stored leaf hashes, 32 bytes each; missing indexes; suspects.

    A missing index stands in the leaves as 32 zero bytes.
    """
    leaves, missing, suspects = bytearray(HASH * (last - first)), list[int](), list[Suspect]()
    spans = [(start, min(start + CHUNK, last)) for start in range(first, last, CHUNK)]
    doubtful: list[tuple[int, int]] = []
    async for start, end, found in _ahead(connection, spans):
        if _is_whole(found, start, end):
            leaves[HASH * (start - first) : HASH * (end - first)] = b"".join(row["leaves"] for row in found)
        else:
            doubtful.append((start, end))
    for start, end in doubtful:
        at = start
        for row in await connection.fetch(ROWS, start, end):
            index, leaf = row["log_index"], row["leaf_hash"]
            missing += range(at, index)
            at = index + 1
            leaves[HASH * (index - first) : HASH * (at - first)] = leaf
            if row["event_id"] is None or leaf_hash(envelope(row)) != leaf:
                suspects.append(_suspect(row))
        missing += range(at, end)
    return bytes(leaves), missing, suspects


async def _ahead(
    connection: Connection, spans: Sequence[tuple[int, int]]
) -> AsyncIterator[tuple[int, int, list[asyncpg.Record]]]:
    """The answer for each span; the next one is under way meanwhile."""
    coming: asyncio.Future[list[asyncpg.Record]] | None = None
    for at, span in enumerate(spans):
        found = await (coming or connection.fetch(WHOLE, *span))
        if at + 1 < len(spans):
            coming = asyncio.ensure_future(connection.fetch(WHOLE, *spans[at + 1]))
            await asyncio.sleep(0)  # so that it is asked for before we work
        yield *span, found


def _is_whole(found: Sequence[asyncpg.Record], first: int, last: int) -> bool:
    """Whether every place from `first` up to `last` is there, once, with the event that was hashed.

    An event that is missing, or has a line end where none can be, comes to another number of leaves.
    """
    if [place for row in found for place in row["places"]] != list(range(first, last)):
        return False
    texts = [b"\x00" + (row["envelopes"] or b"") for row in found]
    hashed = b"".join([sha256(leaf).digest() for text in texts for leaf in text.split(b"\n")])
    return hashed == b"".join([row["leaves"] for row in found])


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
