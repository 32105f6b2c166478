"""Plans over HTTP on a real PostgreSQL: who may do what, and what a bad request is told."""

from datetime import UTC, datetime
from uuid import uuid4

from tests.services.planning.office import BUDI, HENDRA, HR, JSON, ON_TIME, RATNA, SARI, Office


async def test_a_plan_goes_from_draft_to_agreement_and_says_so_at_every_step(office: Office) -> None:
    plan_id = await office.submits()
    assert (await office.does(RATNA, "GET", f"/plans/{plan_id}"))["status"] == "submitted"
    await office.does(RATNA, "POST", f"/plans/{plan_id}/agreement")
    plan = await office.does(SARI, "GET", f"/plans/{plan_id}")
    assert plan["status"] == "agreed"
    assert plan["appraiser_id"] == str(RATNA)
    assert plan["results"][0]["indicators"][0]["target"] == "12"
    trail = await office.does(SARI, "GET", f"/plans/{plan_id}/trail")
    assert [step["type"] for step in trail] == [
        "PlanDrafted",
        "ResultAdded",
        "IndicatorAdded",
        "PlanSubmitted",
        "PlanAgreed",
    ]
    assert trail[-1]["actor_id"] == str(RATNA)


async def test_what_is_missing_is_said_and_refuses_submission(office: Office) -> None:
    plan_id = (await office.does(SARI, "POST", "/plans", json={"year": 2026}))["plan_id"]
    submission = f"/plans/{plan_id}/submission"
    assert await office.refused(SARI, "POST", submission) == (409, "plan-is-empty")
    title = {"title": "Data kepegawaian terolah setiap bulan"}
    result = (await office.does(SARI, "POST", f"/plans/{plan_id}/results", json=title))["result_id"]
    without = ON_TIME | {"target": None}
    await office.does(SARI, "POST", f"/plans/{plan_id}/results/{result}/indicators", json=without)
    plan = await office.does(SARI, "GET", f"/plans/{plan_id}")
    assert [one["code"] for one in plan["missing"]] == ["indicator-has-no-target"]
    assert await office.refused(SARI, "POST", submission) == (409, "indicator-has-no-target")


async def test_submitting_twice_is_done_once(office: Office) -> None:
    plan_id = await office.submits()
    again = await office.does(SARI, "POST", f"/plans/{plan_id}/submission")
    assert again["version"] == 4


async def test_nobody_agrees_the_own_plan_and_nobody_but_the_appraiser_of_that_day(office: Office) -> None:
    plan_id = await office.submits()
    agreement = f"/plans/{plan_id}/agreement"
    assert await office.refused(SARI, "POST", agreement) == (403, "own-record")
    assert await office.refused(BUDI, "POST", agreement) == (403, "not-the-appraiser")
    assert await office.refused(HENDRA, "POST", agreement) == (403, "not-the-appraiser")
    before_she_came = datetime(2024, 6, 1, tzinfo=UTC)
    assert await office.refused(RATNA, "POST", agreement, at=before_she_came) == (403, "not-the-appraiser")


async def test_a_plan_is_returned_with_a_reason_and_never_without(office: Office) -> None:
    plan_id = await office.submits()
    back = f"/plans/{plan_id}/return"
    assert await office.refused(RATNA, "POST", back, json={"reason_code": "other"}) == (422, "field-errors")
    unknown = {"reason_code": "no-such-code", "reason": "Naikkan target"}
    assert await office.refused(RATNA, "POST", back, json=unknown) == (409, "reason-is-missing")
    reason = {"reason_code": "target-too-low", "reason": "Naikkan target"}
    await office.does(RATNA, "POST", back, json=reason)
    trail = await office.does(SARI, "GET", f"/plans/{plan_id}/trail")
    assert (trail[-1]["reason_code"], trail[-1]["reason"]) == ("target-too-low", "Naikkan target")
    await office.does(SARI, "POST", f"/plans/{plan_id}/submission")


async def test_an_agreed_plan_is_revised_in_steps_while_the_agreed_one_binds(office: Office) -> None:
    plan_id = await office.submits()
    await office.does(RATNA, "POST", f"/plans/{plan_id}/agreement")
    more = {"title": "Arsip kepegawaian tertata"}
    assert await office.refused(SARI, "POST", f"/plans/{plan_id}/results", json=more) == (
        409,
        "plan-is-locked",
    )
    why = {"reason_code": "assignment-changed", "reason": "Mendapat tugas kearsipan"}
    await office.does(SARI, "POST", f"/plans/{plan_id}/revision", json=why)
    result = (await office.does(SARI, "POST", f"/plans/{plan_id}/results", json=more))["result_id"]
    await office.does(SARI, "POST", f"/plans/{plan_id}/results/{result}/indicators", json=ON_TIME)
    plan = await office.does(SARI, "GET", f"/plans/{plan_id}")
    assert (len(plan["results"]), len(plan["agreed_results"])) == (2, 1)
    await office.does(SARI, "POST", f"/plans/{plan_id}/submission")
    await office.does(RATNA, "POST", f"/plans/{plan_id}/agreement")
    plan = await office.does(SARI, "GET", f"/plans/{plan_id}")
    assert (plan["revision"], plan["in_revision"], len(plan["agreed_results"])) == (2, False, 2)
    revised = (await office.does(SARI, "GET", f"/plans/{plan_id}/trail"))[-1]
    assert (revised["type"], revised["reason_code"]) == ("PlanRevised", "assignment-changed")


async def test_an_expectation_is_the_appraisers_and_the_same_text_changes_nothing(office: Office) -> None:
    plan_id = await office.submits()
    address = f"/plans/{plan_id}/expectations/service"
    words = {"expectation": "Membalas pertanyaan dalam satu hari kerja"}
    assert await office.refused(SARI, "PUT", address, json=words) == (403, "own-record")
    first = await office.does(RATNA, "PUT", address, json=words)
    again = await office.does(RATNA, "PUT", address, json=words)
    assert again["version"] == first["version"]
    plan = await office.does(SARI, "GET", f"/plans/{plan_id}")
    assert plan["expectations"] == [{"value": "service", **words}]


async def test_a_stale_version_is_refused_and_the_present_one_accepted(office: Office) -> None:
    plan_id = await office.drafts()
    seen = (await office.asks(SARI, "GET", f"{JSON}/plans/{plan_id}")).headers["etag"]
    title = {"title": "Arsip kepegawaian tertata"}
    results = f"/plans/{plan_id}/results"
    await office.does(SARI, "POST", results, json=title, headers={"If-Match": seen})
    stale = {"If-Match": seen}
    assert await office.refused(SARI, "POST", results, json=title, headers=stale) == (412, "stale-version")


async def test_the_same_key_is_done_once_and_never_for_another_request(office: Office) -> None:
    plan_id = await office.drafts()
    results, key = f"/plans/{plan_id}/results", str(uuid4())
    first = await office.does(SARI, "POST", results, json={"title": "Arsip tertata"}, key=key)
    again = await office.does(SARI, "POST", results, json={"title": "Arsip tertata"}, key=key)
    assert again == first
    other = {"title": "Arsip rapi"}
    assert await office.refused(SARI, "POST", results, json=other, key=key) == (422, "key-reused")
    assert await office.refused(SARI, "POST", results, json=other, key="") == (400, "key-missing")
    assert len((await office.does(SARI, "GET", f"/plans/{plan_id}"))["results"]) == 2


async def test_a_malformed_request_is_told_its_field(office: Office) -> None:
    plan_id = await office.drafts()
    results = f"{JSON}/plans/{plan_id}/results"
    blank = await office.asks(SARI, "POST", results, json={"title": "  "})
    assert (blank.status_code, blank.json()["errors"][0]["field"]) == (422, "title")
    foreign = await office.asks(SARI, "POST", results, json={"title": "Arsip", "bobot": 2})
    assert foreign.json()["errors"][0]["field"] == "bobot"
    broken = await office.asks(SARI, "POST", results, content=b'{"title": ')
    assert broken.status_code in (400, 422)
    huge = await office.asks(SARI, "POST", results, json={"title": "x" * 1_100_000})
    assert huge.status_code == 413


async def test_an_unknown_plan_or_year_is_told(office: Office) -> None:
    assert await office.refused(SARI, "GET", f"/plans/{uuid4()}") == (404, "not-found")
    assert await office.refused(SARI, "POST", "/plans", json={"year": 2040}) == (422, "year-out-of-reach")


async def test_somebody_unknown_plans_nothing(office: Office) -> None:
    unknown = uuid4()
    assert await office.refused(unknown, "POST", "/plans", json={"year": 2026}) == (409, "person-is-unknown")


async def test_others_plans_are_not_for_everybody(office: Office) -> None:
    plan_id = await office.submits()
    assert (await office.refused(BUDI, "GET", f"/plans/{plan_id}"))[0] == 403
    for reader in (SARI, RATNA, HENDRA, HR):
        assert (await office.does(reader, "GET", f"/plans/{plan_id}"))["employee_id"] == str(SARI)
