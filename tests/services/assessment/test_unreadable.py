"""A record that somebody damaged in the database: its trail names what can't be read and tells the rest."""

from datetime import UTC, datetime

import asyncpg
import pytest

from services.assessment.evaluation.decider import evaluation_stream
from services.cli.log.tamper import UNGUARDED
from tests.services.assessment.office import SARIS, Office
from tests.services.assessment.people import ON_TIME, RATNA, SARI


@pytest.mark.parametrize(("kind", "path"), [("evaluation", ""), ("progress", "/realisasi")])
async def test_each_part_of_the_trail_names_what_was_made_unreadable(
    office: Office, postgres_admin_url: str, kind: str, path: str
) -> None:
    await office.with_an_agreed_plan()
    for realised in ("1", "2"):
        at = datetime(2026, 9, 4, 3, 0, tzinfo=UTC)
        assert (await office.reports(ON_TIME, 8, realised, at=at)).status_code == 200
    rating = {"chosen": "met", "reason": "Rahasia dulu."}
    assert (await office.does(RATNA, "PUT", "/results-rating", json=rating)).status_code == 200
    database = office.settings.database_url.rpartition("/")[2]
    superuser = await asyncpg.connect(f"{postgres_admin_url.rpartition('/')[0]}/{database}")
    await superuser.execute(UNGUARDED)
    damage = "UPDATE event.events SET data = '{' WHERE stream_kind = $1 AND stream_version = 2"
    await superuser.execute(damage, kind)
    await superuser.close()
    page = await office.page(SARI, f"/penilaian/jejak/{SARIS}{path}")
    assert "Perubahan ke-2 tidak dapat dibaca" in page
    assert page.count('class="linimasa__butir') == 2
    assert "Rahasia dulu." not in page, "a draft stays private, however the record is read"
    story = await office.reads(SARI, f"/evaluations/{SARIS}/trail")
    assert [one["record"] for one in story if not one["is_readable"]] == [kind]
    assert "Rahasia dulu." not in str(story)
    if kind == "evaluation":
        office.context.store.kept.drop(evaluation_stream(SARI, 2026))
        answer = await office.does(RATNA, "PUT", "/results-rating", json=rating | {"chosen": "above"})
        assert (answer.status_code, answer.json()["type"]) == (409, "/problems/event-unreadable")
