"""Each hot query is a look into an index, from the first command on an empty table on."""

import asyncio
from uuid import uuid4

import asyncpg
import orjson
import pytest

from shared.sealed_log.sequencer import Sequencer
from shared.store.append import Connection, prepare, values_of
from shared.store.statements import AFTER, APPEND, READ, READ_MANY, REMEMBERED
from shared.store.store import Store
from tests.shared.conftest import Place
from tests.shared.toy import YEAR, Counted, ledger_of, unit

FULL = 3000


async def fill(store: Store, count: int = FULL) -> None:
    owners = [uuid4() for _ in range(count)]
    await store.keyring.make(owners)
    await asyncio.gather(*(store.append([unit(one, Counted(by=1))]) for one in owners))


@pytest.fixture(params=[False, True], ids=["empty", "full"])
async def filled(store: Store, place: Place, request: pytest.FixtureRequest) -> Store:
    if request.param:
        await fill(store)
        await sequence_all(place)
    return store


async def sequence_all(place: Place) -> None:
    connection = await asyncpg.connect(place.settings.database_url)
    try:
        sequencer = await Sequencer.start(connection)
        while await sequencer.tick():
            pass
    finally:
        await connection.close()


async def plan(connection: Connection, query: str, *values: object) -> list[dict[str, str]]:
    """The nodes that read a table; for the generic plan, which is the one that stays."""
    found = await connection.fetchval(f"EXPLAIN (FORMAT JSON) {query}", *values)
    nodes: list[dict[str, str]] = []

    def walk(node: dict[str, object]) -> None:
        nodes.append({name: str(value) for name, value in node.items()})
        for child in node.get("Plans", []):  # type: ignore[attr-defined]
            walk(child)

    walk(orjson.loads(found)[0]["Plan"])
    return nodes


def looked_into(nodes: list[dict[str, str]]) -> set[str]:
    assert not {"Seq Scan", "Hash Join", "Merge Join"} & {node["Node Type"] for node in nodes}
    return {node["Index Name"] for node in nodes if "Index Name" in node}


async def test_the_append_looks_into_indexes_only(filled: Store) -> None:
    owner = uuid4()
    await filled.keyring.make([owner])
    one = prepare(unit(owner, Counted(by=1)), filled.codec, agency="CONTOH", service="toy")
    async with filled._append_pool.acquire() as connection:
        nodes = await plan(connection, APPEND, *values_of([one]))
    assert {"commands_pkey", f"events_{YEAR}_pkey"} <= looked_into(nodes)


async def test_a_stream_is_read_in_its_index_order(filled: Store) -> None:
    stream = ledger_of(uuid4())
    async with filled.pool.acquire() as connection:
        nodes = await plan(connection, READ, stream.plan_year, stream.stream_id, 7)
    assert f"events_{YEAR}_pkey" in looked_into(nodes)
    assert "Sort" not in {node["Node Type"] for node in nodes}


async def test_many_streams_are_read_through_their_index(filled: Store) -> None:
    streams = [ledger_of(uuid4()) for _ in range(5)]
    async with filled.pool.acquire() as connection:
        places = [one.plan_year for one in streams], [one.stream_id for one in streams]
        nodes = await plan(connection, READ_MANY, *places, [0, 1, 2, 3, 4])
    assert f"events_{YEAR}_pkey" in looked_into(nodes)


async def test_a_remembered_answer_is_found_by_its_index(filled: Store) -> None:
    async with filled.pool.acquire() as connection:
        assert looked_into(await plan(connection, REMEMBERED, [uuid4()])) == {"commands_pkey"}


async def test_the_log_is_read_in_its_own_order(filled: Store) -> None:
    async with filled.pool.acquire() as connection:
        nodes = await plan(connection, AFTER, 10, 100)
    assert {"log_pkey", f"events_{YEAR}_pkey"} <= looked_into(nodes)
    assert "Sort" not in {node["Node Type"] for node in nodes}


async def test_one_command_is_one_statement(store: Store) -> None:
    owner = uuid4()
    await store.append([unit(owner, Counted(by=1))])
    asked: list[str] = []
    async with store._append_pool.acquire() as connection:
        connection.add_query_logger(lambda record: asked.append(record.query))
    assert store._append_pool.get_size() == 1
    await store.append([unit(owner, Counted(by=1), expected=1)])
    assert asked == [APPEND]
