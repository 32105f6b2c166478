"""Read tables made anew hold what the live ones hold, and take their place while people work."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import pytest

from shared.projection.projection import Change, Reader
from shared.projection.rebuild import copying
from shared.projection.rebuild.refusals import AnotherRebuilds, InTheWay, NotMigrated, StreamsMeet
from shared.projection.rebuild.run import Rebuilt, rebuild
from shared.projection.runner import Runner
from shared.projection.trail import Flag, Trail
from shared.sealed_log.sequencer import Sequencer
from shared.store.encrypted import Encrypted
from shared.store.event import UnreadableEvent
from shared.store.store import Store, open_store
from shared.store.unit import Recorded
from tests.shared.conftest import Place
from tests.shared.toy import BALANCE, BALANCES, LEDGER, Counted, Noted, intent, ledger_of, unit

TRAIL = Trail((LEDGER,), lambda row, _before, _after: [Flag.LATE] if row.type == "Noted" else [])
CODE = "of today"
Rows = list[tuple[Any, ...]]


def nobody_asked(step: str, done: int, total: int) -> None:
    del step, done, total


async def rebuilt(place: Place, store: Store, reader: Reader, code: str = CODE) -> Rebuilt:
    return await rebuild(place.owner_url, store, reader, code, nobody_asked)


@pytest.fixture(autouse=True)
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Ranges, and what is read at a time, as small against these logs as the real ones against a year's."""
    monkeypatch.setattr(copying, "PER_RANGE", 20)
    monkeypatch.setattr(copying, "AT_ONCE", 7)


@pytest.fixture
async def sequencer(place: Place) -> Sequencer:
    return await Sequencer.start(await asyncpg.connect(place.settings.database_url))


async def written(store: Store, sequencer: Sequencer, streams: int = 40) -> list[UUID]:
    owners = [uuid4() for _ in range(streams)]
    for by, owner in enumerate(owners, start=1):
        await store.append([unit(owner, Counted(by=by), Counted(by=by * 2), Noted(note=Encrypted.of("x")))])
    await sequencer.tick()
    return owners


async def live(store: Store, *readers: Reader) -> None:
    runner = Runner(store, readers, lambda _name, error: pytest.fail(str(error)) if error else None)
    while await runner.step():
        pass


async def rows(store: Store, table: str) -> Rows:
    return sorted(tuple(row.values()) for row in await store.pool.fetch(f"SELECT * FROM {table}"))


async def left_behind(store: Store) -> set[str]:
    found = await store.pool.fetch(
        "SELECT relname FROM pg_class WHERE relnamespace = to_regnamespace('rebuild') AND relkind = 'r'"
    )
    return {row["relname"] for row in found} - {"runs", "copied"}


async def test_what_is_rebuilt_is_what_was_there(store: Store, place: Place, sequencer: Sequencer) -> None:
    await written(store, sequencer)
    await live(store, BALANCE, TRAIL)
    before = await rows(store, "read.balances"), await rows(store, "read.trail")
    for reader in (BALANCE, TRAIL):
        found = await rebuilt(place, store, reader)
        assert (found.events, found.resumed) == (120, False)
        assert [one.is_same for one in found.compared] == [True]
    assert (await rows(store, "read.balances"), await rows(store, "read.trail")) == before
    assert not await left_behind(store)


class Opening:
    """Folds as the balances do, and opens every text it is shown."""

    reader, tables = BALANCE.reader, BALANCE.tables

    def __init__(self, *, reasons: bool) -> None:
        self.reasons, self.opened = reasons, list[str | None]()

    async def changes(self, rows: Sequence[Recorded], store: Store) -> list[Change]:
        for row in rows:
            if self.reasons and row.reason_text is not None:
                self.opened.append(store.keyring.open(row.reason_text))
            if isinstance(row.event, Noted):
                self.opened.append(store.keyring.open(row.event.note))
        return BALANCE.fold(rows)


@pytest.mark.parametrize(("reasons", "texts"), [(False, {"x"}), (True, {"x", "Sesuai"})])
async def test_every_text_of_an_event_can_be_opened(
    store: Store, place: Place, sequencer: Sequencer, *, reasons: bool, texts: set[str]
) -> None:
    await written(store, sequencer)
    for _ in range(9):
        await store.append([unit(uuid4(), Counted(by=1), asked=intent(reason="Sesuai"))])
    await sequencer.tick()
    opening = Opening(reasons=reasons)
    async with open_store(place.settings, "toy", [LEDGER.catalogue]) as holds_no_key_yet:
        await rebuilt(place, holds_no_key_yet, opening)
    assert set(opening.opened) == texts


async def test_a_wrong_live_table_is_mended_and_its_rows_are_named(
    store: Store, place: Place, sequencer: Sequencer
) -> None:
    first, second, *_ = await written(store, sequencer)
    await live(store, BALANCE)
    before = await rows(store, "read.balances")
    wrong, missing = ledger_of(first).stream_id, ledger_of(second).stream_id
    await store.pool.execute("UPDATE read.balances SET total = 999 WHERE stream_id = $1", wrong)
    await store.pool.execute("DELETE FROM read.balances WHERE stream_id = $1", missing)
    (compared,) = (await rebuilt(place, store, BALANCE)).compared
    assert not compared.is_same
    assert (compared.live.rows, compared.rebuilt.rows, compared.differing) == (39, 40, 2)
    assert set(compared.examples) == {str(wrong), str(missing)}
    assert await rows(store, "read.balances") == before


async def test_the_new_table_has_key_indexes_and_rights_of_the_old(
    store: Store, place: Place, sequencer: Sequencer
) -> None:
    async def looks() -> Rows:
        found = await store.pool.fetch(
            "SELECT indexdef FROM pg_indexes WHERE schemaname = 'read' AND tablename = 'trail' UNION ALL"
            " SELECT unnest(relacl)::text FROM pg_class WHERE oid = 'read.trail'::regclass"
        )
        return sorted(tuple(row.values()) for row in found)

    await written(store, sequencer, 3)
    before = await looks()
    await rebuilt(place, store, TRAIL)
    assert await looks() == before
    await live(store, TRAIL)  # as the application's role


async def test_a_table_far_behind_is_filled_and_its_reader_goes_on_from_there(
    store: Store, place: Place, sequencer: Sequencer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("shared.projection.rebuild.run.NEAR", 10)
    owners = await written(store, sequencer)
    found = await rebuilt(place, store, BALANCE)
    assert found.compared == []
    assert await store.pool.fetchval("SELECT log_index FROM work.bookmarks") == 119
    await store.append([unit(owners[0], Counted(by=7), expected=3)])
    await sequencer.tick()
    await live(store, BALANCE)
    total = "SELECT total FROM read.balances WHERE stream_id = $1"
    assert await store.pool.fetchval(total, ledger_of(owners[0]).stream_id) == 7
    assert await store.pool.fetchval("SELECT count(*) FROM read.balances") == 40


@asynccontextmanager
async def at_the_swap(store: Store, place: Place) -> AsyncIterator[asyncio.Task[Rebuilt]]:
    """A rebuild that can't swap, because somebody reads the live table for as long as the block lasts."""
    reader = await asyncpg.connect(place.settings.database_url)
    reading = reader.transaction()
    await reading.start()
    await reader.fetchval("SELECT count(*) FROM read.balances")
    swaps = asyncio.Event()

    def heard(step: str, _done: int, _total: int) -> None:
        if step == "swap":
            swaps.set()

    task = asyncio.create_task(rebuild(place.owner_url, store, BALANCE, CODE, heard))
    await asyncio.wait_for(swaps.wait(), 20)
    yield task
    assert not task.done()
    await reading.rollback()
    await reader.close()
    await task


async def test_a_table_that_was_never_filled_is_filled(
    store: Store, place: Place, sequencer: Sequencer
) -> None:
    await written(store, sequencer, 3)
    assert (await rebuilt(place, store, BALANCE)).log_index == 8
    assert await store.pool.fetchval("SELECT count(*) FROM read.balances") == 3


async def test_it_waits_for_who_reads_and_keeps_nobody_waiting_long(
    store: Store, place: Place, sequencer: Sequencer
) -> None:
    await written(store, sequencer, 5)
    await live(store, BALANCE)
    async with at_the_swap(store, place):
        for _ in range(20):
            assert await store.pool.fetchval("SELECT count(*) FROM read.balances", timeout=5) == 5
    assert not await left_behind(store)


async def test_two_do_not_rebuild_the_same(
    store: Store, place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("shared.projection.rebuild.run.LET_GO", "50ms")
    await live(store, BALANCE)
    async with at_the_swap(store, place):
        with pytest.raises(AnotherRebuilds):
            await rebuilt(place, store, BALANCE)


async def test_a_table_of_another_shape_is_left_alone(store: Store, place: Place) -> None:
    await _as_owner(place, "ALTER TABLE read.balances ADD COLUMN newer text")
    with pytest.raises(NotMigrated):
        await rebuilt(place, store, BALANCE)
    assert not await left_behind(store)


async def test_a_view_on_the_table_is_named(store: Store, place: Place, sequencer: Sequencer) -> None:
    await written(store, sequencer, 2)
    await _as_owner(place, "CREATE VIEW read.report AS SELECT total FROM read.balances")
    with pytest.raises(InTheWay) as said:
        await rebuilt(place, store, BALANCE)
    assert "read.report" in str(said.value)
    assert not await left_behind(store)


async def test_streams_that_share_a_row_are_told(store: Store, place: Place, sequencer: Sequencer) -> None:
    def one_row(rows: Sequence[Recorded]) -> list[Change]:
        return [Change(BALANCES, {"stream_id": UUID(int=1)}, {"total": 1}) for _ in rows]

    await written(store, sequencer)
    await live(store, BALANCE)
    with pytest.raises(StreamsMeet):
        await rebuilt(place, store, replace(BALANCE, fold=one_row))
    assert await store.pool.fetchval("SELECT count(*) FROM read.balances") == 40
    assert not await left_behind(store)


async def test_an_event_nobody_knows_any_more_is_named_with_its_place(
    store: Store, place: Place, sequencer: Sequencer, monkeypatch: pytest.MonkeyPatch
) -> None:
    await written(store, sequencer)
    await live(store, BALANCE)
    before = await rows(store, "read.balances")
    monkeypatch.delitem(store.codec._catalogue.classes, "Noted")
    with pytest.raises(UnreadableEvent) as said:
        await rebuilt(place, store, BALANCE)
    facts = said.value.facts
    assert (facts["type"], facts["schema_version"], facts["stream_version"]) == ("Noted", 1, 3)
    assert facts["record"] in {f"ledger {row[0]}" for row in before}
    assert facts["log_index"] is not None
    assert await rows(store, "read.balances") == before
    assert not await left_behind(store)


async def _as_owner(place: Place, statement: str) -> None:
    owner = await asyncpg.connect(place.owner_url)
    await owner.execute(statement)
    await owner.close()
