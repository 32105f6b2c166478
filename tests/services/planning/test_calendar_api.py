"""The year's dates and the lists over HTTP."""

from datetime import UTC, datetime
from functools import partial

from tests.eventually import eventually
from tests.notices import spots
from tests.services.planning.office import AUDITOR, BUDI, HR, JSON, RATNA, SARI, Office

DATES = {"plans_due": "2026-01-31", "assessment_opens": "2026-12-01", "assessment_due": "2027-01-31"}


async def test_the_regulations_dates_hold_until_others_are_set(office: Office) -> None:
    dates = await office.does(SARI, "GET", "/calendar/2026")
    assert dates == {"year": 2026, "version": 0, **DATES}
    assert await office.refused(SARI, "PUT", "/calendar/2026", json=DATES) == (403, "role-missing")
    assert (await office.does(HR, "PUT", "/calendar/2026", json=DATES))["version"] == 1
    later = DATES | {"plans_due": "2026-02-28"}
    assert await office.refused(HR, "PUT", "/calendar/2026", json=later) == (409, "calendar-needs-reason")
    why = {"reason_code": "extended-by-circular", "reason": "SE nomor 3"}
    assert (await office.does(HR, "PUT", "/calendar/2026", json=later | why))["plans_due"] == "2026-02-28"
    backwards = DATES | {"assessment_due": "2026-11-01"} | why
    assert await office.refused(HR, "PUT", "/calendar/2026", json=backwards) == (409, "dates-out-of-order")
    assert await office.refused(HR, "PUT", "/calendar/2090", json=DATES) == (422, "year-out-of-reach")


async def test_plans_are_listed_in_parts_to_those_who_may_see_them(office: Office) -> None:
    plan_id = await office.submits()
    await office.drafts(BUDI)

    async def seen() -> bool:
        return len((await office.does(HR, "GET", "/plans?year=2026"))["items"]) == 2

    await eventually(seen)
    first = await office.does(RATNA, "GET", "/plans?limit=1")
    rest = await office.does(RATNA, "GET", first["next"].removeprefix(JSON))
    assert {one["employee_id"] for one in first["items"] + rest["items"]} == {str(SARI), str(BUDI)}
    assert rest["next"] is None
    own = await office.does(SARI, "GET", "/plans?status=submitted")
    assert [one["plan_id"] for one in own["items"]] == [plan_id]
    assert await office.refused(SARI, "GET", "/plans?cursor=rusak!") == (422, "cursor-malformed")


async def test_the_auditor_reads_all_changes_and_writes_nothing(office: Office) -> None:
    await office.submits()

    async def submitted() -> bool:
        found = await office.does(AUDITOR, "GET", "/changes?kind=PlanSubmitted")
        return [one["subject_id"] for one in found["items"]] == [str(SARI)]

    await eventually(submitted)
    part = await office.does(AUDITOR, "GET", "/changes?limit=2")
    rest = await office.does(AUDITOR, "GET", part["next"].removeprefix(JSON))
    indexes = [one["log_index"] for one in part["items"] + rest["items"]]
    assert indexes == sorted(indexes, reverse=True)
    assert await office.refused(SARI, "GET", "/changes") == (403, "role-missing")
    assert await office.refused(AUDITOR, "POST", "/plans", json={"year": 2026}) == (403, "auditor-only-reads")


async def test_home_says_since_which_of_the_agencys_days_a_plan_waits(office: Office) -> None:
    office.at = datetime(2026, 1, 11, 20, 0, tzinfo=UTC)  # 03.00 of the 12th in Jakarta
    await office.submits()

    async def waits() -> list[str]:
        team = (await office.does(RATNA, "GET", "/home"))["team"]
        return [one["since"] for one in team if one["since"]]

    assert await eventually(waits) == ["2026-01-12"]


async def test_home_asks_for_next_years_plan_once_it_was_begun(office: Office) -> None:
    plan_id = await office.drafts(year=2027)

    async def asked_for() -> bool:
        tasks = (await office.does(SARI, "GET", "/home"))["tasks"]
        return [(one["title"], one["due_on"]) for one in tasks] == [
            ("Susun SKP 2026", "2026-01-31"),
            ("Lengkapi dan ajukan SKP 2027", "2027-01-31"),
        ]

    await eventually(asked_for)
    assert plan_id in (await office.does(SARI, "GET", "/home"))["tasks"][1]["href"]


async def test_home_says_what_waits_and_what_happened(office: Office) -> None:
    home = await office.does(SARI, "GET", "/home")
    assert home["tasks"][0]["title"] == "Susun SKP 2026"
    plan_id = await office.submits()

    async def waits() -> bool:
        found = await office.does(RATNA, "GET", "/home")
        return any(one["title"] == "Tinjau SKP 2026: Sari Wulandari" for one in found["tasks"])

    await eventually(waits)
    team = (await office.does(RATNA, "GET", "/home"))["team"]
    assert {one["name"]: one["state"] for one in team} == {
        "Sari Wulandari": "menunggu Anda",
        "Budi Santoso": "belum",
    }
    because = {"reason_code": "indicator-unclear", "reason": "Sebutkan berkasnya"}
    await office.does(RATNA, "POST", f"/plans/{plan_id}/return", json=because)
    await office.does(SARI, "POST", f"/plans/{plan_id}/submission")
    await office.does(RATNA, "POST", f"/plans/{plan_id}/agreement")

    async def told() -> list[str] | None:
        found = [one["text"] for one in (await office.does(SARI, "GET", "/home"))["notices"]]
        return found if len(found) > 1 else None

    assert await eventually(told) == ["SKP 2026 telah ditetapkan", "SKP 2026 dikembalikan dengan alasan"]
    home = await office.does(SARI, "GET", "/home")
    assert await spots(home, partial(office.page, SARI)) == {f"/perencanaan/skp/{plan_id}#keadaan"}
