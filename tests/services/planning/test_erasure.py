"""Erasure as an office orders it: held, ordered, shown, and final."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from services.planning.people.decider import person_stream
from tests.eventually import eventually
from tests.services.planning.office import AUDITOR, BUDI, HEADER, HR, NIPS, RATNA, SARI, Office, line

ORDER = {"ground": "retention-ended", "document": "800/123/bkd/2026"}
HOLD = {"reason": "court-case", "until": "2026-12-31", "document": "180/45/HK/2026"}
LAST_DAY, DAY_AFTER = datetime(2026, 12, 31, 3, tzinfo=UTC), datetime(2027, 1, 1, 3, tzinfo=UTC)


async def erased(office: Office, who: UUID = SARI) -> None:
    await office.does(HR, "POST", f"/people/{who}/erasure", json=ORDER)

    async def nameless() -> bool:
        person = await office.context.people.get(who)
        return person is not None and person.full_name is None

    await eventually(nameless)


async def listed(office: Office) -> list[Any]:
    async def there() -> bool:
        return any(one["done"]["planning"] for one in await office.does(HR, "GET", "/erasures"))

    await eventually(there)
    found: list[Any] = await office.does(AUDITOR, "GET", "/erasures")
    return found


async def test_only_who_keeps_the_people_may_order_an_erasure_and_not_of_oneself(office: Office) -> None:
    path = f"/people/{SARI}/erasure"
    assert await office.refused(RATNA, "POST", path, json=ORDER) == (403, "role-missing")
    assert await office.refused(AUDITOR, "POST", path, json=ORDER) == (403, "auditor-only-reads")
    assert await office.refused(HR, "POST", f"/people/{HR}/erasure", json=ORDER) == (403, "own-record")
    assert await office.refused(HR, "POST", path, json=ORDER | {"ground": "because"}) == (
        409,
        "ground-is-unknown",
    )
    named = ORDER | {"document": "permintaan Sari Wulandari"}
    assert (await office.refused(HR, "POST", path, json=named))[0] == 422, "no room for a name"


async def test_a_hold_refuses_the_erasure_with_its_reason(office: Office) -> None:
    await office.does(HR, "PUT", f"/people/{SARI}/hold", json=HOLD)
    for at in (office.at, LAST_DAY):
        answer = await office.asks(HR, "POST", f"/api/planning/v1/people/{SARI}/erasure", json=ORDER, at=at)
        problem = answer.json()
        assert (answer.status_code, problem["type"]) == (409, "/problems/person-is-held")
        assert problem["detail"] == "Alasan: Proses hukum suatu perkara. Berlaku sampai dengan 2026-12-31."
    await office.does(HR, "POST", f"/people/{SARI}/erasure", json=ORDER, at=DAY_AFTER)


async def test_a_hold_that_was_ended_forbids_nothing(office: Office) -> None:
    await office.does(HR, "PUT", f"/people/{SARI}/hold", json=HOLD)
    await office.does(HR, "POST", f"/people/{SARI}/hold/end", json={"document": "180/77/HK/2026"})
    await erased(office)


async def test_who_has_not_erased_yet_is_shown(office: Office) -> None:
    await erased(office)
    (one,) = await listed(office)
    assert (one["employee_id"], one["ground"], one["document"]) == (
        str(SARI),
        "retention-ended",
        "800/123/BKD/2026",
    )
    assert one["waiting"] == ["assessment", "followup"]
    page = await office.page(HR, "/perencanaan/penghapusan")
    assert page.count("<strong>belum</strong>") == 2
    assert "Maya Lestari" in page


async def test_an_erased_person_opens_as_erased_on_every_page(office: Office) -> None:
    plan_id = await office.submits(SARI)
    words = {"expectation": "Jangan mengabaikan surat masuk"}
    await office.does(RATNA, "PUT", f"/plans/{plan_id}/expectations/accountable", json=words)
    await erased(office)
    pages = (
        "/perencanaan/pegawai",
        f"/perencanaan/pegawai/{SARI}",
        f"/perencanaan/jejak/pegawai/{SARI}",
        f"/perencanaan/jejak/{plan_id}",
        "/perencanaan/perubahan",
        f"/perencanaan/penghapusan/{SARI}",
    )
    for path in pages:
        page = await office.page(AUDITOR, path)
        assert "dihapus" in page, path
        for clear in ("Sari Wulandari", NIPS[SARI], "mengabaikan"):
            assert clear not in page, (path, clear)


async def test_an_erased_person_is_neither_named_nor_brought_back_by_a_file(office: Office) -> None:
    await erased(office)
    answer = await office.imports(f"{HEADER}\r\n{line(SARI)}")
    assert answer.status_code == 422
    assert "sudah dihapus" in answer.json()["errors"][0]["message"]
    answer = await office.imports(f"{HEADER}\r\n{line(SARI, id_pegawai='')}")
    assert answer.status_code == 200, "who comes back to work is somebody new"
    person = await office.context.people.get(SARI)
    assert person is not None
    assert person.full_name is None


async def test_ordered_twice_is_erased_once_and_stays_on_the_trail(office: Office) -> None:
    await erased(office)
    await erased(office)
    assert len(await listed(office)) == 1
    recorded = [one.type for one in await office.context.store.read(person_stream(SARI))]
    assert recorded.count("PersonErased") == 1
    page = await office.page(AUDITOR, f"/perencanaan/jejak/pegawai/{SARI}")
    assert "Penghapusan data pribadi diperintahkan" in page


async def test_the_page_orders_holds_and_refuses_in_words(office: Office) -> None:
    path = f"/perencanaan/penghapusan/{BUDI}"
    typed = {"alasan": "audit", "sampai": "2026-06-30", "surat": "700/1/ITDA/2026"}
    answer = await office.asks(HR, "POST", f"{path}/tahan", data=typed)
    assert answer.status_code == 303, answer.text
    order = {"dasar": "subject-request", "surat": "800/9/BKD/2026"}
    answer = await office.asks(HR, "POST", path, data=order)
    assert answer.status_code == 422
    assert "Pemeriksaan Inspektorat atau BPK" in answer.text
    assert (await office.asks(HR, "POST", f"{path}/lepas", data={"surat": "x"})).status_code == 422
    assert (
        await office.asks(HR, "POST", f"{path}/lepas", data={"surat": "700/2/ITDA/2026"})
    ).status_code == 303
    assert (await office.asks(HR, "POST", path, data=order)).status_code == 303
