"""Whoever leads may lose its connection or its process at any moment: another goes on where it stopped."""

import asyncio
from contextlib import AsyncExitStack
from dataclasses import replace
from uuid import uuid4

import asyncpg

from shared.projection.projection import Change
from shared.service import running
from tests.eventually import eventually
from tests.shared.conftest import Place
from tests.shared.toy import BALANCE, Counted, unit
from tests.shared.toy_service import TOY

KILL_LEADERS = """
SELECT count(pg_terminate_backend(pid)) FROM pg_locks
WHERE locktype = 'advisory' AND granted AND pid <> pg_backend_pid()
  AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
"""


def stumble(_rows: object) -> list[Change]:
    raise ZeroDivisionError


async def test_two_processes_and_leaders_that_keep_dying_make_one_dense_log(place: Place) -> None:
    async with AsyncExitStack() as stack:
        processes = [await stack.enter_async_context(running(TOY, place.settings)) for _ in range(2)]
        killer = await asyncpg.connect(place.settings.database_url)
        stack.push_async_callback(killer.close)
        written = 0
        killed = 0
        for _ in range(6):
            stores = [process.store for process in processes]
            await asyncio.gather(*(store.append([unit(uuid4(), Counted(by=1))]) for store in stores * 20))
            written += 40
            killed += await killer.fetchval(KILL_LEADERS)

        async def sequenced() -> bool:
            return bool(await killer.fetchval("SELECT count(*) = $1 FROM event.log", written))

        await eventually(sequenced)
        assert killed > 0
        indexes = [
            row["log_index"] for row in await killer.fetch("SELECT log_index FROM event.log ORDER BY 1")
        ]
        assert indexes == list(range(written))

        async def projected() -> bool:
            return bool(await killer.fetchval("SELECT count(*) = $1 FROM read.balances", written))

        await eventually(projected)


async def test_a_part_that_fails_is_named_until_it_runs_again(place: Place) -> None:
    broken = replace(TOY, readers=lambda _store: [replace(BALANCE, fold=stumble)])
    async with running(broken, place.settings) as run:
        await run.store.append([unit(uuid4(), Counted(by=1))])

        async def told() -> bool:
            return run.failed == {f"projection {BALANCE.reader}": "ZeroDivisionError"}

        await eventually(told)
        assert not (await run.health())["ready"]
        assert len(await run.store.after(-1, 10)) == 1
