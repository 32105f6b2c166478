"""Pembuktian over HTTP: each change with its proof, and a year to take away that proves itself."""

import asyncio
from pathlib import Path
from typing import Any

import asyncpg
import pytest
from structlog.testing import capture_logs

from services.cli.log.tamper import UNGUARDED
from services.planning.plan.decider import plan_stream
from shared.sealed_log.audit.run import Audit
from shared.sealed_log.checkpoint import origin
from shared.sealed_log.leaf import leaf_hash
from shared.store.event import Catalogue, UnreadableEvent, event
from shared.store.store import open_store
from shared.store.unit import Appended, Unit
from tests.bundle import Bundle
from tests.eventually import eventually
from tests.services.planning.office import AUDITOR, BUDI, HR, RATNA, SARI, Office
from tests.shared.toy import intent

NAMED_OF_UNREADABLE = {
    *("event", "log_level", "type", "schema_version", "record", "stream_version"),
    *("recorded_at", "event_id", "log_index", "cause"),
}


async def sealed(office: Office, plan_id: str, version: int) -> dict[str, Any]:
    """The proof over JSON, once there is one."""

    async def look() -> Any:
        found = await office.does(SARI, "GET", f"/plans/{plan_id}/trail/{version}/proof")
        return found if found["status"] == "proven" else None

    found: dict[str, Any] = await eventually(look)
    return found


async def test_every_change_on_the_trail_leads_to_its_proof(office: Office) -> None:
    plan_id = await office.submits()
    found = await sealed(office, plan_id, 4)
    assert leaf_hash(found["envelope"].encode()).hex() == found["leaf_hash"]
    trail = f"/perencanaan/jejak/{plan_id}"
    shown = await office.page(SARI, trail)
    assert all(f'href="{trail}/pembuktian/{version}"' in shown for version in (1, 2, 3, 4))
    page = await office.page(SARI, f"{trail}/pembuktian/4")
    assert "Terbukti" in page
    assert "SKP diajukan" in page
    assert found["leaf_hash"] in page
    assert f"tempat ke-{found['log_index'] + 1}" in page
    assert "WIB" in page
    for reader in (RATNA, AUDITOR):
        assert "Terbukti" in await office.page(reader, f"{trail}/pembuktian/1")


async def test_who_may_not_read_the_trail_may_not_read_its_proofs(office: Office) -> None:
    plan_id = await office.submits()
    trail = f"/perencanaan/jejak/{plan_id}"
    for path in (f"{trail}/pembuktian/1", f"{trail}/berkas-pembuktian.zip"):
        await office.page(BUDI, path, status=403)
        await office.page(HR, path, status=403)
    assert (await office.refused(BUDI, "GET", f"/plans/{plan_id}/trail/1/proof"))[0] == 403
    await office.page(HR, f"/perencanaan/jejak/pencarian/{SARI}/pembuktian/1", status=403)


@pytest.mark.parametrize(("version", "status"), [("5", 404), ("0", 422), ("2147483648", 422), ("x", 422)])
async def test_what_is_no_change_has_no_proof(office: Office, version: str, status: int) -> None:
    plan_id = await office.submits()
    await office.page(SARI, f"/perencanaan/jejak/{plan_id}/pembuktian/{version}", status=status)


async def test_people_and_calendars_have_their_proofs_too(office: Office) -> None:
    async def told() -> bool:
        page = await office.page(SARI, f"/perencanaan/jejak/pegawai/{SARI}/pembuktian/1")
        return "Terbukti" in page and "Pegawai didaftarkan" in page

    await eventually(told)
    await office.page(SARI, "/perencanaan/jejak/kalender/2026/pembuktian/1", status=404)


async def as_superuser(office: Office, admin_url: str, statement: str, *values: Any) -> None:
    database = office.settings.database_url.rpartition("/")[2]
    superuser = await asyncpg.connect(f"{admin_url.rpartition('/')[0]}/{database}")
    await superuser.execute(UNGUARDED)
    await superuser.execute(statement, *values)
    await superuser.close()


async def test_a_change_that_was_altered_is_said_to_be(office: Office, postgres_admin_url: str) -> None:
    plan_id = await office.submits()
    await sealed(office, plan_id, 1)
    altered = "UPDATE event.events SET actor_id = $2 WHERE stream_id = $1 AND stream_version = 1"
    await as_superuser(office, postgres_admin_url, altered, plan_id, BUDI)
    page = await office.page(SARI, f"/perencanaan/jejak/{plan_id}/pembuktian/1")
    assert "Tidak terbukti" in page
    assert "telah berubah sejak dicatat" in page


async def test_the_time_of_a_seal_is_not_said_to_be_proven(office: Office, postgres_admin_url: str) -> None:
    plan_id = await office.submits()
    await sealed(office, plan_id, 1)
    later = "UPDATE event.checkpoints SET sealed_at = '1999-12-31T17:00Z'"
    await as_superuser(office, postgres_admin_url, later)
    page = await office.page(SARI, f"/perencanaan/jejak/{plan_id}/pembuktian/1")
    proven, told = page.split("semuanya sesuai:")[1].split("</ol>", 1)
    assert "dengan kunci layanan ini." in proven
    assert "2000" not in proven
    assert "2000" in told.split("tidak ikut ditandatangani")[0]


async def test_a_change_whose_place_was_removed_is_not_said_to_wait(
    office: Office, postgres_admin_url: str
) -> None:
    plan_id = await office.submits()
    await sealed(office, plan_id, 1)
    removed = "DELETE FROM event.log WHERE stream_id = $1 AND stream_version = 1"
    await as_superuser(office, postgres_admin_url, removed, plan_id)
    page = await office.page(SARI, f"/perencanaan/jejak/{plan_id}/pembuktian/1")
    assert "Tidak terbukti" in page
    assert "tidak mempunyai tempat dalam catatan layanan" in page


async def test_a_change_that_can_be_read_no_more_is_not_proven_and_said_to_be(
    office: Office, postgres_admin_url: str
) -> None:
    plan_id = await office.submits()
    await sealed(office, plan_id, 1)
    altered = (
        "UPDATE event.events SET recorded_at = '20260-01-01' WHERE stream_id = $1 AND stream_version = 2"
    )
    await as_superuser(office, postgres_admin_url, altered, plan_id)
    found = await office.does(SARI, "GET", f"/plans/{plan_id}/trail/2/proof")
    assert (found["status"], found["fault"], found["envelope"]) == ("contradicted", "content", "")
    for path in ("pembuktian/2", "berkas-pembuktian.zip"):
        page = await office.page(SARI, f"/perencanaan/jejak/{plan_id}/{path}", status=500)
        assert "Pembuktian tidak dapat dibuat: catatan tidak sesuai dengan segelnya" in page


@event("PlanForetold")
class PlanForetold:
    """An event of a later version of planning, which was put back since."""

    by: int


@event("ResultAdded")
class ResultOfAnotherShape:
    """An event whose data do not fit what it is called."""

    by: int


@pytest.mark.parametrize("told", [PlanForetold(by=1), ResultOfAnotherShape(by=1)])
async def test_what_this_code_cannot_read_is_said_and_its_proof_still_holds(
    office: Office, told: object
) -> None:
    plan_id = await office.submits()
    stream = plan_stream(SARI, 2026)
    async with open_store(office.settings, "planning", [Catalogue(type(told))]) as later:
        made = Unit(intent=intent(), outcome={}, stream=stream, expected=4, events=(told,), subject_id=SARI)
        assert [type(answer) for answer in await later.append([made])] == [Appended]
    trail = f"/perencanaan/jejak/{plan_id}"
    page = await office.page(SARI, trail)
    assert "Perubahan ke-5 tidak dapat dibaca" in page
    assert "jejak log verify" in page
    assert page.count('class="linimasa__butir') == 5
    for version in (1, 5):
        assert "Pembuktian" in await office.page(SARI, f"{trail}/pembuktian/{version}")
    story = await office.does(SARI, "GET", f"/plans/{plan_id}/trail")
    assert [one["is_readable"] for one in story] == [True, True, True, True, False]
    await sealed(office, plan_id, 5)
    log = origin(office.settings.agency, "planning")
    report = await Audit(url=office.settings.database_url, origin=log).whole(None, lambda _events: None)
    assert report.findings == []


@pytest.mark.parametrize(
    "damage", ["data = '{'", "data = '[]'", "recorded_at = '20260-01-01'", "effective_on = '20260-01-01'"]
)
async def test_a_trail_names_what_was_made_unreadable_and_tells_the_rest(
    office: Office, postgres_admin_url: str, damage: str
) -> None:
    plan_id = await office.submits()
    altered = f"UPDATE event.events SET {damage} WHERE stream_id = $1 AND stream_version = 2"
    await as_superuser(office, postgres_admin_url, altered, plan_id)
    store = office.context.store
    store.kept.drop(plan_stream(SARI, 2026))  # as in a process that has not met the record before
    page = await office.page(SARI, f"/perencanaan/jejak/{plan_id}")
    assert "Perubahan ke-2 tidak dapat dibaca" in page
    assert "jejak log verify" in page
    assert page.count("(tidak dapat dibaca)</h3>") == 1
    assert page.count('class="linimasa__butir') == 4
    assert "SKP diajukan" in page
    await office.page(SARI, f"/perencanaan/jejak/{plan_id}?per=2030-01-01")
    await office.page(SARI, f"/perencanaan/jejak/{plan_id}?versi=1")
    story = await office.does(SARI, "GET", f"/plans/{plan_id}/trail")
    assert [one["is_readable"] for one in story] == [True, False, True, True]
    assert [bool(one["changes"]) for one in story] == [True, False, False, False]
    with capture_logs() as logs:
        answer = await office.asks(RATNA, "POST", f"/api/planning/v1/plans/{plan_id}/agreement")
    assert (answer.status_code, answer.json()["type"]) == (409, "/problems/event-unreadable")
    assert "tidak dapat dibaca" in answer.json()["detail"]
    (said,) = [one for one in logs if one["event"] == "event_unreadable"]
    assert set(said) <= NAMED_OF_UNREADABLE, "ids, versions and kinds, nothing that somebody wrote"
    await office.submits(BUDI)


async def test_a_record_that_cannot_be_read_does_not_disturb_who_asks_for_another(
    office: Office, postgres_admin_url: str
) -> None:
    plan_id = await office.submits()
    await office.submits(BUDI)
    altered = "UPDATE event.events SET recorded_at = '20260-01-01' WHERE stream_id = $1"
    await as_superuser(office, postgres_admin_url, altered, plan_id)
    store = office.context.store
    damaged, sound = await asyncio.gather(
        *(store.read(plan_stream(who, 2026)) for who in (SARI, BUDI)), return_exceptions=True
    )
    assert isinstance(damaged, UnreadableEvent)
    assert isinstance(sound, list)
    assert len(sound) == 4


async def test_the_year_taken_from_the_trail_is_proven_by_a_bare_python(
    office: Office, tmp_path: Path
) -> None:
    plan_id = await office.submits()
    await sealed(office, plan_id, 4)
    assert "Unduh berkas pembuktian 2026" in await office.page(SARI, f"/perencanaan/jejak/{plan_id}")
    answer = await office.asks(SARI, "GET", f"/perencanaan/jejak/{plan_id}/berkas-pembuktian.zip")
    assert answer.headers["content-type"] == "application/zip"
    assert answer.headers["cache-control"] == "private, no-store"
    assert f'filename="bukti-2026-planning-{SARI}.zip"' in answer.headers["content-disposition"]
    bundle = Bundle.of(answer.content, tmp_path)
    code, said = await bundle.checked()
    assert (code, "planning: TERBUKTI / PROVEN, 4" in said) == (0, True), said
    assert [one["stream_version"] for one in bundle.events("planning")] == [1, 2, 3, 4]
