"""What stands beside the log is named, and an odd value breaks no audit."""

from collections.abc import AsyncIterator, Sequence
from uuid import UUID

import asyncpg
import pytest

from shared.sealed_log.audit.finding import ALTERED, CHECKPOINT, INSERTED, KEY, STRAY, STRUCTURE, Finding
from shared.sealed_log.audit.strangers import strangers
from shared.store.statements import COLUMNS
from tests.shared.conftest import Place
from tests.shared.sealed_log.audit.conftest import EVENTS, HERE, VICTIM, Scene

BUT_THE_ID = ", ".join(name for name, _ in COLUMNS if name not in ("stream_id", "event_id"))
OTHERS = ", ".join(name for name, _ in COLUMNS if name != "stream_id")
FAKE = f"""
INSERT INTO event.events (stream_id, {OTHERS}, xid)
SELECT gen_random_uuid(), {OTHERS}, {{xid}} FROM event.events WHERE {HERE} RETURNING stream_id
"""
PLACE = """
INSERT INTO event.log (log_index, plan_year, stream_id, stream_version, event_id, leaf_hash, epoch)
SELECT $1, plan_year, $2, stream_version, event_id, leaf_hash, epoch FROM event.log WHERE log_index = $3
"""
FUTURE = "'9223372036854775807'::xid8"


async def slipped_in(scene: Scene, xid: str = "xid") -> UUID:
    stream: UUID = await scene.owner.fetchval(FAKE.format(xid=xid), VICTIM)
    return stream


async def unguarded(scene: Scene) -> None:
    """As a database that was made before places were checked, by an owner who drops what hinders."""
    await scene.owner.execute("ALTER TABLE event.log DROP CONSTRAINT IF EXISTS log_index_from_zero")
    await scene.owner.execute("ALTER TABLE event.log DROP CONSTRAINT log_pkey")


def told(found: Sequence[Finding], kind: str) -> list[tuple[int | None, UUID | None]]:
    return [(one.index, one.event.stream_id if one.event else None) for one in found if one.kind == kind]


@pytest.mark.parametrize("xid", [FUTURE, "NULL"])
async def test_an_event_that_no_tick_will_ever_take_is_named(scene: Scene, xid: str) -> None:
    await scene.owner.execute("ALTER TABLE event.events ALTER xid DROP NOT NULL")
    stream = await slipped_in(scene, xid)
    assert told(await scene.verify(), INSERTED) == [(None, stream)]


async def test_what_a_dump_brought_is_not_called_inserted_before_it_is_settled_in(scene: Scene) -> None:
    stream = await slipped_in(scene, FUTURE)
    await scene.owner.execute("UPDATE work.cursor SET cluster = 1")
    assert await scene.verify() == []
    await scene.owner.execute("UPDATE work.cursor SET cluster = system_identifier FROM pg_control_system()")
    assert told(await scene.verify(), INSERTED) == [(None, stream)]


@pytest.mark.parametrize("index", [-1, 2**62])
async def test_a_place_outside_the_log_hides_no_event(scene: Scene, index: int) -> None:
    await unguarded(scene)
    stream = await slipped_in(scene)
    await scene.owner.execute(PLACE, index, stream, VICTIM)
    found = await scene.verify()
    assert (told(found, INSERTED), told(found, STRAY)) == ([(None, stream)], [(index, stream)])


async def test_a_place_outside_the_log_that_evens_the_counts_hides_no_event(scene: Scene) -> None:
    await unguarded(scene)
    stream, genuine = await slipped_in(scene), await scene.column("stream_id")
    await scene.owner.execute(
        "ALTER TABLE event.log DROP CONSTRAINT log_plan_year_stream_id_stream_version_key"
    )
    await scene.owner.execute(PLACE, -1, genuine, VICTIM)
    found = await scene.verify()
    assert (told(found, INSERTED), told(found, STRAY)) == ([(None, stream)], [(-1, genuine)])


@pytest.mark.parametrize("table", ["log", "heir"])
async def test_one_more_event_in_a_place_is_named(scene: Scene, table: str) -> None:
    await unguarded(scene)
    await scene.owner.execute("CREATE TABLE event.heir () INHERITS (event.log)")
    stream = await slipped_in(scene)
    await scene.owner.execute(PLACE.replace("INTO event.log", f"INTO event.{table}"), VICTIM, stream, VICTIM)
    assert (VICTIM, stream) in told(await scene.verify(), INSERTED)


@pytest.mark.parametrize("leaf", ["''", "NULL", "sha256('x') || '!'"])
async def test_a_leaf_that_is_no_hash_moves_no_other(scene: Scene, leaf: str) -> None:
    await scene.owner.execute("ALTER TABLE event.log ALTER leaf_hash DROP NOT NULL")
    await scene.owner.execute(f"UPDATE event.log SET leaf_hash = {leaf} WHERE log_index = $1", VICTIM)
    found = await scene.verify()
    assert [one.index for one in found if one.kind != CHECKPOINT] == [VICTIM]
    assert found[0].kind == ALTERED


async def test_two_leaves_that_are_hashes_only_together_are_named(scene: Scene) -> None:
    await scene.owner.execute(
        "UPDATE event.log l SET leaf_hash = CASE log_index WHEN 4 THEN '' ELSE f.leaf_hash || l.leaf_hash END"
        " FROM (SELECT leaf_hash FROM event.log WHERE log_index = 4) f WHERE log_index IN (4, 5)"
    )
    found = await scene.verify()
    assert [one.index for one in found if one.kind == ALTERED] == [4, 5]


async def test_the_id_that_a_place_gives_its_event_is_looked_at(scene: Scene) -> None:
    await scene.owner.execute(
        "UPDATE event.log SET event_id = gen_random_uuid() WHERE log_index = $1", VICTIM
    )
    assert [(one.kind, one.index) for one in await scene.verify()] == [(ALTERED, VICTIM)]


async def test_a_note_that_was_made_nothing_is_a_finding(scene: Scene) -> None:
    await scene.owner.execute("ALTER TABLE event.checkpoints ALTER note DROP NOT NULL")
    await scene.owner.execute("UPDATE event.checkpoints SET note = NULL WHERE tree_size = $1", EVENTS)
    assert {one.kind for one in await scene.verify()} == {CHECKPOINT}
    await scene.owner.execute("ALTER TABLE event.signing_keys ALTER note DROP NOT NULL")
    await scene.owner.execute("UPDATE event.signing_keys SET note = NULL")
    assert {one.kind for one in await scene.verify()} == {CHECKPOINT, KEY}


@pytest.mark.parametrize("column", ["xid", "insert_order"])
async def test_the_service_itself_cannot_say_what_the_sequencer_goes_by(
    scene: Scene, place: Place, column: str
) -> None:
    service = await asyncpg.connect(place.settings.database_url)
    names = f"{OTHERS}, {column}"
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await service.execute(
            f"INSERT INTO event.events (stream_id, {names}) SELECT gen_random_uuid(), {names}"
            " FROM event.events LIMIT 1"
        )
    with pytest.raises(asyncpg.CheckViolationError):
        await service.execute(PLACE, -1, await scene.column("stream_id"), VICTIM)
    await service.close()


UNINDEXED = (
    "UPDATE pg_index SET indisready = $1 WHERE indexrelid = (SELECT i.indexrelid FROM pg_index i JOIN"
    " pg_class c ON c.oid = i.indexrelid WHERE c.relname = 'events_2026_pkey')"
)
REINSERTED = f"""
WITH was AS (DELETE FROM event.events WHERE {HERE} RETURNING *) INSERT INTO event.events SELECT * FROM was
"""


@pytest.fixture
async def superuser(place: Place, postgres_admin_url: str) -> AsyncIterator[asyncpg.Connection]:
    database = place.owner_url.rpartition("/")[2].partition("?")[0]
    connection = await asyncpg.connect(postgres_admin_url, database=database)
    yield connection
    await connection.close()


async def test_two_events_of_one_place_of_which_the_index_knows_one_are_named_both(
    scene: Scene, superuser: asyncpg.Connection
) -> None:
    """The audit meets the genuine one on the disk, everybody else the other by the index."""
    await superuser.execute(UNINDEXED, False)
    await superuser.execute(REINSERTED, VICTIM)
    await superuser.execute(UNINDEXED, True)
    for way in ("indexscan", "bitmapscan"):
        await scene.owner.execute(f"SET enable_{way} = off")
    stream = await scene.owner.fetchval(
        f"INSERT INTO event.events (event_id, stream_id, {BUT_THE_ID}, xid)"
        f" SELECT gen_random_uuid(), stream_id, {BUT_THE_ID}, xid FROM event.events WHERE {HERE}"
        " RETURNING stream_id",
        VICTIM,
    )
    assert told(await scene.verify(), INSERTED)[-2:] == [(VICTIM, stream)] * 2


async def test_an_index_that_is_not_kept_up_is_no_key(scene: Scene, superuser: asyncpg.Connection) -> None:
    await superuser.execute(UNINDEXED, False)
    assert [one.why for one in await scene.verify()] == [
        "event.events_2026 has no unique key on plan_year,stream_id,stream_version"
    ]


async def test_more_events_than_places_are_said_where_none_can_be_named(scene: Scene) -> None:
    async with scene.owner.transaction(readonly=True):
        assert await strangers(scene.owner, 0) == []
        (found,) = await strangers(scene.owner, 2)
    assert (found.kind, found.why) == (STRUCTURE, "there are 2 more events than places")
