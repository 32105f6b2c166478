"""What follow-up puts on the home page: steps that wait and what was decided, none of it once it is over."""

import re
from datetime import UTC, date, datetime, time
from functools import partial
from uuid import UUID

from services.followup.wording import NOTICES
from tests.eventually import eventually
from tests.notices import spots
from tests.services.followup.office import (
    COMMUNICATION,
    OFFICER,
    RATNA,
    SARI,
    SPEAKS_WELL,
    Office,
    attended,
    completed,
    corrected,
)

COURSE = "public-service-communication"


async def taken_back(office: Office, *, attends: bool) -> str:
    """Sari's course, accepted, attended or not, and revoked after a correction; its assignment's id."""
    result = completed("good", COMMUNICATION)
    found = await office.recommended(result)
    await office.accepts(found[COURSE])
    training = (await office.reads(SARI, f"/recommendations/{found[COURSE]}"))["training"]
    if attends:
        await office.hears(attended(training["assignment_id"]), foreign=True)
    await office.hears(corrected(result, "very_good"))
    revoked = await office.does(OFFICER, found[COURSE], "review", stands=False, reason="Tidak perlu.")
    assert revoked.status_code == 200, revoked.text

    async def is_listed() -> bool:
        items = (await office.reads(SARI, "/recommendations?status=withdrawn"))["items"]
        return found[COURSE] in [one["recommendation_id"] for one in items]

    assert await eventually(is_listed)
    return str(training["assignment_id"])


async def test_a_course_taken_back_is_to_be_attended_no_longer(office: Office) -> None:
    await taken_back(office, attends=False)
    for path in ("/trainings", "/trainings?completed=false"):
        assert (await office.reads(SARI, path))["items"] == []
    assert (await office.reads(SARI, "/home"))["tasks"] == []
    assert "Belum ada pelatihan" in await office.page(SARI, "/tindak-lanjut")


async def test_a_course_attended_before_it_was_taken_back_stays_with_its_hours(office: Office) -> None:
    assignment = await taken_back(office, attends=True)
    (training,) = (await office.reads(SARI, "/trainings?completed=true"))["items"]
    assert training["assignment_id"] == assignment
    page = await office.page(SARI, "/tindak-lanjut")
    assert "20 dari 20 JP" in page
    assert f'id="pelatihan-{assignment}"' in page
    assert "LAN/2026/0042" in page


async def test_home_tells_what_waits_and_what_happened(office: Office) -> None:
    found = await office.recommended(completed("good", COMMUNICATION))
    (task,) = (await office.reads(RATNA, "/home"))["tasks"]
    assert task["title"] == "Putuskan 1 rekomendasi tindak lanjut"
    await office.accepts(found[COURSE])

    async def told() -> bool:
        home = await office.reads(SARI, "/home")
        return bool(home["notices"] and home["tasks"])

    assert await eventually(told)
    home = await office.reads(SARI, "/home")
    assert home["notices"][0]["text"] == "Pelatihan ditugaskan kepada Anda: Komunikasi Layanan Publik"
    assert home["tasks"][0]["due_on"] == "2026-12-31"
    assert home["notices"][0]["href"].endswith(f"#tindakan-{found[COURSE]}")


async def test_home_asks_to_look_again_at_what_a_correction_took_the_ground_from(office: Office) -> None:
    result = completed("needs_improvement")
    period = (await office.recommended(result))["improvement_period"]
    await office.accepts(period)
    await office.recommended(corrected(result, "good"))
    review = ("Tinjau ulang 1 tindak lanjut", "/tindak-lanjut/keputusan?tinjau=ya")

    async def asked(who: UUID) -> bool:
        tasks = (await office.reads(who, "/home"))["tasks"]
        return review in [(task["title"], task["href"]) for task in tasks]

    for who in (RATNA, OFFICER):
        assert await eventually(partial(asked, who))
    assert not await asked(SARI)
    await office.does(RATNA, period, "review", stands=True, reason="Tetap diperlukan.")

    async def is_done() -> bool:
        return not await asked(RATNA)

    assert await eventually(is_done)


async def test_home_asks_the_appraiser_to_record_what_is_over(office: Office) -> None:
    found = await office.recommended(completed("needs_improvement"))
    guidance, period = found["guidance"], found["improvement_period"]
    await office.accepts(guidance, day="2026-02-02")
    await office.accepts(period)
    session = ("Catat sesi Bimbingan Kinerja Sari Wulandari", guidance, "2026-02-02")
    outcome = ("Catat hasil Masa Perbaikan Kinerja Sari Wulandari", period, "2026-07-19")

    async def asked(day: date, who: UUID = RATNA) -> list[tuple[str, str, str]]:
        office.at = datetime.combine(day, time(3), UTC)
        tasks = (await office.reads(who, "/home"))["tasks"]
        spot = re.compile("/tindak-lanjut/rekomendasi/(.+)#(guidance|improvement_period)")
        found = ((task, spot.fullmatch(task["href"])) for task in tasks)
        return sorted((task["title"], place[1], task["due_on"]) for task, place in found if place)

    async def both() -> bool:
        return await asked(date(2026, 7, 20)) == [outcome, session]

    assert await eventually(both)
    assert await asked(date(2026, 2, 1)) == []
    assert await asked(date(2026, 7, 19)) == [session]
    assert await asked(date(2026, 7, 20), SARI) == []
    held = {"held_on": "2026-02-02", "notes": "Menyepakati daftar periksa."}
    assert (await office.does(RATNA, guidance, "sessions", **held)).status_code == 200
    ended = await office.does(RATNA, period, "improvement-end", outcome="not_improved", reason="Belum.")
    assert ended.status_code == 200

    async def none() -> bool:
        return await asked(date(2026, 7, 20)) == []

    assert await eventually(none)
    for place, kind in ((guidance, "guidance"), (period, "improvement_period")):
        page = await office.page(RATNA, f"/tindak-lanjut/rekomendasi/{place}")
        assert page.count(f'id="{kind}"') == 1


async def test_every_notice_leads_to_its_spot(office: Office) -> None:
    good = await office.recommended(completed("very_good", COMMUNICATION, SPEAKS_WELL, year=2024))
    poor = await office.recommended(completed("poor_or_misconduct", COMMUNICATION))
    for one in good.values():
        await office.accepts(one)
    for one in poor.values():
        await office.accepts(one, day="2026-02-01")

    async def told() -> bool:
        notices = (await office.reads(SARI, "/home"))["notices"]
        return {one["text"].partition(":")[0] for one in notices} == {
            text.partition(":")[0] for text in NOTICES.values()
        }

    assert await eventually(told)
    await spots(await office.reads(SARI, "/home"), partial(office.page, SARI))


async def test_the_employee_is_told_once_of_what_was_declined_and_what_was_taken_back(
    office: Office,
) -> None:
    await taken_back(office, attends=False)
    placement = (await office.recommended(completed("very_good", year=2024)))["promotion"]
    await office.does(RATNA, placement, "declination", reason_code="other", reason="Belum ada formasi.")

    async def told() -> bool:
        return sorted(one["text"] for one in (await office.reads(SARI, "/home"))["notices"]) == [
            "Rekomendasi tidak diterima: Usulan promosi",
            "Tindak lanjut dibatalkan setelah hasil dikoreksi: Komunikasi Layanan Publik",
        ]

    assert await eventually(told)
    await spots(await office.reads(SARI, "/home"), partial(office.page, SARI))
