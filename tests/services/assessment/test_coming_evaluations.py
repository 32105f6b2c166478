"""What planning says shows in assessment: to the appraiser, by its state."""

from dataclasses import replace
from unittest.mock import AsyncMock

import pytest

from services.assessment.evaluation.decider import evaluation_stream
from tests.eventually import eventually
from tests.services.assessment.office import JSON, SARIS, Office
from tests.services.assessment.people import BUDI, CONTENT, HENDRA, RATNA, REPORTS, SARI


async def state_of(office: Office) -> str | None:
    lines = (await office.reads(RATNA, "/evaluations?year=2026"))["items"]
    return lines[0]["status"] if lines else None


async def shows(office: Office, state: str) -> None:
    async def looks() -> bool:
        return await state_of(office) == state

    await eventually(looks)


async def test_a_submitted_plan_shows_as_waiting_then_returned_then_open(office: Office) -> None:
    await office.plan_submitted()
    await shows(office, "awaiting_agreement")
    page = await office.page(RATNA, "/penilaian/nilai")
    assert "Sari Wulandari" in page
    assert "Menunggu penetapan SKP" in page
    await office.plan_returned()
    await shows(office, "returned")
    await office.plan_submitted()
    await office.plan_agreed()
    await shows(office, "open")


async def test_a_revised_plan_is_what_is_assessed_until_the_result_is_out(office: Office) -> None:
    await office.with_an_agreed_plan()
    shorter = replace(CONTENT, results=CONTENT.results[:1])
    await office.plan_revised(shorter)
    record = await office.reads(RATNA, f"/evaluations/{SARIS}")
    assert [one["result_id"] for one in record["content"]["results"]] == [str(REPORTS)]
    assert record["plan"]["revision"] == 2
    revised = (await office.reads(RATNA, f"/evaluations/{SARIS}/trail"))[-1]
    assert (revised["type"], revised["reason_code"]) == ("EvaluationPlanRevised", "task-changed")


async def test_a_returned_plan_says_on_the_trail_why(office: Office) -> None:
    await office.plan_submitted()
    await office.plan_returned()
    returned = (await office.reads(RATNA, f"/evaluations/{SARIS}/trail"))[-1]
    assert (returned["type"], returned["reason_code"]) == ("EvaluationReturned", "targets-unclear")


async def test_what_planning_says_after_the_result_changes_nothing(office: Office) -> None:
    await office.with_a_published_result()
    before = await office.reads(RATNA, f"/evaluations/{SARIS}")
    await office.plan_revised(replace(CONTENT, results=CONTENT.results[:1]))
    await office.plan_submitted()
    await office.plan_returned()
    assert await office.reads(RATNA, f"/evaluations/{SARIS}") == before


async def test_a_list_shows_only_what_concerns_the_reader(office: Office) -> None:
    await office.plan_submitted()
    await shows(office, "awaiting_agreement")
    assert [one["evaluation_id"] for one in (await office.reads(SARI, "/evaluations"))["items"]] == [
        str(SARIS)
    ]
    assert (await office.reads(BUDI, "/evaluations"))["items"] == []
    auditor = await office.reads(BUDI, "/evaluations", roles=["auditor"])
    assert len(auditor["items"]) == 1


async def test_an_appraiser_of_before_is_told_nothing_more(office: Office) -> None:
    await office.plan_submitted()
    await shows(office, "awaiting_agreement")
    assert len((await office.reads(RATNA, "/evaluations"))["items"]) == 1
    await office.has_a_new_appraiser(SARI, HENDRA)
    assert (await office.reads(RATNA, "/evaluations"))["items"] == []
    assert len((await office.reads(HENDRA, "/evaluations"))["items"]) == 1
    for who, is_listed in ((RATNA, False), (HENDRA, True)):
        assert (str(SARIS) in await office.page(who, "/penilaian/nilai")) == is_listed


async def test_a_list_comes_in_parts(office: Office) -> None:
    for employee_id, year in ((SARI, 2025), (BUDI, 2026), (SARI, 2026)):
        await office.plan_submitted(employee_id, year=year)
    in_order = sorted([SARIS, evaluation_stream(BUDI, 2026).stream_id])
    in_order.append(evaluation_stream(SARI, 2025).stream_id)

    async def are_listed() -> bool:
        return len((await office.reads(RATNA, "/evaluations"))["items"]) == len(in_order)

    await eventually(are_listed)
    found, address = [], "/evaluations?limit=1"
    for _ in in_order:
        part = await office.reads(RATNA, address)
        found += [one["evaluation_id"] for one in part["items"]]
        address = str(part["next"]).removeprefix(JSON)
    assert found == [str(one) for one in in_order]
    assert part["next"] is None


async def test_what_a_coming_evaluation_does_not_have_is_not_asked_for(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    await office.plan_submitted()
    await shows(office, "awaiting_agreement")
    store = office.context.store
    reads, keys = AsyncMock(wraps=store.read_on), AsyncMock(wraps=store.keyring.load)
    monkeypatch.setattr(store, "read_on", reads)
    monkeypatch.setattr(store.keyring, "load", keys)
    record = await office.reads(RATNA, f"/evaluations/{SARIS}")
    assert (record["assessed"], record["draft"]["results"]) == (None, None)
    assert [call.args[0].kind for call in reads.await_args_list] == ["evaluation"]
    keys.assert_not_awaited()
