"""The envelopes of a chunk of the log, written by PostgreSQL and hashed by us, with the leaves to compare.

Looking each place up costs PostgreSQL more than half of what writing the envelope does. But a year's events
lie on the disk nearly as they stand in the log, since they are only ever added: so a few of them are looked
up, the pages between are read, and what is on them is matched with the places. Where that does not give all
of a chunk, all of it is looked up.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from hashlib import sha256

import asyncpg

from shared.sealed_log.stored import Connection
from shared.sealed_log.tree import HASH
from shared.store import canonical_sql

CHUNK = 2000
STEP = 50  # of so many events one is looked up
ENOUGH = 4  # of a year's, in a chunk, to know where the others are
MARGIN = 16  # pages before the first and behind the last
SAMPLES = f"""
SELECT (l.log_index - $1) / {CHUNK} AS chunk, l.plan_year, count(*) AS events,
       min(e.ctid) AS first, max(e.ctid) AS last
FROM generate_series($1::bigint, $2::bigint - 1, $3::bigint) at
JOIN LATERAL (SELECT * FROM event.log WHERE log_index = at OFFSET 0) l ON true
JOIN LATERAL (
    SELECT e.ctid FROM event.events e WHERE e.plan_year = l.plan_year
       AND e.stream_id = l.stream_id AND e.stream_version = l.stream_version OFFSET 0
) e ON true
GROUP BY 1, 2
"""
# Fifty events a row are cheap to hand over, and a row of them is no more than an allocator keeps at hand.
# Before each envelope comes what RFC 9162 puts before a leaf.
MATCHED = f"""
SELECT count(*) AS places, string_agg(l.leaf_hash, '') AS leaves,
       array_agg('\\x00'::bytea || textsend({canonical_sql.envelope_sql("e")})) AS envelopes
"""
# An array of places, since the planner takes it for ten of them: whatever it knows of the tables, it hashes
# these, once, and passes the pages by them.
PAGES = f"""
SELECT matched.* FROM generate_series($4::bigint, $5::bigint, 5) page, LATERAL (
    {MATCHED}
    FROM event.events e JOIN unnest(ARRAY(
        SELECT place FROM event.log place
        WHERE place.log_index >= $1 AND place.log_index < $2 AND place.plan_year = $3
    )) l USING (stream_id, stream_version, event_id)
    WHERE e.plan_year = $3
      AND e.ctid >= format('(%s,0)', page)::tid AND e.ctid < format('(%s,0)', least(page + 5, $5 + 1))::tid
) matched
"""
LOOKED_UP = f"""
{MATCHED}
FROM event.log l JOIN LATERAL (
    SELECT e.* FROM event.events e WHERE e.plan_year = l.plan_year
       AND e.stream_id = l.stream_id AND e.stream_version = l.stream_version OFFSET 0
) e ON e.event_id = l.event_id
WHERE l.log_index >= $1 AND l.log_index < $2 AND l.plan_year <> ALL ($3::smallint[])
GROUP BY l.log_index / 50
"""
LEAVES = f"""
SELECT string_agg(leaf_hash, '' ORDER BY log_index) AS leaves, count(DISTINCT log_index) AS places,
       count(*) FILTER (WHERE length(leaf_hash) = {HASH}) AS hashes
FROM event.log WHERE log_index >= $1 AND log_index < $2
"""


@dataclass(frozen=True, slots=True)
class Year:
    """On which pages the events of a year lie, from `first` to `last`."""

    plan_year: int
    first: int
    last: int


@dataclass(frozen=True, slots=True)
class Chunk:
    """From index `first` up to `last`; the events of `years` are read page by page, others looked up."""

    first: int
    last: int
    years: tuple[Year, ...] = ()

    def __len__(self) -> int:
        return self.last - self.first

    @property
    def looked_up(self) -> "Chunk":
        """The same, all of it looked up."""
        return replace(self, years=())


@dataclass(frozen=True, slots=True)
class Answer:
    """What PostgreSQL says of a chunk: envelopes in any order with their leaves, then all leaves in order.

    So many different `places` have leaves, and so many leaves are `hashes`.
    """

    found: Sequence[asyncpg.Record]
    leaves: bytes
    places: int
    hashes: int


async def chunks(connection: Connection, first: int, last: int) -> list[Chunk]:
    """The log from index `first` up to `last` in pieces, and where the events of each lie."""
    years: dict[int, list[Year]] = {}
    for row in await connection.fetch(SAMPLES, first, last, STEP):
        low, high = max(row["first"][0] - MARGIN, 0), row["last"][0] + MARGIN
        if row["events"] >= ENOUGH and high - low <= 2 * row["events"] * STEP:
            years.setdefault(row["chunk"], []).append(Year(row["plan_year"], low, high))
    return [
        Chunk(start, min(start + CHUNK, last), tuple(years.get(number, ())))
        for number, start in enumerate(range(first, last, CHUNK))
    ]


async def ask(connection: Connection, chunk: Chunk) -> Answer:
    """Everything that is stored under the places of a chunk."""
    found: list[asyncpg.Record] = []
    for year in chunk.years:
        found += await connection.fetch(PAGES, chunk.first, chunk.last, year.plan_year, year.first, year.last)
    if sum(row["places"] for row in found) < len(chunk):
        years = [year.plan_year for year in chunk.years]
        found += await connection.fetch(LOOKED_UP, chunk.first, chunk.last, years)
    (row,) = await connection.fetch(LEAVES, chunk.first, chunk.last)
    return Answer(found, row["leaves"] or b"", row["places"], row["hashes"])


def is_whole(answer: Answer, chunk: Chunk) -> bool:
    """Whether every place of `chunk` is there, with the event that was hashed.

    Every row of the answer is a place that has an event; so many places with a hash each are all of them.
    """
    found = [row for row in answer.found if row["places"]]
    if not sum(row["places"] for row in found) == answer.places == answer.hashes == len(chunk):
        return False
    hashed = b"".join([sha256(leaf).digest() for row in found for leaf in row["envelopes"]])
    return hashed == b"".join([row["leaves"] for row in found])
