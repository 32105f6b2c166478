"""Read tables follow the log exactly, and the trail tells each change as the rules made it."""

from uuid import uuid4

import asyncpg
from hypothesis import given
from hypothesis import strategies as st

from shared.projection.diff import changed, flatten
from shared.projection.projection import Change
from shared.projection.runner import BOOKMARK, caught_up, step
from shared.projection.trail import TRAIL, Flag, Trail, as_of, steps
from shared.projection.writing import merged, write
from shared.sealed_log.sequencer import Sequencer
from shared.store.encrypted import Encrypted
from shared.store.store import Store
from tests.shared.conftest import Place
from tests.shared.toy import BALANCE, BALANCES, LEDGER, Counted, Ledger, Noted, ledger_of, unit


async def sequence(place: Place) -> None:
    connection = await asyncpg.connect(place.settings.database_url)
    try:
        await (await Sequencer.start(connection)).tick()
    finally:
        await connection.close()


async def test_a_batch_is_folded_written_and_marked(store: Store, place: Place) -> None:
    owner = uuid4()
    await store.append([unit(owner, Counted(by=1), Counted(by=5))])
    await sequence(place)
    await store.pool.execute(BOOKMARK, BALANCE.reader)
    assert await step(store, BALANCE) == 2
    assert await step(store, BALANCE) == 0
    (row,) = await store.pool.fetch("SELECT * FROM read.balances")
    assert (row["stream_id"], row["total"], row["tags"]) == (ledger_of(owner).stream_id, 5, ["v2"])
    assert await caught_up(store, BALANCE.reader, ledger_of(owner), 2)


async def test_a_list_that_is_behind_says_so(store: Store) -> None:
    assert not await caught_up(store, BALANCE.reader, ledger_of(uuid4()), 1, within=0.05)


async def test_a_row_may_be_deleted_and_made_again_in_one_batch(store: Store) -> None:
    key = {"stream_id": str(uuid4())}
    async with store.pool.acquire() as connection:
        await write(connection, [Change(BALANCES, key, {"total": 1, "tags": ["old"]})])
        await write(connection, [Change(BALANCES, key, None), Change(BALANCES, key, {"total": 2})])
    (row,) = await store.pool.fetch("SELECT total, tags FROM read.balances")
    assert (row["total"], row["tags"]) == (2, None)


def test_later_columns_win() -> None:
    key = {"stream_id": "x"}
    (row,) = merged([Change(BALANCES, key, {"total": 1}), Change(BALANCES, key, {"total": 2, "tags": []})])
    assert row.values == {"total": 2, "tags": []}


async def test_the_trail_names_what_changed_and_keeps_no_value(store: Store, place: Place) -> None:
    owner = uuid4()
    await store.append([unit(owner, Counted(by=3), Noted(note=Encrypted.of("rahasia")))])
    await sequence(place)
    trail = Trail((LEDGER,), lambda row, _before, _after: [Flag.LATE] if row.type == "Noted" else [])
    await store.pool.execute(BOOKMARK, trail.reader)
    await step(store, trail)
    rows = await store.pool.fetch(f"SELECT changed, flags FROM {TRAIL} ORDER BY log_index")
    assert [(row["changed"], row["flags"]) for row in rows] == [(["total"], []), (["note"], ["late"])]
    everything = await store.pool.fetchval(f"SELECT string_agg(t::text, '') FROM {TRAIL} t")
    assert "rahasia" not in everything


async def test_before_and_after_are_folded_when_asked_and_cut_at_an_instant(store: Store) -> None:
    owner = uuid4()
    await store.append([unit(owner, Counted(by=3))])
    await store.append([unit(owner, Counted(by=4), expected=1)])
    recorded = await store.read(ledger_of(owner))
    first, second = steps(LEDGER, recorded)
    assert [(one.path, one.before, one.after) for one in second.changes] == [("total", 3, 7)]
    assert as_of(LEDGER, recorded, first.recorded.recorded_at) == (Ledger(total=3), 1)


@given(st.lists(st.integers(0, 9)))
def test_the_differences_rebuild_every_state(counts: list[int]) -> None:
    state = LEDGER.decider.initial
    shown = flatten(state)
    for by in counts:
        after = LEDGER.decider.evolve(state, Counted(by=by))
        shown |= {one.path: one.after for one in changed(state, after)}
        assert shown == flatten(after)
        state = after
