"""After a restore into another cluster transaction ids mean nothing, and the log goes on as if they did."""

import asyncio
from typing import Any
from uuid import uuid4

import asyncpg
import pytest

from shared.lags import lags
from shared.sealed_log.sequencer import FRESH, PIECE, Sequencer, Snapshot
from shared.store.store import Store
from tests.shared.conftest import Place
from tests.shared.sealed_log.test_sequencer import rows_of_look
from tests.shared.store.test_plans import looked_into, plan
from tests.shared.toy import YEAR, Counted, unit

FOREIGN_CURSOR = "UPDATE work.cursor SET cluster = 1, done = '900000000:900000000:', current = NULL"
# Rows as a dump brings them: with the transaction id of the cluster they were written in.
RESTORED = """
INSERT INTO event.events
    (event_id, agency, service, stream_kind, stream_id, plan_year, stream_version, type, schema_version,
     subject_id, actor_id, acting_role, command_id, correlation_id, data, xid)
SELECT gen_random_uuid(), agency, service, stream_kind, gen_random_uuid(), plan_year, stream_version, type,
       schema_version, subject_id, actor_id, acting_role, gen_random_uuid(), correlation_id, data,
       (pg_snapshot_xmax(pg_current_snapshot())::text::bigint + 20)::text::xid8
FROM event.events LIMIT 3
"""


async def write(store: Store, count: int) -> None:
    await asyncio.gather(*(store.append([unit(uuid4(), Counted(by=1))]) for _ in range(count)))


async def restored(place: Place, statement: str) -> None:
    """By whoever restores: the service itself may not say which transaction wrote an event."""
    owner = await asyncpg.connect(place.owner_url)
    await owner.execute(statement)
    await owner.close()


async def drained(connection: asyncpg.Connection) -> None:
    sequencer = await Sequencer.start(connection, batch=4)
    while await sequencer.tick():
        pass


async def test_what_had_no_place_gets_one_and_what_had_keeps_it(store: Store, place: Place) -> None:
    connection = await asyncpg.connect(place.settings.database_url)
    try:
        await write(store, 5)
        await drained(connection)
        before = await connection.fetch("SELECT * FROM event.log ORDER BY log_index")
        await write(store, 9)
        await restored(place, RESTORED)
        await connection.execute(FOREIGN_CURSOR)
        await drained(connection)
        for _ in range(40):  # until the ids of the old cluster have come up in this one
            await write(store, 1)
            await drained(connection)
        after = await connection.fetch("SELECT * FROM event.log ORDER BY log_index")
    finally:
        await connection.close()
    assert after[: len(before)] == before
    assert [row["log_index"] for row in after] == list(range(5 + 9 + 3 + 40))


@pytest.mark.parametrize(
    ("query", "values"),
    [(FRESH, ("700", ["650"], 100)), (PIECE, ("700", "900", ["800"], ["850"], 0, 900, 100))],
    ids=["all that is new", "a piece"],
)
async def test_a_tick_looks_only_at_what_came_since(
    store: Store, query: str, values: tuple[Any, ...]
) -> None:
    await write(store, 300)
    async with store.pool.acquire() as connection:
        nodes = await plan(connection, query, *values)
    assert {
        f"events_{YEAR}_xid_insert_order_idx",
        "log_plan_year_stream_id_stream_version_key",
    } <= looked_into(nodes)


async def test_a_look_passes_by_what_a_dump_brought_with_ids_still_to_come(
    store: Store, place: Place
) -> None:
    connection = await asyncpg.connect(place.settings.database_url)
    try:
        await write(store, 3)
        for _ in range(20):
            await restored(place, RESTORED.replace("+ 20)", "+ 1000)"))
        await connection.execute(FOREIGN_CURSOR)
        await drained(connection)
        (cursor,) = await connection.fetch("SELECT done FROM work.cursor")
        done = Snapshot.parse(cursor["done"])
        known = ",".join(done.xip)  # transactions that were open then, in any database of the cluster
        rows = await rows_of_look(connection, FRESH, f"'{done.xmax}', '{{{known}}}', 100")
    finally:
        await connection.close()
    assert rows == 0
    assert [one.lag for one in await lags(store.pool, []) if one.part == "sequencer"] == [0]
