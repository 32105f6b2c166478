"""What stands in the tables beside the log: events without a place, and places where nobody looks."""

from collections.abc import Iterable
from dataclasses import replace

import asyncpg

from shared.sealed_log.audit.finding import INSERTED, STRAY, STRUCTURE, Event, Finding
from shared.sealed_log.readable import NAMED
from shared.sealed_log.stored import Connection

# One place far away must not make the log endless. Behind the number of places, and behind the next one that
# the sequencer gives (its cursor is believed up to twice that number), nothing belongs to the log.
BOUND = """
counted AS MATERIALIZED (
    SELECT count(*) AS places, min(log_index) AS first, max(log_index) AS last FROM event.log
), log AS MATERIALIZED (
    SELECT places, coalesce(first = 0 AND last = places - 1, places = 0) AS dense,
           greatest(places, least((SELECT max(next_index) FROM work.cursor), 2 * places + 256)) AS bound
    FROM counted
)
"""
# What the sequencer has passed by, by its own account, and what it will never take: no transaction that is
# still to come has written anything. Only a dump brings such ids; until the next leader has settled them in
# they mean nothing.
PASSED = """
(pg_visible_in_snapshot(e.xid, (SELECT done FROM work.cursor)::pg_snapshot) OR e.xid IS NULL
 OR (e.xid >= (SELECT pg_snapshot_xmax(pg_current_snapshot()))
     AND (SELECT c.cluster = s.system_identifier FROM work.cursor c, pg_control_system() s)))
"""
# `surplus`: so many more events had been passed by then than places given, dense from 0 on; NULL while that
# can't be said. Where there is none and each place turns out to have its event, no event is without a place.
SIZE = f"""
WITH {BOUND}
SELECT CASE WHEN dense THEN places ELSE (
           SELECT coalesce(max(log_index) + 1, 0) FROM event.log WHERE log_index >= 0 AND log_index < bound
       ) END AS size,
       CASE WHEN dense AND (SELECT current IS NULL FROM work.cursor) THEN
           (SELECT count(*) FROM event.events e WHERE {PASSED}) - places END AS surplus
FROM log
"""
# Whoever owns the database can keep a row out of an index: a table is then counted as it lies on the disk,
# never by an index that may lack what a scan shows.
SCANNED = """
SELECT set_config(name, 'off', true)
FROM unnest(ARRAY['enable_indexscan', 'enable_indexonlyscan', 'enable_bitmapscan']) name
"""
DOUBLES = f"""
SELECT l.log_index, {NAMED}
FROM (
    SELECT plan_year, stream_id, stream_version FROM event.events GROUP BY 1, 2, 3 HAVING count(*) > 1
) twice
JOIN event.events e USING (plan_year, stream_id, stream_version)
LEFT JOIN event.log l USING (plan_year, stream_id, stream_version)
ORDER BY e.insert_order
"""
WITHOUT_PLACE = f"""
WITH {BOUND}
SELECT {NAMED} FROM event.events e
WHERE {PASSED} AND NOT EXISTS (
    SELECT FROM event.log l WHERE l.plan_year = e.plan_year AND l.stream_id = e.stream_id
       AND l.stream_version = e.stream_version AND l.log_index >= 0 AND l.log_index < (SELECT bound FROM log))
ORDER BY e.insert_order
"""
STRAYS = f"""
WITH {BOUND}
SELECT l.log_index, l.stream_id AS placed, l.stream_version AS version, {NAMED}
FROM event.log l LEFT JOIN event.events e
  ON e.plan_year = l.plan_year AND e.stream_id = l.stream_id AND e.stream_version = l.stream_version
WHERE l.log_index IS NULL OR l.log_index < 0 OR l.log_index >= (SELECT bound FROM log) ORDER BY 1
"""
AT = f"""
SELECT l.log_index, l.stream_id AS placed, l.stream_version AS version, {NAMED}
FROM event.log l LEFT JOIN event.events e
  ON e.plan_year = l.plan_year AND e.stream_id = l.stream_id AND e.stream_version = l.stream_version
WHERE l.log_index = ANY($1::bigint[])
"""


async def counted(connection: Connection) -> tuple[int, int | None]:
    """The size of the log, and how many more events there are than places; None while that can't be said."""
    async with connection.transaction(readonly=True):
        await connection.execute(SCANNED)
        (row,) = await connection.fetch(SIZE)
    return row["size"], row["surplus"]


async def strangers(connection: Connection, surplus: int | None) -> list[Finding]:
    """Events that stand in the table and never got a place, or share one, and places that nobody reads.

    Of so many more events than places at least one is said.
    """
    found = [*await _beside(connection), *await _doubles(connection)]
    if surplus and surplus > 0 and all(one.kind != INSERTED for one in found):
        found.append(Finding(kind=STRUCTURE, why=f"there are {surplus} more events than places"))
    return found


async def _doubles(connection: Connection) -> list[Finding]:
    """All events of each place that has several: which of them is shown depends on who looks how."""
    async with connection.transaction(readonly=True):
        await connection.execute(SCANNED)
        rows = await connection.fetch(DOUBLES)
    return [Finding(kind=INSERTED, index=row["log_index"], event=Event.of_row(row)) for row in rows]


async def _beside(connection: Connection) -> list[Finding]:
    events = [Event.of_row(row) for row in await connection.fetch(WITHOUT_PLACE)]
    strays = [
        Finding(kind=STRAY, index=row["log_index"], event=Event.of_place(row))
        for row in await connection.fetch(STRAYS)
    ]
    return [*(Finding(kind=INSERTED, event=one) for one in events), *strays]


async def named_here(connection: asyncpg.Connection, findings: Iterable[Finding]) -> list[Finding]:
    """The same, each that is about what stands in the database with the event of its place."""
    found = list(findings)
    nameless = [one.index for one in found if one.is_named_here and one.event is None]
    events = {row["log_index"]: Event.of_place(row) for row in await connection.fetch(AT, nameless)}
    return [
        replace(one, event=one.event or events.get(one.index or 0)) if one.is_named_here else one
        for one in found
    ]
