"""Rebuilds on a system at work: people write and read, processes are killed, and nothing is lost."""

import asyncio
import os
import random
import sys
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import pytest
from sqlalchemy import func, select

from shared.projection.projection import Change, Projection
from shared.projection.rebuild import copying
from shared.projection.runner import run
from shared.projection.trail import Trail
from shared.projection.writing import merged
from shared.sealed_log.sequencer import Sequencer, sequence
from shared.service import reading_engine
from shared.store.encrypted import Encrypted
from shared.store.statements import PUBLISHER
from shared.store.store import Store
from shared.store.unit import Recorded
from shared.tide import Tide
from tests.eventually import eventually
from tests.shared.conftest import Place
from tests.shared.projection.killed import POINTS
from tests.shared.projection.test_rebuild import CODE, left_behind, live, rebuilt, rows, small, written
from tests.shared.toy import BALANCE, BALANCES, LEDGER, Counted, Noted, unit

assert small  # a fixture


def trail() -> Trail:
    return Trail((LEDGER,), lambda _row, _before, _after: [])


@asynccontextmanager
async def at_work(store: Store, place: Place, *readers: Projection | Trail) -> AsyncIterator[None]:
    """Sequencer, live projections and somebody who writes, for as long as the block lasts."""
    connection = await asyncpg.connect(place.settings.database_url)
    tide = Tide()
    failed: list[Exception] = []

    async def write() -> None:
        versions: dict[UUID, int] = {}
        while True:
            owner = random.choice([*versions, uuid4()])
            version = versions.get(owner, 0)
            await store.append([unit(owner, Counted(by=version + 1), expected=version)])
            versions[owner] = version + 1

    def told(_name: str, error: Exception | None) -> None:
        if error is not None:
            failed.append(error)

    tasks = [
        asyncio.create_task(sequence(connection, store.written, lambda _: tide.rise())),
        asyncio.create_task(run(store, readers, tide, told)),
        asyncio.create_task(write()),
    ]
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
        ends = await asyncio.gather(*tasks, return_exceptions=True)
        await connection.close()
    assert not failed
    assert all(isinstance(one, asyncio.CancelledError) for one in ends)


async def settled(store: Store, place: Place, *readers: Projection | Trail) -> None:
    """Everything written is sequenced and projected."""
    connection = await asyncpg.connect(place.settings.database_url)
    await (await Sequencer.start(connection)).tick()
    await connection.close()
    await live(store, *readers)


async def folded(store: Store, projection: Projection) -> list[tuple[Any, ...]]:
    """What the rows must be: the whole log, folded at once, by nothing but the fold."""
    everything = await store.after(-1, 1_000_000)
    columns = [column.name for column in projection.tables[0].columns]
    return sorted(
        tuple({**row.key, **row.values}.get(name) for name in columns)
        for row in merged(projection.fold(everything))
        if row.values is not None
    )


async def test_a_rebuild_while_people_write_misses_no_event(store: Store, place: Place) -> None:
    async with at_work(store, place, BALANCE, trail()):
        await eventually(lambda: store.pool.fetchval("SELECT count(*) > 300 FROM event.log"))
        for reader in (BALANCE, trail()):
            found = await rebuilt(place, store, reader)
            assert [one.is_same for one in found.compared] == [True]
        last = await store.pool.fetchval("SELECT max(log_index) FROM event.log")
        await eventually(lambda: store.pool.fetchval("SELECT max(log_index) > $1 + 50 FROM event.log", last))
    await settled(store, place, BALANCE, trail())
    assert await rows(store, "read.balances") == await folded(store, BALANCE)
    events = await store.pool.fetchval("SELECT count(*) FROM event.events")
    assert await store.pool.fetchval("SELECT count(DISTINCT event_id) FROM read.trail") == events


async def test_who_reads_meanwhile_never_fails_and_never_sees_less(store: Store, place: Place) -> None:
    engine = reading_engine(place.settings.database_url)
    counts: list[int] = []

    async def read_by_hand() -> None:
        seen = 0
        while True:
            now = await store.pool.fetchval("SELECT count(*) FROM read.balances")
            assert now >= seen
            seen = now
            counts.append(now)

    async def read_by_query() -> None:
        seen = 0
        while True:
            async with engine.connect() as connection:
                now = (await connection.execute(select(func.count()).select_from(BALANCES))).scalar_one()
            assert now >= seen
            seen = now

    async with at_work(store, place, BALANCE):
        await eventually(lambda: store.pool.fetchval("SELECT count(*) > 50 FROM read.balances"))
        reading = [asyncio.create_task(read_by_hand()), asyncio.create_task(read_by_query())]
        for _ in range(2):
            before = len(counts)
            await rebuilt(place, store, BALANCE)
            assert len(counts) > before
        for task in reading:
            task.cancel()
        ends = await asyncio.gather(*reading, return_exceptions=True)
    await engine.dispose()
    assert all(isinstance(one, asyncio.CancelledError) for one in ends), ends


async def killed(place: Place, point: str) -> None:
    """A rebuild by another process, which ends there by kill -9."""
    settings = place.settings
    told = {
        "ENVIRONMENT": "test",
        "AGENCY": settings.agency,
        "DATABASE_URL": settings.database_url,
        "KAFKA_BOOTSTRAP_SERVERS": "none",
        "MASTER_KEY_FILE": str(settings.master_key_file),
        "SIGNING_KEY_FILE": str(settings.signing_key_file),
        "OIDC_ISSUER": "none",
        "OIDC_JWKS_URL": "none",
    }
    argv = (sys.executable, "-m", "tests.shared.projection.killed", place.owner_url, point)
    process = await asyncio.create_subprocess_exec(*argv, env={**os.environ, **told})
    assert await asyncio.wait_for(process.wait(), 60) == -9


@pytest.mark.parametrize("point", POINTS)
async def test_a_killed_one_is_gone_on_with_and_leaves_nothing(
    store: Store, place: Place, point: str
) -> None:
    connection = await asyncpg.connect(place.settings.database_url)
    await written(store, await Sequencer.start(connection))
    await connection.close()
    async with at_work(store, place, BALANCE):
        await eventually(lambda: store.pool.fetchval("SELECT count(*) > 50 FROM read.balances"))
        await killed(place, point)
        assert await store.pool.fetchval("SELECT count(*) >= 50 FROM read.balances")
        found = await rebuilt(place, store, BALANCE)
        assert found.resumed is (point != "after the swap")
        assert [one.is_same for one in found.compared] == [True]
    await settled(store, place, BALANCE)
    assert await rows(store, "read.balances") == await folded(store, BALANCE)
    assert not await left_behind(store)
    owner = await asyncpg.connect(place.owner_url)
    assert await owner.fetchval("SELECT count(*) FROM rebuild.runs") == 0
    assert await owner.fetchval("SELECT count(*) FROM rebuild.copied") == 0
    await owner.close()


async def test_what_other_code_began_is_begun_anew(store: Store, place: Place) -> None:
    connection = await asyncpg.connect(place.settings.database_url)
    await written(store, await Sequencer.start(connection))
    await connection.close()
    await live(store, BALANCE)
    await killed(place, "copy")
    found = await rebuilt(place, store, BALANCE, f"not {CODE}")
    assert not found.resumed
    assert await rows(store, "read.balances") == await folded(store, BALANCE)


async def test_nothing_is_said_or_done_again(store: Store, place: Place) -> None:
    async def effects() -> list[tuple[Any, ...]]:
        found = await store.pool.fetch(
            "SELECT count(*) FROM event.events UNION ALL SELECT count(*) FROM work.commands UNION ALL"
            " SELECT count(*) FROM work.parked UNION ALL SELECT log_index FROM work.bookmarks"
            " WHERE reader = $1",
            PUBLISHER,
        )
        return [tuple(row.values()) for row in found]

    connection = await asyncpg.connect(place.settings.database_url)
    await written(store, await Sequencer.start(connection))
    await connection.close()
    await store.pool.execute("INSERT INTO work.bookmarks (reader, log_index) VALUES ($1, 7)", PUBLISHER)
    await live(store, BALANCE, trail())
    before = await effects()
    await rebuilt(place, store, BALANCE)
    await rebuilt(place, store, trail())
    assert await effects() == before


def until_noted(recorded: Sequence[Recorded]) -> list[Change]:
    """A note closes the ledger's row, a count opens it again; not every event sets every column."""
    found = []
    for row in recorded:
        key = {"stream_id": row.stream.stream_id}
        if isinstance(row.event, Noted):
            found.append(Change(BALANCES, key, None))
        elif row.event.by % 3:
            found.append(Change(BALANCES, key, {"total": row.event.by}))
        else:
            found.append(Change(BALANCES, key, {"tags": [f"v{row.stream_version}"]}))
    return found


@pytest.mark.parametrize("seed", range(6))
async def test_whatever_happened_it_is_the_fold_of_all_that_happened(
    store: Store, place: Place, seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    dice = random.Random(seed)
    monkeypatch.setattr(copying, "PER_RANGE", dice.choice([1, 10, 1000]))
    monkeypatch.setattr(copying, "AT_ONCE", dice.choice([1, 3, 50]))
    projection = replace(BALANCE, fold=until_noted)
    versions = {uuid4(): 0 for _ in range(dice.randint(1, 12))}
    for _ in range(60):
        owner = dice.choice(list(versions))
        events = [
            Noted(note=Encrypted.of("n")) if dice.random() < 0.2 else Counted(by=dice.randint(1, 9))
            for _ in range(dice.randint(1, 3))
        ]
        await store.append([unit(owner, *events, expected=versions[owner])])
        versions[owner] += len(events)
    await settled(store, place, projection)
    wanted = await folded(store, projection)
    assert await rows(store, "read.balances") == wanted
    found = await rebuilt(place, store, projection)
    assert [one.is_same for one in found.compared] == [True]
    assert await rows(store, "read.balances") == wanted
