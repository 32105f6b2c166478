"""Planned actions that version 1 of a report stored in clear: shown like any other, until the erasure."""

from datetime import UTC, datetime

import asyncpg

from services.assessment.progress.decider import progress_stream
from services.cli.log.tamper import UNGUARDED
from tests.services.assessment.office import SARIS, Office
from tests.services.assessment.people import ON_TIME, RATNA, SARI

ACTION = "Menegur bidang yang terlambat"
AS_VERSION_1 = """
UPDATE event.events SET schema_version = 1,
    data = (data::jsonb - 'keeps_action' || jsonb_build_object('planned_action', $1::text))::text
WHERE type = 'ProgressReported'
"""


async def shown(office: Office) -> str:
    office.context.store.kept.drop(progress_stream(SARI, 2026))  # as in a process that starts
    page = await office.page(RATNA, f"/penilaian/jejak/{SARIS}/realisasi")
    reports = await office.reads(RATNA, f"/evaluations/{SARIS}/progress")
    trail = await office.reads(RATNA, f"/evaluations/{SARIS}/trail")
    return f"{page}{reports}{trail}"


async def test_an_action_stored_in_clear_is_shown_until_its_subject_is_erased(
    office: Office, postgres_admin_url: str
) -> None:
    await office.with_an_agreed_plan()
    at = datetime(2026, 9, 4, 3, 0, tzinfo=UTC)
    assert (await office.reports(ON_TIME, 8, "1", at=at, data={"planned_action": "Lain"})).status_code == 200
    database = office.settings.database_url.rpartition("/")[2]
    superuser = await asyncpg.connect(f"{postgres_admin_url.rpartition('/')[0]}/{database}")
    await superuser.execute(UNGUARDED)
    await superuser.execute(AS_VERSION_1, ACTION)
    await superuser.close()
    assert (await shown(office)).count(ACTION) == 3

    store = office.context.store
    async with store.pool.acquire() as connection, connection.transaction():
        await store.keyring.erase(SARI, connection)
    store.keyring.forget(SARI)
    after = await shown(office)
    assert ACTION not in after
    assert "dihapus" in after
