"""A year is rated, published, read and corrected over HTTP; and what must not happen does not."""

import time
from uuid import UUID

import httpx2
import pytest

from services.assessment.evaluation.decider import evaluation_stream
from tests.services.assessment.office import BEHAVIOR, JSON, SARIS, Office
from tests.services.assessment.people import BUDI, HENDRA, RATNA, REPORTS, SARI, SERVICE
from tests.tokens import bearer

RECORD = f"/evaluations/{SARIS}"


def code(answer: httpx2.Response) -> str:
    return str(answer.json()["type"]).rpartition("/")[2]


async def test_a_year_is_rated_published_read_and_corrected(office: Office) -> None:
    await office.with_a_published_result()
    record = await office.reads(SARI, RECORD)
    result = record["published"]["result"]
    assert record["status"] == "published"
    assert (result["result_rating"], result["behavior_rating"]) == ("met", "met")
    assert result["predicate"]["predicate"] == "good"
    assert (result["reports_on_time"], result["reports_due"]) == (11, 12)
    assert [(one["code"], one["kind"], len(one["feedback_ids"])) for one in result["competences"]] == [
        ("accuracy", "strength", 2)
    ]
    said = (await office.reads(SARI, f"{RECORD}/feedback"))["feedback"]
    assert result["feedback_ids"] == [one["feedback_id"] for one in said]
    shown = record["published"]["ratings"]["results"]["assessed"]
    assert shown["achievement"]["value"] == "97.92"
    assert record["draft"] is None

    for _ in range(2):
        assert (await office.does(SARI, "POST", "/acknowledgement")).status_code == 200
    assert (await office.reads(SARI, RECORD))["published"]["is_acknowledged"] is True

    correction = {
        "corrects": 1,
        "result_rating": "above",
        "behavior_rating": "above",
        "reason_code": "evidence-overlooked",
        "reason": "Inovasi rekap otomatis belum diperhitungkan.",
    }
    assert (await office.does(HENDRA, "POST", "/corrections", json=correction)).status_code == 200
    corrected = (await office.reads(SARI, RECORD))["published"]
    assert corrected["result"]["result_version"] == 2
    assert corrected["result"]["supersedes"] == record["published"]["event_id"]
    assert corrected["corrected_because"] == "Inovasi rekap otomatis belum diperhitungkan."
    assert corrected["is_acknowledged"] is False
    again = await office.does(HENDRA, "POST", "/corrections", json=correction | {"result_rating": "below"})
    assert (again.status_code, code(again)) == (409, "result-has-moved")


async def test_a_correction_gives_a_cause_of_the_list(office: Office) -> None:
    await office.with_a_published_result()
    ratings = {"corrects": 1, "result_rating": "above", "behavior_rating": "above"}
    because = {"reason_code": "mood-of-the-day", "reason": "Bukti terlewat."}
    answer = await office.does(HENDRA, "POST", "/corrections", json=ratings | because)
    assert (answer.status_code, code(answer)) == (409, "correction-without-reason")


async def test_a_draft_is_private_to_the_appraiser(office: Office) -> None:
    await office.with_an_agreed_plan()
    rated = await office.does(RATNA, "PUT", "/results-rating", json={"chosen": "below"})
    assert rated.status_code == 200
    assert (await office.reads(RATNA, RECORD))["draft"]["results"]["chosen"] == "below"
    assert (await office.reads(SARI, RECORD))["draft"] is None
    assert (await office.reads(HENDRA, RECORD))["draft"] is None


async def test_a_reason_is_kept_encrypted_and_opened_for_readers(office: Office) -> None:
    await office.with_an_agreed_plan()
    body = {"chosen": "met", "reason": "Laporan dibuat di sistem lama."}
    assert (await office.does(RATNA, "PUT", "/results-rating", json=body)).status_code == 200
    assert (await office.reads(RATNA, RECORD))["draft"]["results_reason"] == "Laporan dibuat di sistem lama."
    stored = await office.context.store.pool.fetchval(
        "SELECT string_agg(data || coalesce(reason_text, ''), '') FROM event.events"
    )
    assert "sistem lama" not in stored


async def test_only_a_rating_that_differs_is_recorded_as_differing(office: Office) -> None:
    await office.with_an_agreed_plan()
    remark = {"reason": "Belum ada laporan."}
    for chosen in ("below", "met"):
        for step, body in (("/results-rating", {}), ("/behavior-rating", BEHAVIOR)):
            answer = await office.does(RATNA, "PUT", step, json=body | remark | {"chosen": chosen})
            assert answer.status_code == 200, answer.text
    recorded = await office.context.store.read(evaluation_stream(SARI, 2026))
    differs = "differs-from-suggestion"
    assert [(one.event.chosen, one.reason_code) for one in recorded if one.type == "ResultsRated"] == [
        ("below", None),
        ("met", differs),
    ]
    assert [(one.event.chosen, one.reason_code) for one in recorded if one.type == "BehaviorRated"] == [
        ("below", differs),
        ("met", None),
    ]


@pytest.mark.parametrize(
    ("who", "step", "body", "status", "problem"),
    [
        (SARI, "/results-rating", {"chosen": "met"}, 403, "own-record"),
        (BUDI, "/results-rating", {"chosen": "met"}, 403, "not-the-appraiser"),
        (HENDRA, "/results-rating", {"chosen": "met"}, 403, "not-the-appraiser"),
        (RATNA, "/results-rating", {"chosen": "met"}, 409, "difference-without-reason"),
        (RATNA, "/results-rating", {"chosen": "met", "reason": "  "}, 409, "difference-without-reason"),
        (RATNA, "/results-rating", {"chosen": "superb"}, 422, "field-errors"),
        (RATNA, "/results-rating", {"chosen": "met", "alasan": "x"}, 422, "field-errors"),
        (RATNA, "/results-rating", {"chosen": "below", "reason": "a\x00b"}, 422, "text-not-storable"),
        (
            RATNA,
            "/behavior-rating",
            {"chosen": "met", "values": {"loyal": "met"}},
            409,
            "behavior-incomplete",
        ),
    ],
)
async def test_a_rating_that_cannot_be_is_refused(
    office: Office, *, who: UUID, step: str, body: dict[str, str], status: int, problem: str
) -> None:
    await office.with_an_agreed_plan()
    answer = await office.does(who, "PUT", step, json=body)
    assert (answer.status_code, code(answer)) == (status, problem)
    assert answer.headers["content-type"].startswith("application/problem+json")


async def test_nothing_is_rated_before_agreement(office: Office) -> None:
    await office.plan_submitted()
    await office.knows_the_evaluation()
    answer = await office.does(RATNA, "PUT", "/results-rating", json={"chosen": "met"})
    assert (answer.status_code, code(answer)) == (409, "plan-not-agreed")


async def test_nothing_is_rated_or_published_twice(office: Office) -> None:
    await office.with_a_published_result()
    for method, step, body in (
        ("PUT", "/results-rating", {"chosen": "met"}),
        ("PUT", "/behavior-rating", BEHAVIOR),
        ("POST", "/publication", None),
    ):
        answer = await office.does(RATNA, method, step, json=body)
        assert (answer.status_code, code(answer)) == (409, "result-is-published")


async def test_no_result_without_feedback_on_each_planned_result(office: Office) -> None:
    await office.with_an_agreed_plan()
    await office.does(RATNA, "PUT", "/results-rating", json={"chosen": "below"})
    await office.does(RATNA, "PUT", "/behavior-rating", json=BEHAVIOR)
    assert (await office.praises(REPORTS)).status_code == 200
    answer = await office.does(RATNA, "POST", "/publication")
    assert (answer.status_code, code(answer)) == (409, "feedback-missing")
    assert answer.json()["detail"].startswith("Kurang 1 umpan balik")
    assert (await office.praises(SERVICE)).status_code == 200
    assert (await office.does(RATNA, "POST", "/publication")).status_code == 200


async def test_a_stale_version_changes_nothing(office: Office) -> None:
    await office.with_an_agreed_plan()
    stale = await office.does(
        RATNA, "PUT", "/results-rating", json={"chosen": "below"}, headers={"If-Match": '"1"'}
    )
    assert (stale.status_code, code(stale)) == (412, "stale-version")
    current = (await office.does(RATNA, "GET", "")).headers["etag"]
    fresh = await office.does(
        RATNA, "PUT", "/results-rating", json={"chosen": "below"}, headers={"If-Match": current}
    )
    assert fresh.status_code == 200


async def test_the_same_key_does_it_once_and_not_for_another_body(office: Office) -> None:
    await office.with_an_agreed_plan()
    first = await office.does(RATNA, "PUT", "/results-rating", json={"chosen": "below"}, key="satu")
    again = await office.does(RATNA, "PUT", "/results-rating", json={"chosen": "below"}, key="satu")
    assert first.json() == again.json()
    other = await office.does(
        RATNA, "PUT", "/results-rating", json={"chosen": "met", "reason": "x"}, key="satu"
    )
    assert (other.status_code, code(other)) == (422, "key-reused")


async def test_the_auditor_reads_and_writes_nothing(office: Office) -> None:
    await office.with_an_agreed_plan()
    record = await office.reads(BUDI, RECORD, roles=["auditor"])
    assert record["status"] == "open"
    answer = await office.does(
        RATNA, "PUT", "/results-rating", json={"chosen": "below"}, roles=["employee", "auditor"]
    )
    assert (answer.status_code, code(answer)) == (403, "auditor-only-reads")


async def test_a_stranger_reads_nothing(office: Office) -> None:
    await office.with_an_agreed_plan()
    for step in ("", "/progress", "/feedback"):
        answer = await office.does(BUDI, "GET", step)
        assert (answer.status_code, code(answer)) == (403, "record-not-yours")


@pytest.mark.parametrize(
    ("headers", "status", "problem"),
    [
        ({"Authorization": ""}, 401, "token-missing"),
        ({"Authorization": "Bearer aaa.bbb.ccc"}, 401, "token-invalid"),
    ],
)
async def test_without_a_believable_token_there_is_nothing(
    office: Office, headers: dict[str, str], status: int, problem: str
) -> None:
    answer = await office.asks(SARI, "GET", f"{JSON}/evaluations", headers=headers)
    assert (answer.status_code, code(answer)) == (status, problem)


async def test_an_expired_token_is_said_so(office: Office) -> None:
    expired = bearer(SARI, exp=int(time.time()) - 60)
    answer = await office.asks(SARI, "GET", f"{JSON}/evaluations", headers=expired)
    assert (answer.status_code, code(answer)) == (401, "token-expired")


async def test_oversized_json_is_refused(office: Office) -> None:
    await office.with_an_agreed_plan()
    body = {"chosen": "below", "reason": "x" * 2_000_000}
    answer = await office.does(RATNA, "PUT", "/results-rating", json=body)
    assert (answer.status_code, code(answer)) == (413, "body-too-large")


async def test_what_is_unknown_is_not_found(office: Office) -> None:
    answer = await office.asks(RATNA, "GET", f"{JSON}/evaluations/{BUDI}")
    assert (answer.status_code, code(answer)) == (404, "not-found")


async def test_malformed_json_is_said_so(office: Office) -> None:
    await office.with_an_agreed_plan()
    answer = await office.does(
        RATNA, "PUT", "/results-rating", content=b"{", headers={"Content-Type": "application/json"}
    )
    assert (answer.status_code, code(answer)) == (400, "malformed-json")
