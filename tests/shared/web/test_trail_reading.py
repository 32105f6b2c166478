"""The trail in words: who, why, before and after, in Indonesian, on a real PostgreSQL."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import date
from typing import Any
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

import pytest

from shared import people, people_feed
from shared.contracts.planning import Assignment, PersonV1
from shared.identity.actor import client_actor_id
from shared.projection.runner import BOOKMARK, step
from shared.projection.trail import Flag, Trail
from shared.projection.trail_query import count
from shared.projection.writing import write
from shared.sealed_log.sequencer import Sequencer
from shared.store.encrypted import Encrypted
from shared.store.store import Store, open_store
from shared.store.urls import engine_of
from shared.web import trail_reading
from shared.web.trail_reading import Asked, changes, changes_csv, harmless, record, wanted
from shared.web.trail_teller import Telling
from shared.web.trail_view import ChangeFilters
from tests.databases import FreshDatabase
from tests.shared.conftest import SCHEMA
from tests.shared.toy import LEDGER, Counted, Noted, intent, ledger_of, unit
from tests.shared.web.page_settings import settings as plain_settings

SARI, RATNA, UNIT = uuid4(), uuid4(), uuid4()
PATH = "/perencanaan/perubahan"
trail = Trail((LEDGER,), lambda recorded, _before, _after: [Flag.LATE] if recorded.type == "Noted" else [])


def person(employee_id: UUID, name: str) -> PersonV1:
    placed = Assignment(
        valid_from=date(2020, 1, 1), unit_id=UNIT, unit_name="Bidang Mutasi", position="", appraiser_id=None
    )
    return PersonV1(employee_id=employee_id, person_version=1, nip="", full_name=name, assignments=(placed,))


async def sequenced(store: Store) -> None:
    log: Any
    async with store.pool.acquire() as log:
        await (await Sequencer.start(log)).tick()


@pytest.fixture
async def telling(fresh_database: FreshDatabase) -> AsyncIterator[Telling]:
    """Sari's ledger: Ratna counted three and noted why."""
    made = await fresh_database(SCHEMA)
    settings = replace(
        plain_settings("test"), database_url=made.app_url, master_key_file=made.master_key_file
    )
    engine = engine_of(made.app_url)
    async with open_store(settings, "toy", [LEDGER.catalogue]) as store:
        asked = replace(intent(reason="Sesuai =buku"), actor_id=RATNA, acting_role="appraiser")
        note = Noted(note=Encrypted.of("Lengkap"))
        await store.append([unit(SARI, Counted(by=3), note, asked=asked)])
        async with store.pool.acquire() as connection:
            known = [
                *people_feed.known(person(SARI, "Sari Wulandari")),
                *people_feed.known(person(RATNA, "=Ratna")),
            ]
            await write(connection, known)
            await connection.execute(BOOKMARK, trail.reader)
        await sequenced(store)
        await step(store, trail)
        yield Telling(
            store=store,
            engine=engine,
            people=people.People(store.pool),
            timezone=ZoneInfo("Asia/Jakarta"),
            aggregates=(LEDGER,),
            events={"Counted": "Dihitung", "Noted": "Dicatat"},
            fields={"total": "Jumlah", "note": "Catatan"},
            codes={},
            records={"ledger": "Buku"},
            record_path=lambda _stream, subject: f"/jejak/{subject}",
        )
    await engine.dispose()


async def test_a_record_tells_who_why_before_and_after(telling: Telling) -> None:
    told = await record(telling, LEDGER, ledger_of(SARI), Asked(), title="Buku")
    noted, counted = told.entries
    assert (counted.who, counted.acting_role, counted.what) == (
        "=Ratna",
        "Pejabat Penilai Kinerja",
        "Dihitung",
    )
    assert counted.why == "Sesuai =buku"
    assert [(one.label, one.before, one.after) for one in counted.fields] == [("Jumlah", "0", "3")]
    assert [(one.label, one.before, one.after) for one in noted.fields] == [("Catatan", None, "Lengkap")]
    assert told.state == (("Jumlah", "3"), ("Catatan", "Lengkap"))


async def test_a_record_stands_as_it_stood(telling: Telling) -> None:
    earlier = await record(telling, LEDGER, ledger_of(SARI), Asked.read({"versi": "1"}), title="Buku")
    assert (earlier.state, earlier.stands_as) == ((("Jumlah", "3"),), "Keadaan setelah: Dihitung")
    before = await record(telling, LEDGER, ledger_of(SARI), Asked.read({"per": "2020-01-01"}), title="Buku")
    assert before.entries == ()


async def test_an_erased_text_opens_as_erased(telling: Telling) -> None:
    await telling.store.pool.execute("DELETE FROM work.keys WHERE subject_id = $1", SARI)
    telling.store.keyring.forget(SARI)
    told = await record(telling, LEDGER, ledger_of(SARI), Asked(), title="Buku")
    assert [entry.why for entry in told.entries] == ["dihapus", "dihapus"]
    assert ("Catatan", "dihapus") in told.state


async def test_the_list_of_changes_is_filtered_counted_and_linked(telling: Telling) -> None:
    everything = await changes(telling, PATH, {})
    assert (everything.count, everything.rows[0].entry.what) == (2, "Dicatat")
    assert everything.rows[0].before_href == f"/jejak/{SARI}?versi=1"
    assert (everything.rows[0].about, everything.rows[0].unit) == ("Sari Wulandari", "Bidang Mutasi")
    late = await changes(telling, PATH, {"terlambat": "ya"})
    assert (late.count, late.rows[0].entry.flags) == (1, ("Terlambat",))
    filters = {"unit": str(UNIT), "pelaku": str(RATNA), "jenis": "Counted"}
    assert (await changes(telling, PATH, filters)).count == 1
    assert (await changes(telling, PATH, {"unit": str(uuid4())})).count == 0
    yesterday = ChangeFilters(until=date(2020, 1, 1))
    assert await count(telling.engine, wanted(telling, yesterday)) == 0


async def test_a_change_by_another_system_is_found_by_who_did_it(telling: Telling) -> None:
    client = client_actor_id("training-system")
    asked = replace(intent(), actor_id=client, acting_role="people:map")
    await telling.store.append([unit(RATNA, Counted(by=1), asked=asked)])
    await sequenced(telling.store)
    await step(telling.store, trail)
    everything = await changes(telling, PATH, {})
    assert everything.actors == ((str(RATNA), "=Ratna"), (str(client), f"Sistem lain ({str(client)[:8]})"))
    found = await changes(telling, PATH, {"pelaku": str(client)})
    assert (found.count, found.rows[0].entry.who) == (1, f"Sistem lain ({str(client)[:8]})")


async def test_the_file_is_as_long_as_the_list(telling: Telling, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(trail_reading, "PART", 1)
    parts = [part async for part in changes_csv(telling, {})]
    assert [len(part.splitlines()) for part in parts] == [1, 1, 1]
    assert (await changes(telling, PATH, {})).count == 2
    assert [line.split(";")[3] for line in "".join(parts).splitlines()] == ["kejadian", "Dicatat", "Dihitung"]


async def test_the_file_names_fields_without_values_and_holds_no_formula(telling: Telling) -> None:
    text = "".join([part async for part in changes_csv(telling, {})])
    assert text.startswith("\N{BOM}waktu;")
    assert "Jumlah" in text
    assert "Lengkap" not in text
    assert ";'=Ratna;" in text


def test_a_cell_is_no_formula() -> None:
    assert [harmless(cell) for cell in ("=1+1", "Biasa")] == ["'=1+1", "Biasa"]
