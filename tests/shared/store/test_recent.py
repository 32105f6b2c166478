"""Who follows the log where it is made need not ask for its end, and is never told of a gap."""

from typing import Any
from uuid import uuid4

import asyncpg
from hypothesis import given
from hypothesis import strategies as st

from shared.projection.runner import Runner
from shared.sealed_log.sequencer import Sequencer
from shared.store.recent import Placed, Recent, placed
from shared.store.statements import AFTER, NAMES
from shared.store.store import Store
from tests.shared.asked import asked_of
from tests.shared.conftest import Place
from tests.shared.toy import BALANCE, Counted, unit

BATCHES = st.lists(st.tuples(st.integers(0, 2), st.integers(1, 6)), max_size=8)


@given(batches=BATCHES, most=st.integers(1, 9), index=st.integers(-1, 60), limit=st.integers(1, 9))
def test_what_is_told_follows_without_a_gap_and_is_what_came(
    batches: list[tuple[int, int]], most: int, index: int, limit: int
) -> None:
    recent, first = Recent(most), 0
    came: dict[int, str] = {}
    for others, count in batches:
        first += others
        rows = [f"event {first + at}" for at in range(count)]
        recent.add(first, rows)
        came |= {first + at: row for at, row in enumerate(rows)}
        first += count
    told = recent.after(index, limit)
    assert told == [Placed(at, came[at]) for at in range(index + 1, index + 1 + len(told))]
    assert len(told) <= min(limit, most)


def test_what_it_holds_it_tells_and_what_went_must_be_asked_for() -> None:
    recent: Recent = Recent(3)
    recent.add(0, ["a", "b"])
    recent.add(2, ["c", "d"])
    assert recent.after(0, 9) == [Placed(1, "b"), Placed(2, "c"), Placed(3, "d")]
    assert recent.after(2, 1) == [Placed(3, "d")]
    assert recent.after(-1, 9) == recent.after(3, 9) == []
    recent.add(7, ["h"])
    assert recent.after(3, 9) == []
    assert recent.after(6, 9) == [Placed(7, "h")]


async def test_what_was_placed_here_is_as_the_database_tells_it_and_a_projection_does_not_look_for_it(
    store: Store, place: Place
) -> None:
    connection = await asyncpg.connect(place.settings.database_url)
    sequencer = await Sequencer.start(connection, recent=store.recent)
    follower = Runner(store, [BALANCE], lambda *_: None)
    await store.append([unit(uuid4(), Counted(by=1)), unit(uuid4(), Counted(by=2))])
    await sequencer.tick()
    assert await follower.step() == 2
    await store.append([unit(uuid4(), Counted(by=1)), unit(uuid4(), Counted(by=2))])
    await sequencer.tick()
    told, asked = store.recent.after(1, 9), await asked_of(store)
    assert await follower.step() == 2
    assert [one.split()[0] for one in asked] == ["WITH"], "it writes and does not look"
    found = placed(await store.pool.fetch(AFTER, 1, 9))
    assert [(one.log_index, columns(one.row)) for one in told] == [
        (one.log_index, columns(one.row)) for one in found
    ]


def columns(row: Any) -> tuple[object, ...]:
    return tuple(row[name] for name in NAMES.split(", "))
