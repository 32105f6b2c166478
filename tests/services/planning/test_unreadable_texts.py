"""One text that was damaged where it is stored: it alone is said to be so, and can be written anew."""

import asyncpg
import pytest
from structlog.testing import capture_logs

from services.cli.log.tamper import UNGUARDED
from services.planning.people.decider import person_stream
from services.planning.plan.decider import plan_stream
from services.planning.projections import person_changes
from services.planning.public_events import public_events
from shared.contracts.planning import PersonV1
from shared.messaging import outgoing
from shared.messaging.outgoing import Outgoing, Streams
from shared.store.encrypted import CIPHER
from shared.store.event import TextUnreadable
from shared.store.keyring import Keyring
from shared.store.master_keys import MasterKeys
from tests.eventually import eventually
from tests.services.planning.office import AUDITOR, EVERYBODY, NAMES, RATNA, SARI, Office

UNREADABLE = "tidak dapat dibaca; lihat Pembuktian"
EXPECTATION = {"expectation": "Jangan mengabaikan surat masuk"}
# One letter of base64 behind the nonce is another one.
DAMAGE = """
UPDATE event.events SET {column} = overlay({column} PLACING
    translate(substr({column}, {at}, 1), 'ABCDEFGHabcdefgh', 'BADCFEHGbadcfehg') || 'x' FROM {at} FOR 2)
WHERE event_id = (SELECT event_id FROM event.events WHERE subject_id = $1 AND type = $2)
"""
FIELD = DAMAGE.format(column="data", at=f"position('{CIPHER}' IN data) + 40")
REASON = DAMAGE.format(column="reason_text", at="30")


async def damage(office: Office, admin_url: str, statement: str, event_type: str) -> None:
    database = office.settings.database_url.rpartition("/")[2]
    superuser = await asyncpg.connect(f"{admin_url.rpartition('/')[0]}/{database}")
    await superuser.execute(UNGUARDED)
    assert await superuser.execute(statement, SARI, event_type) == "UPDATE 1"
    await superuser.close()
    for stream in (person_stream(SARI), plan_stream(SARI, 2026)):
        office.context.store.kept.drop(stream)  # as in a process that has not met the record before


async def said(office: Office) -> list[Outgoing]:
    store = office.context.store
    recorded = await store.read(person_stream(SARI))
    return [one for told in await outgoing.said(recorded, public_events, Streams(store)) for one in told]


async def test_a_damaged_field_and_a_damaged_reason_hide_nothing_else_of_the_trail(
    office: Office, postgres_admin_url: str
) -> None:
    plan_id = await office.drafts()
    await office.does(RATNA, "PUT", f"/plans/{plan_id}/expectations/accountable", json=EXPECTATION)
    await office.does(SARI, "POST", f"/plans/{plan_id}/submission")
    why = {"reason_code": "target-too-low", "reason": "Naikkan"}
    await office.does(RATNA, "POST", f"/plans/{plan_id}/return", json=why)
    await damage(office, postgres_admin_url, FIELD, "ExpectationSet")
    await damage(office, postgres_admin_url, REASON, "PlanReturned")
    trail = f"/perencanaan/jejak/{plan_id}"
    with capture_logs() as logs:
        page = await office.page(SARI, trail)
    assert page.count('class="linimasa__butir') == 6
    assert page.count(UNREADABLE) >= 2
    assert "Naikkan" not in page
    assert "dihapus" not in page
    assert {one["field"] for one in logs if one["event"] == "text_unreadable"} > {"reason_text"}
    for version in (4, 6):
        assert "Pembuktian" in await office.page(SARI, f"{trail}/pembuktian/{version}")

    async def listed() -> bool:
        return (await office.page(AUDITOR, "/perencanaan/perubahan")).count(UNREADABLE) >= 2

    await eventually(listed)
    await office.does(SARI, "POST", f"/plans/{plan_id}/submission")
    changed = await office.does(RATNA, "PUT", f"/plans/{plan_id}/expectations/accountable", json=EXPECTATION)
    assert changed["version"] == 8, "what can't be read is written anew"


async def test_somebody_whose_key_is_lost_is_not_taken_for_erased(office: Office) -> None:
    store = office.context.store
    await store.pool.execute("DELETE FROM work.keys WHERE subject_id = $1", SARI)
    started = Keyring(store.pool, MasterKeys("planning", office.settings.master_key_file))
    await started.load([SARI])
    registered = (await store.read(person_stream(SARI)))[0]
    (told,) = person_changes(registered, started)
    assert told.values is not None
    assert (told.values["full_name"], told.values["erased"]) == (None, False)
    store.keyring = started
    with pytest.raises(TextUnreadable, match="KeyMissing"):
        await said(office)


async def test_a_damaged_name_keeps_nobody_elses_messages_back_and_is_mended_by_an_import(
    office: Office, postgres_admin_url: str
) -> None:
    await damage(office, postgres_admin_url, FIELD, "PersonRegistered")
    assert await said(office) == [], "neither a tombstone nor an error that stops all"
    answer = await office.imports(EVERYBODY)
    assert answer.status_code == 200, answer.text
    (last,) = await said(office)
    assert isinstance(last.message, PersonV1)
    assert last.message.full_name == NAMES[SARI]
