"""Where the reader's Beranda leads: to the next step, the running year, and the spot a notice speaks of."""

from datetime import UTC, datetime
from functools import partial
from typing import Any
from uuid import UUID

from services.assessment.evaluation.decider import evaluation_stream
from shared.contracts.planning import PlanAgreedV1, PlanSubmittedV1
from tests.eventually import eventually
from tests.notices import spots
from tests.services.assessment.office import EVIDENCE, JSON, RATING, SARIS, Office, plan, posts
from tests.services.assessment.office import said as planned
from tests.services.assessment.people import (
    CONTENT,
    HENDRA,
    ON_TIME,
    RATNA,
    REPORTS,
    SARI,
)


async def spots_of(office: Office, who: UUID) -> set[str]:
    return await spots(await office.reads(who, "/home"), partial(office.page, who))


async def test_home_leads_to_the_next_step(office: Office) -> None:
    await office.with_an_agreed_plan()

    async def asked_for() -> bool:
        home = await office.reads(SARI, "/home", at=datetime(2026, 2, 2, 3, 0, tzinfo=UTC))
        return [task["title"] for task in home["tasks"]] == [
            "Laporkan Januari: Persentase laporan bulanan yang disampaikan tepat waktu"
        ]

    await eventually(asked_for)
    early = await office.reads(SARI, "/home", at=datetime(2026, 2, 2, 3, 0, tzinfo=UTC))
    assert early["tasks"][0]["due_on"] == "2026-02-05"
    assert early["cycle"]["stage"] == "doing"
    december = await office.reads(RATNA, "/home", at=datetime(2026, 12, 10, 3, 0, tzinfo=UTC))
    assert [task["title"] for task in december["tasks"]] == ["Nilai Sari Wulandari (2026)"]
    assert {one["state"] for one in december["team"]} == {"belum", "menunggu Anda"}
    given = (await office.praises(REPORTS)).json()["feedback_id"]

    async def noticed() -> bool:
        home = await office.reads(SARI, "/home")
        return [one["href"] for one in home["notices"]] == [
            f"/penilaian/umpan-balik/{SARIS}#umpan-balik-{given}"
        ]

    await eventually(noticed)
    assert "Tanggapi 1 umpan balik" in str(await office.reads(SARI, "/home"))


async def test_a_plan_for_next_year_does_not_hide_the_running_one(office: Office) -> None:
    await office.with_an_agreed_plan()
    await office.hears(PlanSubmittedV1(**plan() | {"plan_id": UUID(int=52), "year": 2027}), SARI)
    december, january = datetime(2026, 12, 10, 3, 0, tzinfo=UTC), datetime(2027, 1, 10, 3, 0, tzinfo=UTC)

    async def both_listed() -> bool:
        return len((await office.reads(SARI, "/evaluations"))["items"]) == 2

    await eventually(both_listed)
    for day in (december, january):
        assert (await office.reads(SARI, "/home", at=day))["cycle"]["stage"] == "assessing"
        team = (await office.reads(RATNA, "/home", at=day))["team"]
        assert ("Penilaian 2026", "menunggu Anda") in [(one["what"], one["state"]) for one in team]
    opened = await office.asks(SARI, "GET", "/penilaian/realisasi", at=december)
    assert opened.headers["location"].endswith(str(SARIS))


async def test_a_year_whose_result_is_out_is_followed_up_until_the_next_begins(office: Office) -> None:
    await office.with_a_published_result()

    async def stage_on(day: datetime) -> Any:
        return (await office.reads(SARI, "/home", at=day))["cycle"]

    async def is_followed_up() -> bool:
        position = await stage_on(datetime(2026, 12, 20, 3, 0, tzinfo=UTC))
        return (position["year"], position["stage"]) == (2026, "following_up")

    assert await eventually(is_followed_up)
    assert await stage_on(datetime(2027, 1, 10, 3, 0, tzinfo=UTC)) is None


async def test_a_notice_leads_to_the_part_of_the_year_that_it_speaks_of(office: Office) -> None:
    await office.with_an_agreed_plan()
    second = evaluation_stream(SARI, 2026, 2).stream_id
    after_the_change = plan() | {"plan_id": UUID(int=51), "segment": 2}
    await office.hears(PlanSubmittedV1(**after_the_change), SARI)
    await office.hears(PlanAgreedV1(**after_the_change, **planned(CONTENT)), SARI)
    data = {"indicator_id": str(ON_TIME), "month": "8", "realised": "1"}
    body = {"accepted_on": "2026-09-04", "reason": "Tanda terima 4 September."}
    for evaluation in (SARIS, second):
        record = f"{JSON}/evaluations/{evaluation}"
        answer = await office.asks(SARI, "POST", f"{record}/reports", data=data, files=EVIDENCE)
        assert answer.status_code == 200, answer.text
        step = f"{record}/reports/{ON_TIME}/8/earlier-date"
        answer = await office.asks(RATNA, "POST", step, json=body)
        assert answer.status_code == 200, answer.text

    async def told() -> bool:
        return await spots_of(office, SARI) == {
            f"/penilaian/realisasi/{one}#laporan-{ON_TIME}-8" for one in (SARIS, second)
        }

    assert await eventually(told)
    assert "diterima per" in await office.page(SARI, f"/penilaian/realisasi/{SARIS}")


async def test_every_notice_of_a_year_leads_to_its_spot(office: Office) -> None:
    await office.with_a_published_result()
    given = (await office.praises(REPORTS)).json()["feedback_id"]
    answered = await office.does(SARI, "POST", f"/feedback/{given}/answer", json={"answer": "Siap, Bu."})
    assert answered.status_code == 200, answered.text
    form = {"corrects": "1", "result_rating": "above", "behavior_rating": "above", "reason_code": "other"}
    form |= {"correction_reason": "Bukti terlewat."}
    assert (await posts(office, HENDRA, f"{RATING}/koreksi", form)).status_code == 303
    result = f"/penilaian/hasil/{SARIS}"

    async def told() -> bool:
        return await spots_of(office, SARI) >= {f"{result}#predikat", f"{result}#koreksi"}

    assert await eventually(told)
    assert len(await spots_of(office, SARI)) == 5, "also the three of the feedback"
    assert await spots_of(office, RATNA) == {f"/penilaian/umpan-balik/{SARIS}#umpan-balik-{given}"}
