"""What stands in the tables beside the log: events without a place, and places where nobody looks."""

from collections.abc import Iterable
from dataclasses import replace

import asyncpg

from shared.sealed_log.audit.finding import INSERTED, STRAY, Event, Finding
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
# `even`: by then as many events had been passed as places given, dense from 0 on. Where each of these turns
# out to have its event, no event is without a place.
SIZE = f"""
WITH {BOUND}
SELECT CASE WHEN dense THEN places ELSE (
           SELECT coalesce(max(log_index) + 1, 0) FROM event.log WHERE log_index >= 0 AND log_index < bound
       ) END AS size,
       dense AND (SELECT current IS NULL FROM work.cursor)
           AND places = (SELECT count(*) FROM event.events e WHERE {PASSED}) AS even
FROM log
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


async def strangers(connection: Connection) -> list[Finding]:
    """Events that stand in the table and never got a place, and places that nobody reads."""
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
