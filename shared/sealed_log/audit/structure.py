"""Whether the tables are what they were made as: else they can show an audit what they show nobody else."""

from collections.abc import Iterable, Iterator
from typing import Any

from shared.sealed_log.audit.finding import STRUCTURE, Finding
from shared.sealed_log.stored import Connection
from shared.store import canonical_sql

# Each table that is read, and its unique keys, from which it follows that nothing stands there twice.
KEYS = {
    "event.events": ["plan_year,stream_id,stream_version"],
    "event.log": ["log_index", "plan_year,stream_id,stream_version"],
    "event.nodes": ["level,position"],
    "event.checkpoints": ["tree_size"],
    "event.signing_keys": ["number"],
    "work.cursor": ["only_row"],
}
TABLES = """
WITH asked AS (
    SELECT name, to_regclass(name)::oid AS oid FROM unnest($1::text[]) name
), parts AS (
    SELECT name, oid, false AS is_part FROM asked UNION ALL
    SELECT i.inhrelid::regclass::text, i.inhrelid, true
    FROM asked JOIN pg_inherits i ON i.inhparent = asked.oid
)
SELECT p.name, p.is_part, c.relkind::text AS kind, c.relispartition AS is_partition,
       c.relrowsecurity AS hides,
       EXISTS (SELECT FROM pg_rewrite r WHERE r.ev_class = p.oid) AS rewrites,
       ARRAY(SELECT (SELECT string_agg(a.attname, ',' ORDER BY k.at)
                     FROM unnest(i.indkey) WITH ORDINALITY k(number, at)
                     JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = k.number)
             FROM pg_index i WHERE i.indrelid = p.oid AND i.indisunique AND i.indisvalid
               AND i.indisready AND i.indislive AND i.indpred IS NULL AND i.indexprs IS NULL) AS keys
FROM parts p LEFT JOIN pg_class c ON c.oid = p.oid
"""
# What PostgreSQL writes an envelope by; each is compiled into it.
FUNCTIONS = {
    "to_char(timestamptz,text)": "timestamptz_to_char",
    "textsend(text)": "textsend",
    "textcat(text,text)": "textcat",
    "byteacat(bytea,bytea)": "byteacat",
    "byteasend(bytea)": "byteasend",
    "uuid_out(uuid)": "uuid_out",
    "int2out(smallint)": "int2out",
    "int4out(integer)": "int4out",
    "date_out(date)": "date_out",
    "timestamptz_ge(timestamptz,timestamptz)": "timestamp_ge",
    "pg_visible_in_snapshot(xid8,pg_snapshot)": "pg_visible_in_snapshot",
    "json_out(json)": "json_out",
    "uuid_eq(uuid,uuid)": "uuid_eq",
    "int8inc(bigint)": "int8inc",
    "bytea_string_agg_transfn(internal,bytea,bytea)": "bytea_string_agg_transfn",
    "bytea_string_agg_finalfn(internal)": "bytea_string_agg_finalfn",
    "array_agg_transfn(internal,anynonarray)": "array_agg_transfn",
    "array_agg_finalfn(internal,anynonarray)": "array_agg_finalfn",
}
REPLACED = """
SELECT name FROM unnest($1::text[], $2::text[]) AS asked(name, source)
LEFT JOIN pg_proc p ON p.oid = to_regprocedure(name)
LEFT JOIN pg_language l ON l.oid = p.prolang
WHERE (l.lanname = 'internal' AND p.prosrc = source) IS NOT TRUE
"""
# Whatever answers for PostgreSQL and did not come with it: its own objects have numbers below 16384. And what
# is done at a login, which could prepare our session.
ADDED = """
SELECT 'function ' || oid::regprocedure::text AS what FROM pg_proc
WHERE pronamespace = 'pg_catalog'::regnamespace AND oid >= 16384
UNION ALL SELECT 'operator ' || oid::regoperator::text FROM pg_operator
WHERE oprnamespace = 'pg_catalog'::regnamespace AND greatest(oid, oprcode::oid) >= 16384
UNION ALL SELECT 'aggregate ' || aggfnoid::regprocedure::text FROM pg_aggregate
WHERE aggfnoid::oid < 16384 AND greatest(aggtransfn::oid, aggcombinefn::oid, aggfinalfn::oid) >= 16384
UNION ALL SELECT 'type ' || oid::regtype::text FROM pg_type
WHERE oid < 16384 AND greatest(typinput::oid, typoutput::oid, typreceive::oid, typsend::oid) >= 16384
UNION ALL SELECT 'cast from ' || castsource::regtype::text || ' to ' || casttarget::regtype::text FROM pg_cast
WHERE greatest(castsource, casttarget) < 16384 AND greatest(oid, castfunc) >= 16384
UNION ALL SELECT 'login trigger ' || evtname FROM pg_event_trigger
WHERE evtevent = 'login' AND evtenabled <> 'D'
"""
SEARCH_PATH = "SELECT pg_catalog.current_setting('search_path')"


async def structure(connection: Connection) -> tuple[list[Finding], list[Finding]]:
    """What can show an audit something else than is stored, and what lets something stand there twice.

    Where there is the first, nothing it reads is worth believing.
    """
    path = await connection.fetchval(SEARCH_PATH)
    if path != canonical_sql.SETTINGS["search_path"]:
        return _findings([f"our session looks for functions in {path}"]), []
    tables = await connection.fetch(TABLES, list(KEYS))
    names, sources = zip(*FUNCTIONS.items(), strict=True)
    replaced = await connection.fetch(REPLACED, names, sources)
    added = await connection.fetch(ADDED)
    hidden = [
        *_hiding(tables),
        *(f"PostgreSQL's {row['name']} was replaced" for row in replaced),
        *(f"the {row['what']} is none of PostgreSQL's own" for row in added),
    ]
    return _findings(hidden), _findings(_loosened(tables))


def _findings(reasons: Iterable[str]) -> list[Finding]:
    return [Finding(kind=STRUCTURE, why=why) for why in reasons]


def _hiding(tables: Iterable[Any]) -> Iterator[str]:
    """Tables that are none, or show others something else."""
    for row in tables:
        wanted = "p" if row["name"] == "event.events" else "r"
        if row["kind"] != wanted:
            yield f"{row['name']} is not a table"
        if row["hides"]:
            yield f"{row['name']} has row security"
        if row["kind"] == wanted and row["rewrites"]:
            yield f"{row['name']} has a rule"


def _loosened(tables: Iterable[Any]) -> Iterator[str]:
    """Keys that are missing, and tables that add to one."""
    for row in tables:
        if row["is_part"] and not row["is_partition"]:
            yield f"{row['name']} adds to a table of the log"
        else:
            wanted = KEYS["event.events" if row["is_part"] else row["name"]]
            missing = [key for key in wanted if key not in row["keys"]]
            yield from (f"{row['name']} has no unique key on {key}" for key in missing)
