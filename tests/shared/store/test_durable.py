"""What was answered as stored is in PostgreSQL's log, and survives a server that dies."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from uuid import uuid4

import asyncpg
import pytest

from shared.store.append import Connection
from shared.store.store import Store, open_store
from tests.shared.conftest import Place
from tests.shared.toy import LEDGER, Counted, unit

TIMES = 20  # another backend of the server may write the log for one of them, not for all
WAL_WRITTEN = "SELECT sum(writes)::bigint FROM pg_stat_get_backend_io(pg_backend_pid()) WHERE object = 'wal'"


@pytest.fixture
async def durable(place: Place) -> AsyncIterator[Store]:
    """A store on a database with PostgreSQL's own default, which the tests' server leaves for speed."""
    owner = await asyncpg.connect(place.owner_url)
    name = await owner.fetchval("SELECT current_database()")
    await owner.execute(f'ALTER DATABASE "{name}" SET synchronous_commit = on')
    await owner.close()
    async with open_store(place.settings, "toy", [LEDGER.catalogue]) as opened:
        yield opened


async def written(connection: Connection) -> int:
    """How often this backend itself waited until the log was written."""
    await connection.execute("SELECT pg_stat_force_next_flush()")
    found: int = await connection.fetchval(WAL_WRITTEN)
    return found


async def test_a_command_that_was_answered_is_in_postgresql_s_log(durable: Store) -> None:
    lanes = durable._append_pool

    async def by_all() -> int:
        async with AsyncExitStack() as held:
            each = [await held.enter_async_context(lanes.acquire()) for _ in range(lanes.get_size())]
            return sum([await written(one) for one in each])

    before = await by_all()
    for _ in range(TIMES):
        await durable.append([unit(uuid4(), Counted(by=1))])
    assert await by_all() > before


async def test_the_effect_of_a_message_is_in_postgresql_s_log(durable: Store) -> None:
    async with durable.pool.acquire() as connection:
        before = await written(connection)
        for _ in range(TIMES):
            async with connection.transaction():
                await durable.append([unit(uuid4(), Counted(by=1))], connection=connection)
        assert await written(connection) > before
