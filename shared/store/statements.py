"""The SQL of the event store, in one place, so that its plans can be examined."""

PUBLISHER = "publisher"  # the reader of the log whose bookmark says what other systems have heard
COLUMNS: tuple[tuple[str, str], ...] = (
    ("event_id", "uuid"),
    ("agency", "text"),
    ("service", "text"),
    ("stream_kind", "text"),
    ("stream_id", "uuid"),
    ("plan_year", "smallint"),
    ("stream_version", "integer"),
    ("type", "text"),
    ("schema_version", "smallint"),
    ("subject_id", "uuid"),
    ("actor_id", "uuid"),
    ("acting_role", "text"),
    ("on_behalf_of", "uuid"),
    ("reason_code", "text"),
    ("reason_text", "text"),
    ("effective_on", "date"),
    ("recorded_at", "timestamptz"),
    ("command_id", "uuid"),
    ("correlation_id", "uuid"),
    ("causation_id", "uuid"),
    ("traceparent", "text"),
    ("data", "text"),
)
NAMES = ", ".join(name for name, _ in COLUMNS)

# What a batch brings once per command, and what once per event; agency and service come once for all.
ASKED: tuple[tuple[str, str], ...] = (
    ("command_id", "uuid"),
    ("caller", "text"),
    ("request_hash", "bytea"),
    ("outcome", "text"),
    ("stream_kind", "text"),
    ("stream_id", "uuid"),
    ("plan_year", "smallint"),
    ("expected", "integer"),
    ("subject_id", "uuid"),
    ("actor_id", "uuid"),
    ("acting_role", "text"),
    ("on_behalf_of", "uuid"),
    ("reason_code", "text"),
    ("effective_on", "date"),
    ("recorded_at", "timestamptz"),
    ("correlation_id", "uuid"),
    ("causation_id", "uuid"),
    ("traceparent", "text"),
)
WRITTEN: tuple[tuple[str, str], ...] = (
    ("command_id", "uuid"),
    ("event_id", "uuid"),
    ("stream_version", "integer"),
    ("type", "text"),
    ("schema_version", "smallint"),
    ("reason_text", "text"),
    ("data", "text"),
)


def _unnest(columns: tuple[tuple[str, str], ...], first: int, alias: str) -> str:
    arrays = ", ".join(f"${at}::{kind}[]" for at, (_, kind) in enumerate(columns, start=first))
    return f"unnest({arrays}) AS {alias}({', '.join(name for name, _ in columns)})"


_VALUES = {
    **{name: f"a.{name}" for name, _ in ASKED},
    **{name: f"e.{name}" for name, _ in WRITTEN},
    "agency": "$1::text",
    "service": "$2::text",
    "recorded_at": "coalesce(a.recorded_at, statement_timestamp())",
}

# A command is accepted when its id is new, the version it builds on is there and visible (or
# it starts the stream), and the next is not. No ON CONFLICT: a race that slips between check
# and insert raises, and the whole statement leaves nothing behind. The existence check also
# guarantees the sequencer that v(n+1) is never written before v(n) is committed. Both inserts
# are sorted, so that two batches wait for each other in one direction only. OFFSET 0 keeps each
# check a look into an index: planned while the tables are empty it would else become a hash of
# them all, for as long as the connection lives.
APPEND = f"""
WITH asked AS (
    SELECT * FROM {_unnest(ASKED, 3, "a")}
), accepted AS MATERIALIZED (
    SELECT * FROM asked a
    WHERE NOT EXISTS (SELECT FROM work.commands c WHERE c.command_id = a.command_id OFFSET 0)
      AND (a.stream_id IS NULL OR (
            (a.expected = 0 OR EXISTS (
                SELECT FROM event.events e WHERE e.plan_year = a.plan_year
                   AND e.stream_id = a.stream_id AND e.stream_version = a.expected OFFSET 0))
            AND NOT EXISTS (
                SELECT FROM event.events e WHERE e.plan_year = a.plan_year
                   AND e.stream_id = a.stream_id AND e.stream_version = a.expected + 1 OFFSET 0)))
), remembered AS (
    INSERT INTO work.commands (command_id, caller, request_hash, outcome)
    SELECT command_id, caller, request_hash, outcome FROM accepted ORDER BY command_id
), stored AS (
    INSERT INTO event.events ({NAMES})
    SELECT {", ".join(_VALUES[name] for name, _ in COLUMNS)}
    FROM {_unnest(WRITTEN, 3 + len(ASKED), "e")} JOIN accepted a USING (command_id)
    ORDER BY a.stream_id, e.stream_version
)
SELECT command_id FROM accepted
"""

REMEMBERED = (
    "SELECT command_id, caller, request_hash, outcome FROM work.commands WHERE command_id = ANY($1::uuid[])"
)

READ = f"""
SELECT {NAMES} FROM event.events
WHERE plan_year = $1 AND stream_id = $2 AND stream_version <= $3 ORDER BY stream_version
"""

# One statement for many streams, each from behind a version on; one look at the stream's own partition.
READ_MANY = f"""
SELECT {", ".join(f"e.{name}" for name, _ in COLUMNS)}
FROM unnest($1::smallint[], $2::uuid[], $3::integer[]) AS asked(plan_year, stream_id, after)
JOIN event.events e USING (plan_year, stream_id) WHERE e.stream_version > asked.after
ORDER BY e.stream_id, e.stream_version
"""

# Without the year every partition is asked for its entry of `events_places`; what was found is remembered.
FIND = """
SELECT stream_id, stream_kind, plan_year, subject_id FROM event.events
WHERE stream_id = ANY($1::uuid[]) AND stream_version = 1
"""

AFTER = f"""
SELECT l.log_index, e.* FROM (
    SELECT log_index, plan_year, stream_id, stream_version FROM event.log
    WHERE log_index > $1 ORDER BY log_index LIMIT $2
) l CROSS JOIN LATERAL (
    SELECT {NAMES} FROM event.events e WHERE e.plan_year = l.plan_year
       AND e.stream_id = l.stream_id AND e.stream_version = l.stream_version OFFSET 0
) e ORDER BY l.log_index
"""
