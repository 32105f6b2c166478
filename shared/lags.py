"""How far each part of a service is behind, in one statement."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import asyncpg

from shared.metrics import Metrics

# The snapshot's parts are looked up once, before, and each in a question of its own: joined by OR, a plan
# made while the tables were empty would go through the whole index for as long as its connection lives.
# No more than 100,000 of each are counted. What has been given up is dead; what is tried or waits for its
# key, parked.
LAGS = """
WITH place AS MATERIALIZED (
    SELECT done::pg_snapshot AS done, CASE WHEN current IS NULL THEN 0 ELSE insert_order END AS behind
    FROM work.cursor
), fresh AS (
    (SELECT FROM event.events
     WHERE xid >= (SELECT pg_snapshot_xmax(done) FROM place)
       AND xid < (SELECT pg_snapshot_xmax(pg_current_snapshot()))
       AND insert_order > (SELECT behind FROM place)
     LIMIT 100000)
    UNION ALL
    (SELECT FROM event.events
     WHERE xid = ANY(ARRAY(SELECT pg_snapshot_xip(done) FROM place))
       AND insert_order > (SELECT behind FROM place)
     LIMIT 100000)
)
SELECT 'sequencer' AS part, '' AS name, next_index AS position, (SELECT count(*) FROM fresh) AS lag,
       0::float AS age
FROM work.cursor
UNION ALL
SELECT 'sealer', '', sealed.size, next_index - sealed.size, 0
FROM work.cursor, (SELECT coalesce(max(tree_size), 0) AS size FROM event.checkpoints) sealed
UNION ALL
SELECT 'reader', b.reader, b.log_index, c.next_index - 1 - b.log_index, coalesce((
    SELECT greatest(extract(epoch FROM clock_timestamp() - e.recorded_at), 0)::float
    FROM event.log l JOIN event.events e USING (plan_year, stream_id, stream_version)
    WHERE l.log_index = b.log_index + 1), 0)
FROM work.bookmarks b, work.cursor c WHERE b.reader = ANY($1::text[])
UNION ALL
SELECT CASE WHEN dead_at IS NULL THEN 'parked' ELSE 'dead' END, consumer, 0, count(*),
       greatest(extract(epoch FROM clock_timestamp() - min(parked_at)), 0)::float
FROM work.parked GROUP BY 1, 2
"""


@dataclass(frozen=True, slots=True)
class Lag:
    """`part`: sequencer, sealer, reader, parked, dead; `position` grows with each step, `age` in seconds."""

    part: str
    name: str
    position: int
    lag: int
    age: float


async def lags(pool: asyncpg.Pool, readers: Iterable[str]) -> list[Lag]:
    """How far the sequencer and `readers` are, and what waits for each consumer."""
    return [Lag(*row) for row in await pool.fetch(LAGS, list(readers))]


def show(found: Iterable[Lag], metrics: Metrics, consumers: Iterable[str]) -> None:
    """Put what was found into the numbers that Prometheus sees."""
    waiting: dict[str, Any] = {"parked": metrics.parked, "dead": metrics.dead}
    oldest = dict.fromkeys(consumers, 0.0)
    for consumer in oldest:
        for gauge in waiting.values():
            gauge.labels(consumer).set(0)
    for one in found:
        if one.part == "sequencer":
            metrics.log_events.set(one.position)
            metrics.sequencer_lag.set(one.lag)
        elif one.part == "sealer":
            metrics.sealed_events.set(one.position)
        elif one.part == "reader":
            metrics.reader_lag.labels(one.name).set(one.lag)
            metrics.reader_age.labels(one.name).set(one.age)
        else:
            waiting[one.part].labels(one.name).set(one.lag)
            oldest[one.name] = max(one.age, oldest.get(one.name, 0))
    for consumer, age in oldest.items():
        metrics.parked_age.labels(consumer).set(age)
