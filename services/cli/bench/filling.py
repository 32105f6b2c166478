"""Fills a database with events as the service would have stored them, by the owner and in few statements."""

import asyncpg
import orjson

from services.cli.bench.load import (
    ACTOR,
    AGENCY,
    CORRELATION,
    KIND,
    SERVICE,
    STREAMS,
    YEAR,
    measured,
    stream_of,
    subject,
)
from shared.store.canonical import canonical

BLOCK = 20 * STREAMS  # events of so many streams, then come others: streams stay as short as a year's
PER_COMMIT = 50  # as group commits of a busy day
SEQUENCE = 1234567890123  # stands in the template for each event's own number

STREAMS_TABLE = """
CREATE TABLE IF NOT EXISTS public.filled_streams (number integer PRIMARY KEY, stream_id uuid, subject_id uuid)
"""
# One statement: to find the events again for the log would read all that there are, once for each block.
EVENTS = """
WITH stored AS (
    INSERT INTO event.events (
        event_id, agency, service, stream_kind, stream_id, plan_year, stream_version, type, schema_version,
        subject_id, actor_id, acting_role, command_id, correlation_id, data)
    SELECT gen_random_uuid(), $1, $2, $3, s.stream_id, $4, i % $10::bigint / $5 + 1, 'ResultMeasured', 1,
           s.subject_id, $6, 'appraiser', gen_random_uuid(), $7, replace($8, $9, i::text)
    FROM generate_series($11::bigint, $12::bigint) i
    JOIN public.filled_streams s ON s.number = (i / $10::bigint * $5 + i % $5)::integer
    ORDER BY i
    RETURNING *
)
"""
WAITING = "SELECT count(*) FROM stored"
PLACED = """
, placed AS (
    INSERT INTO event.log (log_index, plan_year, stream_id, stream_version, event_id, leaf_hash, epoch)
    SELECT insert_order - 1, plan_year, stream_id, stream_version, event_id, sha256(data::bytea), 0
    FROM stored
)
INSERT INTO work.commands (command_id, caller, request_hash, outcome)
SELECT command_id, 'bench', sha256('bench'),
       format('{"stream_id":"%s","version":%s}', stream_id, stream_version)
FROM stored
"""
SETTLED = "UPDATE work.cursor SET done = pg_current_snapshot()::text, next_index = $1"
HERE = "UPDATE work.cursor SET cluster = (SELECT system_identifier FROM pg_control_system())"


async def fill_streams(owner: asyncpg.Connection, events: int) -> None:
    """Write down whose streams so many events need, by the rule that the load goes by."""
    streams = -(-events // BLOCK) * STREAMS
    await owner.execute(STREAMS_TABLE)
    rows = [(number, stream_of(number).stream_id, subject(number)) for number in range(streams)]
    await owner.copy_records_to_table("filled_streams", schema_name="public", records=rows)


async def fill_events(
    owner: asyncpg.Connection, first: int, count: int, *, commit: int, placed: bool
) -> None:
    """Store `count` events from number `first` on, `commit` in each transaction, round a block's streams.

    `placed` gives each its place in the log, and its command an answer that is remembered.
    """
    data = canonical(orjson.loads(orjson.dumps(measured(SEQUENCE)))).decode()
    statement = await owner.prepare(EVENTS + (PLACED if placed else WAITING))
    await owner.execute("SET synchronous_commit = off")
    fixed = (AGENCY, SERVICE, KIND, YEAR, STREAMS, ACTOR, CORRELATION, data, str(SEQUENCE), BLOCK)
    for start in range(first, first + count, commit):
        await statement.fetch(*fixed, start, min(start + commit, first + count) - 1)
    await owner.execute(HERE)
    if placed:
        await owner.execute(SETTLED, first + count)
