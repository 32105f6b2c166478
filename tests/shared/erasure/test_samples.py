"""What PostgreSQL notes about columns for its planner tells nothing of somebody who is erased."""

from datetime import UTC, datetime
from uuid import UUID, uuid4

import asyncpg

from shared.erasure.eraser import Order
from shared.people import PEOPLE
from shared.projection.rebuild import tables
from shared.store.encrypted import Encrypted
from shared.store.migrate import migrate
from shared.store.store import Store
from tests.shared.conftest import Place
from tests.shared.erasure.test_eraser import NOWHERE, eraser_of, opened
from tests.shared.toy import Noted, unit

PEOPLE_COUNT = 60
NAMED = """
INSERT INTO read.people (employee_id, person_version, nip, full_name, erased)
SELECT id, 1, 'nip ' || id, 'name ' || id, false FROM unnest($1::uuid[]) AS id
"""
PARKED = """
INSERT INTO work.parked (consumer, topic, partition, kafka_offset, key, headers, value, cause)
SELECT 'toy', 'people', 0, at, id::text::bytea, '[]', ('name ' || id)::bytea, 'test'
FROM unnest($1::uuid[]) WITH ORDINALITY AS t(id, at)
"""
SAMPLED = """
SELECT DISTINCT format('%s.%s.%s', schemaname, tablename, attname) FROM pg_stats
WHERE concat_ws(' ', most_common_vals, histogram_bounds, most_common_elems) ILIKE ANY ($1::text[])
"""
AS_BEFORE = """
ALTER TABLE work.keys ALTER wrapped SET STATISTICS -1;
ALTER TABLE work.parked ALTER value SET STATISTICS -1;
ALTER TABLE read.people ALTER nip SET STATISTICS -1, ALTER full_name SET STATISTICS -1;
ALTER TABLE event.log DROP CONSTRAINT log_index_from_zero;
UPDATE work.alembic_version SET version_num = '0008';
"""
ANALYZE = "ANALYZE work.keys, work.parked, read.people"
SAMPLES = {"work.keys.wrapped", "work.parked.value", "read.people.nip", "read.people.full_name"}


async def many_known(store: Store) -> list[UUID]:
    people = [uuid4() for _ in range(PEOPLE_COUNT)]
    for one in people:
        await store.append([unit(one, Noted(note=Encrypted.of("rahasia")))])
    await store.pool.execute(NAMED, people)
    await store.pool.execute(PARKED, people)
    return people


async def sampled(connection: asyncpg.Connection, texts: list[str]) -> set[str]:
    """The columns of whose values a sample holds one of the texts, as text or as bytes."""
    wanted = [f"%{one}%" for text in texts for one in (text, text.encode().hex())]
    return {row[0] for row in await connection.fetch(SAMPLED, wanted)}


async def said_of(store: Store, who: UUID) -> list[str]:
    key = await store.pool.fetchval("SELECT wrapped FROM work.keys WHERE subject_id = $1", who)
    return [key.hex(), f"name {who}", f"nip {who}"]


async def test_no_sample_tells_of_somebody_who_is_erased(place: Place) -> None:
    owner = await asyncpg.connect(place.owner_url)
    async with opened(place) as store:
        people = await many_known(store)
        texts = await said_of(store, people[7])
        await owner.execute(ANALYZE)
        order = Order(employee_id=people[7], event_id=uuid4(), at=datetime.now(UTC), correlation_id=uuid4())
        await eraser_of(store, place, NOWHERE).erase([order])
    ids = {"work.keys.subject_id", "work.parked.key", "read.people.employee_id"}
    assert await sampled(owner, [str(people[7])]) == ids, "all were sampled but what can be erased"
    assert await sampled(owner, texts) == set()
    await owner.close()


async def test_samples_of_an_older_database_go_when_it_is_migrated(place: Place) -> None:
    owner = await asyncpg.connect(place.owner_url)
    async with opened(place) as store:
        texts = await said_of(store, (await many_known(store))[7])
    await owner.execute(AS_BEFORE)
    await owner.execute(ANALYZE)
    assert await sampled(owner, texts) == SAMPLES
    role = await owner.fetchval("SELECT current_user")
    await migrate(place.owner_url, f"{role.removesuffix('_owner')}_app", tables=[PEOPLE], years=[])
    assert await sampled(owner, texts) == set()
    await owner.execute(ANALYZE)
    assert await sampled(owner, texts) == set()
    await owner.close()


async def test_a_rebuilt_table_has_no_samples_either(place: Place) -> None:
    owner = await asyncpg.connect(place.owner_url)
    async with opened(place) as store:
        who = (await many_known(store))[7]
        await owner.execute(tables.BOOKS)
        await tables.make(owner, [PEOPLE])
        await owner.execute("INSERT INTO rebuild.people TABLE read.people")
        await tables.index(owner, [PEOPLE])
        await tables.swap(owner, [PEOPLE])
        assert await sampled(owner, [str(who)]) == {"read.people.employee_id"}
    await owner.close()
