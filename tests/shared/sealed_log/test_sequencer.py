"""The log is dense, keeps each stream's order, and misses nothing that commits late."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import orjson
import pytest

from shared.leadership import SETTINGS
from shared.sealed_log.sequencer import FRESH, HERE, MOVE, PIECE, Deposed, Sequencer, Snapshot
from shared.store.store import Store
from tests.shared.conftest import Place
from tests.shared.toy import Counted, unit


@pytest.fixture
async def connection(place: Place) -> AsyncIterator[asyncpg.Connection]:
    opened = await asyncpg.connect(place.settings.database_url)
    yield opened
    await opened.close()


async def drain(sequencer: Sequencer) -> int:
    total = 0
    while taken := await sequencer.tick():
        total += taken
    return total


async def log(store: Store) -> list[tuple[int, UUID, int]]:
    return [
        (row.log_index or 0, row.stream.stream_id, row.stream_version)
        for row in await store.after(-1, 10_000)
    ]


async def test_what_commits_late_is_not_skipped(store: Store, connection: asyncpg.Connection) -> None:
    sequencer = await Sequencer.start(connection)
    slow, fast = uuid4(), uuid4()
    async with store.pool.acquire() as late, late.transaction():
        await store.append([unit(slow, Counted(by=1))], connection=late)
        await store.append([unit(fast, Counted(by=1))])
        assert await drain(sequencer) == 1
    assert await drain(sequencer) == 1
    assert [index for index, _, _ in await log(store)] == [0, 1]


async def test_a_stream_keeps_its_order_though_an_older_transaction_writes_its_next_version(
    store: Store, connection: asyncpg.Connection
) -> None:
    sequencer = await Sequencer.start(connection)
    owner = uuid4()
    async with store.pool.acquire() as older, older.transaction():
        await older.fetchval("SELECT pg_current_xact_id()")  # a lower id than the event it builds on
        await store.append([unit(owner, Counted(by=1))])
        await store.append([unit(owner, Counted(by=2), expected=1)], connection=older)
    assert await drain(sequencer) == 2
    assert [version for _, _, version in await log(store)] == [1, 2]


async def test_an_idle_transaction_stalls_nobody(store: Store, connection: asyncpg.Connection) -> None:
    sequencer = await Sequencer.start(connection)
    async with store.pool.acquire() as idle, idle.transaction():
        await idle.fetchval("SELECT pg_current_xact_id()")
        await store.append([unit(uuid4(), Counted(by=1))])
        assert await drain(sequencer) == 1


async def test_what_was_rolled_back_never_appears(store: Store, connection: asyncpg.Connection) -> None:
    sequencer = await Sequencer.start(connection)
    async with store.pool.acquire() as undone:
        transaction = undone.transaction()
        await transaction.start()
        await store.append([unit(uuid4(), Counted(by=1))], connection=undone)
        await transaction.rollback()
    await store.append([unit(uuid4(), Counted(by=1))])
    assert await drain(sequencer) == 1


async def test_a_leader_that_was_replaced_can_write_no_more(
    store: Store, connection: asyncpg.Connection, place: Place
) -> None:
    first = await Sequencer.start(connection)
    rival = await asyncpg.connect(place.settings.database_url)
    try:
        second = await Sequencer.start(rival)
        await store.append([unit(uuid4(), Counted(by=1))])
        with pytest.raises(Deposed):
            await first.tick()
        assert await drain(second) == 1
    finally:
        await rival.close()


async def test_a_backlog_is_taken_in_pieces_and_resumed_by_the_next_leader(
    store: Store, connection: asyncpg.Connection
) -> None:
    await Sequencer.start(connection)  # a new database is settled in before there is a backlog
    owners = [uuid4() for _ in range(25)]
    await asyncio.gather(*(store.append([unit(owner, Counted(by=1), Counted(by=2))]) for owner in owners))
    first = await Sequencer.start(connection, batch=7)
    assert await first.tick() == 7
    second = await Sequencer.start(connection, batch=7)
    assert await drain(second) == 43
    entries = await log(store)
    assert [index for index, _, _ in entries] == list(range(50))
    assert len({(stream, version) for _, stream, version in entries}) == 50


async def test_a_backlog_with_holes_wider_than_a_piece_is_taken_whole(
    store: Store, connection: asyncpg.Connection
) -> None:
    await Sequencer.start(connection)
    for _ in range(3):
        await store.append([unit(uuid4(), Counted(by=1), Counted(by=2))])
        await connection.execute("SELECT nextval('event.insert_order') FROM generate_series(1, 20)")
    first = await Sequencer.start(connection, batch=2)
    assert await first.tick() == 2
    assert await drain(first) == 4
    await store.append([unit(uuid4(), Counted(by=1))])
    assert await drain(await Sequencer.start(connection, batch=2)) == 1
    assert [index for index, _, _ in await log(store)] == list(range(7))


async def test_the_next_piece_of_a_backlog_reads_none_of_those_behind_it(
    store: Store, connection: asyncpg.Connection
) -> None:
    owners = [uuid4() for _ in range(600)]
    await store.keyring.make(owners)
    await asyncio.gather(*(store.append([unit(owner, Counted(by=1))]) for owner in owners))
    (now,) = await connection.fetch(HERE)
    xmax = Snapshot.parse(now["now"]).xmax
    assert await rows_of_look(connection, PIECE, f"'1', '{xmax}', '{{}}', '{{}}', 100, 150, 50") == 50


async def rows_of_look(connection: asyncpg.Connection, query: str, values: str) -> int:
    """How many rows of events a leader reads for `query`: by values alone the plan would be another."""
    for name, value in SETTINGS.items():
        await connection.execute("SELECT set_config($1, $2, false)", name, value)
    await connection.execute(f"PREPARE look AS {query}")
    asked = f"EXPLAIN (ANALYZE, FORMAT JSON) EXECUTE look({values})"
    (found,) = orjson.loads(await connection.fetchval(asked))
    return rows_read(found["Plan"])


def rows_read(node: dict[str, Any]) -> int:
    """Those that the scans of tables gave up and those that they looked at in vain."""
    below = sum(
        rows_read(one) for one in node.get("Plans", []) if one.get("Parent Relationship") != "SubPlan"
    )
    here = node["Actual Rows"] + node.get("Rows Removed by Filter", 0)
    return int(here if node.get("Relation Name", "").startswith("events") else below)


async def test_what_came_during_a_backlog_of_full_batches_is_not_left_for_later(
    store: Store, connection: asyncpg.Connection
) -> None:
    sequencer = await Sequencer.start(connection, batch=2)
    await store.append([unit(uuid4(), Counted(by=1), Counted(by=2))])
    assert await sequencer.tick() == 2
    await store.append([unit(uuid4(), Counted(by=1))])
    assert await sequencer.tick() == 1


async def test_nothing_new_is_written_nowhere(connection: asyncpg.Connection) -> None:
    sequencer = await Sequencer.start(connection)
    before = await connection.fetchval("SELECT xmin::text FROM work.cursor")
    for _ in range(5):
        assert await sequencer.tick() == 0
    assert await connection.fetchval("SELECT xmin::text FROM work.cursor") == before


async def test_a_tick_is_two_statements_whatever_it_takes_and_one_when_there_is_nothing(
    store: Store, connection: asyncpg.Connection
) -> None:
    sequencer = await Sequencer.start(connection)
    await store.append([unit(uuid4(), Counted(by=1))])
    await sequencer.tick()  # the driver looks up the types once
    asked: list[str] = []
    connection.add_query_logger(lambda record: asked.append(record.query))
    for count in (1, 40):
        await asyncio.gather(*(store.append([unit(uuid4(), Counted(by=1))]) for _ in range(count)))
        asked.clear()
        assert await sequencer.tick() == count
        await asyncio.sleep(0)  # the driver tells in the loop's next turn
        assert asked == [FRESH, MOVE]
    asked.clear()
    assert await sequencer.tick() == 0
    await asyncio.sleep(0)
    assert asked == [FRESH]
