"""From a published result to what comes of it, on a real PostgreSQL and over HTTP."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from uuid import uuid4

import pytest

from services.followup.recommendation.decider import followup_stream
from shared.messaging.letters import letters
from tests.eventually import eventually
from tests.services.followup.office import (
    AUDITOR,
    BUDI,
    COMMUNICATION,
    FEEDBACK,
    HENDRA,
    JSON,
    OFFICER,
    RATNA,
    SARI,
    SPEAKS_WELL,
    Office,
    attended,
    code,
    completed,
    corrected,
)

COURSE = "public-service-communication"


async def test_a_result_leads_to_recommendations_that_cite_rule_result_and_feedback(office: Office) -> None:
    found = await office.recommended(completed("good", COMMUNICATION, SPEAKS_WELL))
    assert set(found) == {COURSE, "front-office", "information-service"}
    shown = await office.reads(SARI, f"/recommendations/{found[COURSE]}")
    assert (shown["kind"], shown["title"], shown["status"]) == (
        "training",
        "Komunikasi Layanan Publik",
        "open",
    )
    assert shown["rule"]["citation"] == "PP 30/2019; PP 11/2017 Ps 203"
    assert shown["feedback_ids"] == [str(FEEDBACK)]


async def test_the_second_good_year_has_priority(office: Office) -> None:
    await office.recommended(completed("good", year=2024))
    found = await office.recommended(completed("good", year=2025))
    shown = await office.reads(SARI, f"/recommendations/{found['position-development']}")
    assert shown["has_priority"]


async def test_an_accepted_course_is_assigned_and_comes_back_completed_once(office: Office) -> None:
    found = await office.recommended(completed("good", COMMUNICATION))
    answer = await office.accepts(found[COURSE], reason="Dibutuhkan di loket.")
    assert answer.status_code == 200, answer.text
    assert answer.headers["ETag"] == f'"{answer.json()["version"]}"'
    training = (await office.reads(SARI, f"/recommendations/{found[COURSE]}"))["training"]
    for event_id in (uuid4(), uuid4()):
        await office.hears(attended(training["assignment_id"]), event_id=event_id, foreign=True)
        await office.hears(attended(training["assignment_id"]), event_id=event_id, foreign=True)
    development = await office.reads(SARI, f"/employees/{SARI}/development/2026")
    assert (development["hours"], development["norm"]) == ("20", 20)
    story = await office.reads(SARI, f"/employees/{SARI}/followups/2025/trail")
    assert [entry["what"] for entry in story].count("Pelatihan selesai") == 1


async def test_a_training_nobody_assigned_changes_nothing(office: Office) -> None:
    await office.recommended(completed("good"))
    await office.hears(attended(str(uuid4())), foreign=True)
    await office.hears(attended(str(uuid4()), on=date(1, 1, 1)), foreign=True)
    assert (await office.reads(SARI, f"/employees/{SARI}/development/2026"))["hours"] == "0"
    assert await refused(office) == ["Refused: training-is-not-assigned"] * 2


async def refused(office: Office) -> list[str]:
    """Why what came was refused, as people find it."""
    async with office.context.store.pool.acquire() as connection:
        return [one.cause for one in await letters(connection)]


async def test_a_training_system_does_not_say_what_time_it_is(office: Office) -> None:
    found = await office.recommended(completed("good", COMMUNICATION))
    assert (await office.accepts(found[COURSE])).status_code == 200
    training = (await office.reads(SARI, f"/recommendations/{found[COURSE]}"))["training"]
    office.settings = replace(office.settings, environment="production")
    office.at = datetime(2999, 1, 2, tzinfo=UTC)
    await office.hears(attended(training["assignment_id"], on=date(2999, 1, 1)), foreign=True)
    assert await refused(office) == ["Refused: date-is-in-the-future"]
    office.at = datetime(1970, 1, 1, tzinfo=UTC)
    await office.hears(attended(training["assignment_id"], on=date(2026, 1, 20)), foreign=True)
    *_, last = await office.context.store.read(followup_stream(SARI, 2025))
    assert last.type == "TrainingCompleted"
    assert abs(last.recorded_at - datetime.now(UTC)) < timedelta(hours=1)


async def test_a_course_is_not_completed_after_the_day_of_the_message(office: Office) -> None:
    found = await office.recommended(completed("good", COMMUNICATION))
    assert (await office.accepts(found[COURSE])).status_code == 200
    training = (await office.reads(SARI, f"/recommendations/{found[COURSE]}"))["training"]
    hours = f"/employees/{SARI}/development/2026"
    office.at = datetime(2026, 1, 20, 17, 30, tzinfo=UTC)  # 00.30 of the 21st in Jakarta
    for day in (date(2126, 1, 20), date(2026, 1, 22)):
        await office.hears(attended(training["assignment_id"], on=day), foreign=True)
    assert (await office.reads(SARI, hours))["hours"] == "0"
    await office.hears(attended(training["assignment_id"], on=date(2026, 1, 21)), foreign=True)
    assert (await office.reads(SARI, hours))["hours"] == "20"


async def test_guidance_is_scheduled_held_and_scheduled_again(office: Office) -> None:
    found = await office.recommended(completed("needs_improvement"))
    assert set(found) == {"guidance", "performance-recovery", "improvement_period"}
    refused = await office.accepts(found["guidance"])
    assert (refused.status_code, code(refused)) == (409, "session-date-is-missing")
    assert (await office.accepts(found["guidance"], day="2026-02-02")).status_code == 200
    held = await office.does(
        RATNA,
        found["guidance"],
        "sessions",
        held_on="2026-01-19",
        notes="Menyepakati daftar periksa.",
        next_session_on="2026-03-02",
    )
    assert held.status_code == 200, held.text
    guidance = (await office.reads(SARI, f"/recommendations/{found['guidance']}"))["guidance"]
    assert guidance == {"next_session_on": "2026-03-02", "held_on": ["2026-01-19"]}


async def test_an_improvement_period_of_six_months_ends_with_its_outcome(office: Office) -> None:
    found = await office.recommended(completed("very_poor"))
    period = found["improvement_period"]
    assert (await office.accepts(period, day="2026-02-01")).status_code == 200
    office.at = datetime(2026, 7, 31, 3, 0, tzinfo=UTC)
    early = await office.does(RATNA, period, "improvement-end", outcome="not_improved", reason="Belum.")
    assert (early.status_code, code(early)) == (409, "improvement-is-not-over")
    ended = await office.does(RATNA, period, "improvement-end", outcome="improved", reason="Membaik.")
    assert ended.status_code == 200
    shown = (await office.reads(SARI, f"/recommendations/{period}"))["improvement"]
    assert (shown["ends_on"], shown["outcome"]) == ("2026-07-31", "improved")


async def test_guidance_and_improvement_are_listed_for_those_who_may_see_them(office: Office) -> None:
    found = await office.recommended(completed("poor_or_misconduct"))
    await office.accepts(found["guidance"], day="2026-02-02")
    await office.accepts(found["improvement_period"], day="2026-02-01")

    async def listed() -> bool:
        return bool((await office.reads(HENDRA, "/improvements"))["items"])

    assert await eventually(listed)
    (period,) = (await office.reads(HENDRA, "/improvements"))["items"]
    assert (period["starts_on"], period["ends_on"], period["outcome"]) == ("2026-02-01", "2026-07-31", None)
    (guidance,) = (await office.reads(SARI, "/guidance"))["items"]
    assert guidance["session_on"] == "2026-02-02"
    assert (await office.reads(BUDI, "/guidance"))["items"] == []


async def test_a_correction_withdraws_renews_and_asks_for_review(office: Office) -> None:
    result = completed("needs_improvement")
    found = await office.recommended(result)
    assert (await office.accepts(found["improvement_period"])).status_code == 200
    renewed = await office.recommended(corrected(result, "good"))

    async def both() -> bool:
        items = (await office.reads(RATNA, f"/recommendations?employee_id={SARI}"))["items"]
        states = {one["code"]: (one["status"], one["needs_review"]) for one in items}
        return states == {
            "guidance": ("withdrawn", False),
            "performance-recovery": ("withdrawn", False),
            "improvement_period": ("accepted", True),
            "position-development": ("open", False),
        }

    assert renewed
    assert await eventually(both)
    again = await office.does(
        OFFICER, found["improvement_period"], "review", stands=False, reason="Hasilnya baik."
    )
    assert again.status_code == 200
    shown = await office.reads(SARI, f"/recommendations/{found['improvement_period']}")
    assert (shown["status"], shown["needs_review"]) == ("withdrawn", False)


@pytest.mark.parametrize(
    ("who", "problem"),
    [
        (SARI, "own-record"),
        (BUDI, "not-the-appraiser"),
        (HENDRA, "not-the-appraiser"),
        (AUDITOR, "auditor-only-reads"),
    ],
)
async def test_only_the_appraiser_or_the_officer_decides(office: Office, who: object, problem: str) -> None:
    found = await office.recommended(completed("good"))
    answer = await office.accepts(found["position-development"], who=who)  # type: ignore[arg-type]
    assert (answer.status_code, code(answer)) == (403, problem)


async def test_a_stale_version_a_repeated_and_a_reused_key_are_told_apart(office: Office) -> None:
    found = await office.recommended(completed("good"))
    path = f"{JSON}/recommendations/{found['position-development']}/acceptance"
    body = {"reason_code": "result_and_feedback"}
    stale = await office.asks(RATNA, "POST", path, json=body, headers={"If-Match": '"1"'})
    assert (stale.status_code, code(stale)) == (412, "stale-version")
    first = await office.asks(RATNA, "POST", path, json=body, key="k")
    assert (await office.asks(RATNA, "POST", path, json=body, key="k")).json() == first.json()
    other = await office.asks(RATNA, "POST", path, json=body | {"reason": "Lain"}, key="k")
    assert (other.status_code, code(other)) == (422, "key-reused")


async def test_what_is_unknown_is_not_found_and_what_is_not_yours_is_not_shown(office: Office) -> None:
    missing = await office.asks(RATNA, "GET", f"{JSON}/recommendations/{uuid4()}")
    assert (missing.status_code, code(missing)) == (404, "not-found")
    found = await office.recommended(completed("good"))
    foreign = await office.asks(BUDI, "GET", f"{JSON}/recommendations/{found['position-development']}")
    assert foreign.status_code == 403


async def test_a_list_comes_in_parts(office: Office) -> None:
    await office.recommended(completed("good", COMMUNICATION, SPEAKS_WELL))
    first = await office.reads(RATNA, "/recommendations?limit=2")
    assert len(first["items"]) == 2
    rest = await office.asks(RATNA, "GET", first["next"])
    assert (len(rest.json()["items"]), rest.json()["next"]) == (1, None)


async def test_a_training_system_reads_all_trainings_and_nothing_else(office: Office) -> None:
    found = await office.recommended(completed("good", COMMUNICATION))
    await office.accepts(found[COURSE])
    claims = {"sub": "lms", "client_id": "lms", "scope": "followup:read", "roles": []}

    async def listed() -> list[object]:
        answer = await office.asks(SARI, "GET", f"{JSON}/trainings", claims=claims)
        return list(answer.json()["items"])

    (training,) = await eventually(listed)
    assert training["course_title"] == "Komunikasi Layanan Publik"  # type: ignore[index]
    refused = await office.asks(SARI, "GET", f"{JSON}/recommendations/{found[COURSE]}", claims=claims)
    assert refused.status_code == 403
    person = {"scope": "followup:read"}  # asked for at sign-in
    curious = await office.asks(BUDI, "GET", f"{JSON}/trainings?employee_id={SARI}", claims=person)
    assert (curious.status_code, code(curious)) == (403, "record-not-yours")


async def test_the_auditor_reads_every_change_and_no_words(office: Office) -> None:
    found = await office.recommended(completed("good", COMMUNICATION))
    answer = await office.does(
        RATNA, found[COURSE], "declination", reason_code="other", reason="Sudah sangat fasih."
    )
    assert answer.status_code == 200

    async def changes() -> list[object]:
        return list((await office.reads(AUDITOR, "/changes?flag=differs"))["items"])

    (declined,) = await eventually(changes)
    assert declined["type"] == "RecommendationDeclined"  # type: ignore[index]
    assert "fasih" not in str(declined)
    refused = await office.asks(RATNA, "GET", f"{JSON}/changes")
    assert refused.status_code == 403
    story = await office.reads(AUDITOR, f"/employees/{SARI}/followups/2025/trail")
    assert story[0]["why"] == "Alasan lain. Sudah sangat fasih."
    assert story[0]["fields"] == [
        {
            "label": "Komunikasi Layanan Publik: Status",
            "before": "Menunggu keputusan",
            "after": "Tidak diterima",
        }
    ]
    step = story[0]["step"]
    assert (step["type"], step["reason_code"], step["reason"]) == (
        "RecommendationDeclined",
        "other",
        "Sudah sangat fasih.",
    )
    [status] = [one for one in step["changes"] if one["path"].endswith(".status")]
    assert (status["before"], status["after"]) == ("open", "declined")
