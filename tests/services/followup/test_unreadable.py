"""A follow-up damaged in the database: its trail names what can't be read and tells the rest."""

import asyncpg

from services.cli.log.tamper import UNGUARDED
from services.followup.recommendation.decider import followup_stream
from tests.services.followup.office import COMMUNICATION, RATNA, SARI, Office, completed

COURSE = "public-service-communication"


async def test_the_trail_names_what_was_made_unreadable_and_commands_are_refused(
    office: Office, postgres_admin_url: str
) -> None:
    found = await office.recommended(completed("good", COMMUNICATION))
    database = office.settings.database_url.rpartition("/")[2]
    superuser = await asyncpg.connect(f"{postgres_admin_url.rpartition('/')[0]}/{database}")
    await superuser.execute(UNGUARDED)
    await superuser.execute("UPDATE event.events SET data = '{' WHERE stream_version = 2")
    await superuser.close()
    office.context.store.kept.drop(followup_stream(SARI, 2025))
    page = await office.page(SARI, f"/tindak-lanjut/jejak/{SARI}/2025")
    assert "Perubahan ke-2 tidak dapat dibaca" in page
    story = await office.reads(SARI, f"/employees/{SARI}/followups/2025/trail")
    assert [one["version"] for one in story if not one["is_readable"]] == [2]
    assert len(story) > 1
    address = f"/api/followup/v1/recommendations/{found[COURSE]}/acceptance"
    answer = await office.asks(RATNA, "POST", address, json={"reason_code": "result_and_feedback"})
    assert (answer.status_code, answer.json()["type"]) == (409, "/problems/event-unreadable")
