"""One stretch of the log read again: every event hashed anew and held against its stored leaf.

PostgreSQL writes the envelopes, as `canonical.envelope` would, and we hash them. Where a chunk does not
come to the leaves that are stored, or has a gap, it is read again event by event, to say what is wrong.
"""

import asyncio
from collections.abc import AsyncIterator, Sequence
from dataclasses import replace
from itertools import groupby
from operator import itemgetter
from typing import Any
from uuid import UUID

import asyncpg

from shared.sealed_log.audit.chunks import Answer, Chunk, ask, chunks, is_whole
from shared.sealed_log.audit.finding import Event, Suspect
from shared.sealed_log.leaf import leaf_hash
from shared.sealed_log.readable import HASHABLE, NAMED
from shared.sealed_log.stored import Connection
from shared.sealed_log.tree import HASH
from shared.store import canonical_sql
from shared.store.canonical import envelope
from shared.store.statements import NAMES

# Each place is looked up once: remembering look-ups would only cost. A plan is made once for all chunks, and
# what is not said to be looked up is joined by hashes.
SETTINGS = {
    **canonical_sql.SETTINGS,
    "jit": "off",
    "enable_memoize": "off",
    "plan_cache_mode": "force_generic_plan",
    "enable_nestloop": "off",
    "enable_mergejoin": "off",
    "application_name": "jejak log verify",
    "default_transaction_read_only": "on",
    "row_security": "off",  # a row that a policy would hide from us alone is an error instead
}
ROWS = f"""
SELECT l.log_index, l.leaf_hash, l.event_id AS expected, l.stream_id AS placed, l.stream_version AS version,
       {HASHABLE} AS hashable, {NAMED}
FROM event.log l LEFT JOIN LATERAL (
    SELECT {NAMES} FROM event.events e WHERE e.plan_year = l.plan_year
       AND e.stream_id = l.stream_id AND e.stream_version = l.stream_version OFFSET 0
) e ON true
WHERE l.log_index >= $1 AND l.log_index < $2
ORDER BY l.log_index, l.tableoid <> 'event.log'::regclass, l.ctid
"""


async def connect(url: str) -> asyncpg.Connection:
    """A connection that reads and nothing else."""
    return await asyncpg.connect(url, server_settings=SETTINGS)


async def reread(connection: Connection, first: int, last: int) -> tuple[bytes, list[int], list[Suspect]]:
    """From index `first` up to `last`: all stored leaf hashes, 32 bytes each; missing indexes; suspects.

    A missing index stands in the leaves as 32 zero bytes, and so does what is no hash. Of several events
    in one place all but the first that was hashed are suspects.
    """
    async with connection.transaction(isolation="repeatable_read", readonly=True):
        leaves = bytearray(HASH * (last - first))
        doubtful = await _doubtful(connection, await chunks(connection, first, last), leaves, first)
        doubtful = await _doubtful(connection, [one.looked_up for one in doubtful], leaves, first)
        missing, suspects = list[int](), list[Suspect]()
        for chunk in doubtful:
            at = chunk.first
            found = await connection.fetch(ROWS, chunk.first, chunk.last)
            for index, tied in groupby(found, itemgetter("log_index")):
                row, *others = sorted(tied, key=_is_wrong)
                missing += range(at, index)
                at = index + 1
                if _is_hash(row["leaf_hash"]):
                    leaves[HASH * (index - first) : HASH * (at - first)] = row["leaf_hash"]
                if _is_wrong(row):
                    suspects.append(_suspect(row))
                suspects += [replace(_suspect(other), is_second=True) for other in others]
            missing += range(at, chunk.last)
    return bytes(leaves), missing, suspects


async def _doubtful(
    connection: Connection, asked: Sequence[Chunk], leaves: bytearray, start: int
) -> list[Chunk]:
    """Fill in the leaves, from index `start` on, of those that are as they were sealed; the others."""
    doubtful: list[Chunk] = []
    async for chunk, answer in _ahead(connection, asked):
        if is_whole(answer, chunk):
            leaves[HASH * (chunk.first - start) : HASH * (chunk.last - start)] = answer.leaves
        else:
            doubtful.append(chunk)
    return doubtful


async def _ahead(connection: Connection, asked: Sequence[Chunk]) -> AsyncIterator[tuple[Chunk, Answer]]:
    """The answer for each chunk; the next one is under way meanwhile."""
    coming: asyncio.Future[Answer] | None = None
    for at, chunk in enumerate(asked):
        answer = await (coming or ask(connection, chunk))
        if at + 1 < len(asked):
            coming = asyncio.ensure_future(ask(connection, asked[at + 1]))
            await asyncio.sleep(0)  # so that it is asked for before we work
        yield chunk, answer


def _is_wrong(row: Any) -> bool:
    """Whether a place has no event, or another than the one that was hashed."""
    return (
        row["event_id"] is None
        or row["event_id"] != row["expected"]
        or not row["hashable"]
        or _hashed(row) != row["leaf_hash"]
    )


def _is_hash(leaf: bytes | None) -> bool:
    return leaf is not None and len(leaf) == HASH


def _hashed(row: Any) -> bytes:
    """The leaf hash of an event; of one that can have none, nothing that is a hash."""
    return leaf_hash(envelope(row)) if row["hashable"] else b""


def _suspect(row: Any) -> Suspect:
    found: UUID | None = row["event_id"]
    return Suspect(
        index=row["log_index"],
        expected=row["expected"],
        was=row["leaf_hash"] or b"",
        is_hashed=None if found is None else _hashed(row),
        found=found,
        event=Event.of_place(row),
    )
