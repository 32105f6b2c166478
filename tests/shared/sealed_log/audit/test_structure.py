"""A database that could show an audit something else than everybody is told of, not believed."""

from datetime import date
from uuid import uuid4

import asyncpg
import pytest

from shared.sealed_log.audit.finding import CHECKPOINT, STRUCTURE
from shared.sealed_log.audit.run import Audit
from shared.sealed_log.sealer import Sealer, signing_key
from shared.store.store import Store
from tests.shared.conftest import Place
from tests.shared.sealed_log.audit.conftest import Scene, unheard
from tests.shared.sealed_log.test_sealer import LOG, log_grows
from tests.shared.toy import Counted, unit

HIDDEN = """
ALTER TABLE event.events ENABLE ROW LEVEL SECURITY;
CREATE POLICY others ON event.events USING (current_setting('application_name') <> 'jejak log verify')
"""
SHOWN = """
ALTER TABLE event.log RENAME TO kept;
CREATE VIEW event.log AS SELECT * FROM event.kept
"""
RULED = "CREATE RULE nothing AS ON DELETE TO event.log DO INSTEAD NOTHING"


@pytest.mark.parametrize(
    ("statement", "why"),
    [
        (HIDDEN, "event.events has row security"),
        (SHOWN, "event.log is not a table"),
        (RULED, "event.log has a rule"),
    ],
)
async def test_a_table_that_can_show_us_something_else_is_named(
    scene: Scene, statement: str, why: str
) -> None:
    await scene.owner.execute(statement)
    light = await scene.audit.light(date(2026, 1, 1), unheard)
    for found in (await scene.verify(), light.findings):
        assert [(one.kind, one.why) for one in found] == [(STRUCTURE, why)]


async def test_a_function_of_postgresql_that_was_replaced_is_named(
    scene: Scene, place: Place, postgres_admin_url: str
) -> None:
    database = place.owner_url.rpartition("/")[2].partition("?")[0]
    admin = await asyncpg.connect(postgres_admin_url, database=database)
    await admin.execute(
        "CREATE OR REPLACE FUNCTION pg_catalog.to_char(timestamptz, text) RETURNS text LANGUAGE sql STABLE"
        " AS $$ SELECT 'when the forger likes' $$"
    )
    await admin.close()
    assert [one.why for one in await scene.verify()] == [
        "PostgreSQL's to_char(timestamptz,text) was replaced"
    ]


LOGIN = """
CREATE FUNCTION public.prepared() RETURNS event_trigger LANGUAGE plpgsql AS $$ BEGIN
    {body} END $$;
CREATE EVENT TRIGGER prepares ON login EXECUTE FUNCTION public.prepared()
"""
GLUE = """
CREATE FUNCTION {schema}.glue({type}, {type}) RETURNS {type} LANGUAGE sql IMMUTABLE AS $$ SELECT $2 $$;
"""
MADE = {
    "a login that prepares": (
        LOGIN.format(body="NULL;"),
        "the login trigger prepares is none of PostgreSQL's own",
    ),
    "a path that it sets": (
        LOGIN.format(body="PERFORM set_config('search_path', 'public, pg_catalog', false);"),
        "our session looks for functions in public, pg_catalog",
    ),
    "a function": (
        GLUE.format(schema="pg_catalog", type="bytea"),
        "the function glue(bytea,bytea) is none of PostgreSQL's own",
    ),
    "an operator": (
        GLUE.format(schema="public", type="bytea")
        + "UPDATE pg_operator SET oprcode = 'public.glue(bytea,bytea)'::regprocedure"
        " WHERE oprcode::text = 'byteacat'",
        "the operator ||(bytea,bytea) is none of PostgreSQL's own",
    ),
    "an output": (
        """CREATE FUNCTION public.out(date) RETURNS cstring LANGUAGE internal AS 'date_out';
        UPDATE pg_type SET typoutput = 'public.out(date)'::regprocedure WHERE oid = 'date'::regtype""",
        "the type date is none of PostgreSQL's own",
    ),
    "an aggregate": (
        """CREATE FUNCTION public.more(internal, bytea, bytea) RETURNS internal LANGUAGE internal
            AS 'bytea_string_agg_transfn';
        UPDATE pg_aggregate SET aggtransfn = 'public.more(internal,bytea,bytea)'::regprocedure
            WHERE aggfnoid = 'string_agg(bytea,bytea)'::regprocedure""",
        "the aggregate string_agg(bytea,bytea) is none of PostgreSQL's own",
    ),
    "a cast": (
        """CREATE FUNCTION public.told(uuid) RETURNS text LANGUAGE sql IMMUTABLE AS $$ SELECT 'anybody' $$;
        CREATE CAST (uuid AS text) WITH FUNCTION public.told(uuid)""",
        "the cast from uuid to text is none of PostgreSQL's own",
    ),
}


@pytest.mark.parametrize("made", MADE)
async def test_what_was_made_to_answer_for_postgresql_is_named(
    scene: Scene, place: Place, postgres_admin_url: str, made: str
) -> None:
    statement, why = MADE[made]
    database = place.owner_url.rpartition("/")[2].partition("?")[0]
    admin = await asyncpg.connect(postgres_admin_url, database=database)
    await admin.execute(statement)
    await admin.close()
    light = await scene.audit.light(date(2026, 1, 1), unheard)
    for found in (await scene.verify(), light.findings):
        assert [(one.kind, one.why) for one in found] == [(STRUCTURE, why)]


async def test_a_key_that_was_dropped_and_a_table_that_adds_to_another_are_named(scene: Scene) -> None:
    await scene.owner.execute("ALTER TABLE event.log DROP CONSTRAINT log_pkey")
    await scene.owner.execute("CREATE TABLE event.heir () INHERITS (event.log)")
    light = await scene.audit.light(date(2026, 1, 1), unheard)
    for found in (await scene.verify(), light.findings):
        assert {one.why for one in found} == {
            "event.log has no unique key on log_index",
            "event.heir adds to a table of the log",
        }


@pytest.mark.parametrize("tables", [("checkpoints",), ("checkpoints", "signing_keys")])
async def test_a_log_whose_signatures_were_all_removed_is_not_verified(
    scene: Scene, tables: tuple[str, ...]
) -> None:
    for table in tables:
        await scene.owner.execute(f"DELETE FROM event.{table}")
    young = await scene.audit.whole(None, unheard)
    assert young.findings == []  # as within the first second of a log
    await scene.owner.execute("INSERT INTO event.nodes (level, position, hash) VALUES (1, 0, '')")
    light = await scene.audit.light(date(2026, 1, 1), unheard)
    for found in (await scene.verify(topic=False), light.findings):
        assert [one.kind for one in found] == [CHECKPOINT]


@pytest.mark.parametrize("signed", [0, 3])
@pytest.mark.parametrize(("age", "is_told"), [(0, False), (61, True), (-600, True)])
async def test_what_nobody_signed_is_named_once_it_is_older_than_a_minute(
    store: Store, place: Place, signed: int, age: int, is_told: bool
) -> None:
    """As where all checkpoints behind one were removed, and what they signed was written anew."""
    connection = await asyncpg.connect(place.settings.database_url)
    await log_grows(store, connection, signed)
    await (await Sealer.start(connection, signing_key(place.settings.signing_key_file, LOG))).seal()
    await store.append([unit(uuid4(), Counted(by=1))])
    owner = await asyncpg.connect(place.owner_url)
    await owner.execute("ALTER TABLE event.events DISABLE TRIGGER no_change")
    await owner.execute(
        "UPDATE event.events SET event_id = uuidv7(make_interval(secs => $1)) WHERE NOT EXISTS ("
        "SELECT FROM event.log l WHERE l.event_id = events.event_id)",
        -age,
    )
    await log_grows(store, connection, 0)
    await log_grows(store, connection, 2)
    await owner.close()
    await connection.close()
    audit = Audit(url=place.settings.database_url, origin=LOG)
    told = [(CHECKPOINT, signed, signed + 2, "no checkpoint vouches for these events")] if is_told else []
    for report in (await audit.whole(None, unheard), await audit.light(date(2026, 1, 1), unheard)):
        assert [(one.kind, one.index, one.other, one.why) for one in report.findings] == told
        assert report.proven == signed


@pytest.mark.parametrize("size", [11, 600])
async def test_a_checkpoint_that_stands_at_another_size_than_it_says_is_named(
    scene: Scene, size: int
) -> None:
    await scene.owner.execute("UPDATE event.checkpoints SET tree_size = $1 WHERE tree_size = 12", size)
    light = await scene.audit.light(date(2026, 1, 1), unheard)
    for found in (await scene.verify(topic=False), light.findings):
        assert [one.kind for one in found] == [CHECKPOINT]
