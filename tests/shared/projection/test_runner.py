"""All projections of a service go along the log together, and none holds up another."""

import asyncio
import gc
from collections.abc import Sequence
from dataclasses import replace
from uuid import uuid4

import asyncpg
import pytest

from shared.ahead import Ahead
from shared.projection import runner as runner_module
from shared.projection.projection import Change, Projection
from shared.projection.runner import BOOKMARK, Runner, caught_up
from shared.projection.trail import Trail
from shared.sealed_log.sequencer import Sequencer
from shared.store.store import Store, open_store
from shared.store.unit import Recorded
from shared.tide import Tide
from tests.eventually import eventually
from tests.shared.asked import asked_of
from tests.shared.conftest import Place
from tests.shared.toy import BALANCE, BALANCES, LEDGER, Counted, ledger_of, unit

TRAIL = Trail((LEDGER,), lambda _row, _before, _after: [])
TOLD: dict[str, Exception | None] = {}


@pytest.fixture
async def sequencer(place: Place) -> Sequencer:
    return await Sequencer.start(await asyncpg.connect(place.settings.database_url))


async def bookmarks(store: Store) -> dict[str, int]:
    rows = await store.pool.fetch("SELECT reader, log_index FROM work.bookmarks")
    return {row["reader"]: row["log_index"] for row in rows}


def runner(store: Store, *readers: Projection | Trail) -> Runner:
    return Runner(store, readers, TOLD.__setitem__)


async def test_those_at_one_place_go_on_together_in_one_statement(store: Store, sequencer: Sequencer) -> None:
    owner = uuid4()
    both = runner(store, BALANCE, TRAIL)
    await store.append([unit(owner, Counted(by=1))])
    await sequencer.tick()
    await both.step()
    await store.append([unit(owner, Counted(by=2), expected=1)])
    await sequencer.tick()
    asked = await asked_of(store)
    assert store.pool.get_size() == 1
    assert await both.step() == 1
    assert len(asked) == 2  # look at the log; write both tables and both bookmarks
    assert await bookmarks(store) == {BALANCE.reader: 1, TRAIL.reader: 1}
    asked.clear()
    assert await both.step() == 0
    assert len(asked) == 1


async def test_one_that_fails_rests_and_the_others_go_on(store: Store, sequencer: Sequencer) -> None:
    def stumble(_rows: Sequence[Recorded]) -> list[Change]:
        raise ZeroDivisionError

    broken = replace(BALANCE, name="broken", fold=stumble)
    await store.append([unit(uuid4(), Counted(by=1))])
    await sequencer.tick()
    all_of_them = runner(store, BALANCE, broken)
    await all_of_them.step()
    assert await bookmarks(store) == {BALANCE.reader: 0, broken.reader: -1}
    assert isinstance(TOLD[broken.reader], ZeroDivisionError)


async def test_a_database_that_starts_up_is_nobody_s_failure(store: Store, sequencer: Sequencer) -> None:
    def away(_rows: Sequence[Recorded]) -> list[Change]:
        raise asyncpg.CannotConnectNowError

    waiting = replace(BALANCE, name="waiting", fold=away)
    await store.append([unit(uuid4(), Counted(by=1))])
    await sequencer.tick()
    with pytest.raises(asyncpg.CannotConnectNowError):
        await runner(store, waiting).step()
    assert waiting.reader not in TOLD


async def test_a_new_one_comes_from_the_beginning_and_joins_the_others(
    store: Store, sequencer: Sequencer
) -> None:
    await store.append([unit(uuid4(), Counted(by=1))])
    await sequencer.tick()
    await runner(store, BALANCE).step()
    await store.append([unit(uuid4(), Counted(by=1))])
    await sequencer.tick()
    both = runner(store, BALANCE, TRAIL)
    while await both.step():
        pass
    assert await bookmarks(store) == {BALANCE.reader: 1, TRAIL.reader: 1}
    assert await store.pool.fetchval("SELECT count(*) FROM read.trail") == 2


async def test_two_processes_project_each_event_once(
    store: Store, place: Place, sequencer: Sequencer
) -> None:
    def add(rows: Sequence[Recorded]) -> list[Change]:
        seen.extend(row.log_index or 0 for row in rows)
        return [Change(BALANCES, {"stream_id": row.event_id}, {"total": 1}) for row in rows]

    seen: list[int] = []
    counting = replace(BALANCE, fold=add)
    async with open_store(place.settings, "toy", [LEDGER.catalogue]) as rival:
        pair = [runner(store, counting), runner(rival, counting)]
        for _ in range(20):
            await store.append([unit(uuid4(), Counted(by=1))])
            await sequencer.tick()
            await asyncio.gather(*(one.step() for one in pair))
        while sum([await one.step() for one in pair]):
            pass
    assert await bookmarks(store) == {BALANCE.reader: 19}
    assert await store.pool.fetchval("SELECT count(*) FROM read.balances") == 20


async def test_who_comes_second_does_not_fold_again_what_the_first_has_written(
    store: Store, place: Place, sequencer: Sequencer
) -> None:
    async def happen() -> None:
        await store.append([unit(uuid4(), Counted(by=1))])
        await sequencer.tick()

    async with open_store(place.settings, "toy", [LEDGER.catalogue]) as rival:
        first, second = runner(rival, BALANCE), runner(store, BALANCE)
        assert (await first.step(), await second.step()) == (0, 0)
        await happen()
        assert (await first.step(), await second.step()) == (1, 1)
        assert (first.is_second, second.is_second) == (False, True)
        await happen()
        assert (await first.step(), await second.step()) == (1, 0)
    await happen()
    assert await second.step() == 1
    assert not second.is_second, "the first has gone"
    assert await bookmarks(store) == {BALANCE.reader: 2}


async def test_a_batch_whose_bookmark_has_moved_writes_nothing(store: Store, sequencer: Sequencer) -> None:
    await store.append([unit(uuid4(), Counted(by=1))])
    await sequencer.tick()
    stale = runner(store, BALANCE)
    await store.pool.execute(BOOKMARK, BALANCE.reader)
    await stale._look_up()
    await store.pool.execute("UPDATE work.bookmarks SET log_index = 0")
    await stale.step()
    assert await store.pool.fetchval("SELECT count(*) FROM read.balances") == 0
    assert await stale.step() == 0


async def test_who_waits_is_woken_by_the_projection_itself(store: Store, sequencer: Sequencer) -> None:
    owner = uuid4()
    waiting = asyncio.create_task(caught_up(store, BALANCE.reader, ledger_of(owner), 1, within=10))
    await store.append([unit(owner, Counted(by=1))])
    await sequencer.tick()
    await runner(store, BALANCE).step()
    assert await waiting


async def test_what_comes_soon_after_goes_together_unless_somebody_waits(
    store: Store, sequencer: Sequencer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(runner_module, "RESTS", 1e6)
    monkeypatch.setattr(runner_module, "LONGEST_REST", 60.0)
    owner, tide, taken = uuid4(), Tide(), list[int]()

    class Counting(Runner):
        async def step(self) -> int:
            taken.append(await super().step())
            return taken[-1]

    async def written(version: int) -> None:
        await store.append([unit(owner, Counted(by=1), expected=version - 1)])
        await sequencer.tick()
        tide.rise()

    async def is_shown() -> bool:
        return sum(taken) == 1

    async def all_are_shown() -> bool:
        return sum(taken) == 3

    monkeypatch.setattr(runner_module, "Runner", Counting)
    following = asyncio.create_task(runner_module.run(store, [BALANCE], tide, TOLD.__setitem__))
    await written(1)
    await eventually(is_shown)
    await written(2)
    await written(3)
    assert await caught_up(store, BALANCE.reader, ledger_of(owner), 3, within=20)
    await eventually(all_are_shown)
    following.cancel()
    assert [one for one in taken if one] == [1, 2]


async def test_a_backlog_is_fetched_ahead_and_folded_once(
    store: Store, sequencer: Sequencer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(runner_module, "BATCH", 5)
    owner, at_work = uuid4(), runner(store, BALANCE)
    await store.append([unit(owner, *(Counted(by=1) for _ in range(12)))])
    await sequencer.tick()
    assert [await at_work.step(), await at_work.step()] == [5, 5]
    await store.append([unit(owner, *(Counted(by=1) for _ in range(2)), expected=12)])
    await sequencer.tick()
    # The look ahead found two; what came since is not left for later.
    assert [await at_work.step(), await at_work.step()] == [4, 0]
    assert await store.pool.fetchval("SELECT tags FROM read.balances") == ["v14"]


async def test_what_is_not_taken_is_dropped_and_its_error_with_it(caplog: pytest.LogCaptureFixture) -> None:
    async def fail() -> int:
        raise LookupError

    gc.collect()
    await asyncio.sleep(0)
    caplog.clear()  # what tests before this one left behind
    ahead: Ahead[int] = Ahead()
    ahead.begin(3, fail())
    await asyncio.sleep(0)
    assert await ahead.take(4) is None
    ahead.begin(5, fail())
    with pytest.raises(LookupError):
        await ahead.take(5)
    gc.collect()
    await asyncio.sleep(0)
    assert not caplog.records
