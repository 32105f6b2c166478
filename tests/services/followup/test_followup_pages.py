"""What employee, appraiser, officer and auditor see and send."""

import re
from datetime import UTC, datetime
from pathlib import Path

from tests.bundle import Bundle
from tests.eventually import eventually
from tests.services.followup.office import (
    AUDITOR,
    BUDI,
    COMMUNICATION,
    FEEDBACK,
    OFFICER,
    OTHER_FEEDBACK,
    RATNA,
    SARI,
    SPEAKS_WELL,
    UNIT,
    Office,
    attended,
    completed,
    corrected,
)

ROOT = "/tindak-lanjut"
COURSE = "public-service-communication"


def path_of(recommendation_id: str, step: str = "") -> str:
    return f"{ROOT}/rekomendasi/{recommendation_id}{step}"


def version_in(page: str) -> str:
    found = re.search(r'name="version" value="(\d+)"', page)
    assert found
    return found[1]


async def test_before_any_result_the_page_says_what_will_come(office: Office) -> None:
    page = await office.page(SARI, ROOT)
    assert "Belum ada rekomendasi" in page
    assert "0 dari 20 JP" in page
    assert "Nilai pegawai" not in page
    assert "Nilai pegawai" in await office.page(RATNA, ROOT)


async def test_a_promotion_names_the_feedback_of_the_year(office: Office) -> None:
    found = await office.recommended(completed("very_good"))
    page = await office.page(RATNA, path_of(found["promotion"]))
    assert "2 umpan balik:" in page
    assert f"#umpan-balik-{FEEDBACK}" in page


async def test_the_appraiser_decides_and_the_employee_sees_hours_and_certificate(office: Office) -> None:
    found = await office.recommended(completed("good", COMMUNICATION, SPEAKS_WELL))
    waiting = await office.page(RATNA, f"{ROOT}/keputusan")
    assert "3 rekomendasi" in waiting
    assert "Sari Wulandari" in waiting
    page = await office.page(RATNA, path_of(found[COURSE]))
    assert f'href="{ROOT}/keputusan">Menunggu keputusan Anda' in page
    assert f'href="{ROOT}/keputusan"' not in await office.page(SARI, path_of(found[COURSE]))
    assert "PP 30/2019; PP 11/2017 Ps 203" in page
    assert "1 umpan balik tentang komunikasi" in page
    answer = await office.submits(
        RATNA, path_of(found[COURSE], "/terima"), reason_code="need_of_the_unit", version=version_in(page)
    )
    assert (answer.status_code, answer.headers["location"]) == (303, path_of(found[COURSE]))
    training = (await office.reads(SARI, f"/recommendations/{found[COURSE]}"))["training"]
    assert "dilaporkan oleh sistem pelatihan" in await office.page(SARI, ROOT)
    await office.hears(attended(training["assignment_id"]), foreign=True)
    own = await office.page(SARI, ROOT)
    assert "20 dari 20 JP" in own
    assert "LAN/2026/0042" in own
    assert "Pengembangan saya" in own
    theirs = await office.page(RATNA, f"{ROOT}/pegawai/{SARI}")
    assert "Sari Wulandari" in theirs


async def test_those_who_lead_see_what_follows_for_their_people(office: Office) -> None:
    found = await office.recommended(completed("needs_improvement"))
    await office.accepts(found["improvement_period"], day="2026-02-01")

    async def listed() -> bool:
        return "Sampai 31 Juli 2026" in await office.page(OFFICER, f"{ROOT}/pegawai?unit={UNIT}")

    assert await eventually(listed)
    team = await office.page(RATNA, f"{ROOT}/pegawai?jenis=improvement_period&status=accepted")
    assert "1 rekomendasi" in team
    assert "Sari Wulandari" in team
    assert f'href="{ROOT}/pegawai"' in await office.page(RATNA, ROOT)
    assert f'href="{ROOT}/pegawai"' not in await office.page(SARI, ROOT)
    assert "Peran Anda" in await office.page(BUDI, f"{ROOT}/pegawai", status=403)


async def test_a_page_leads_to_the_trail_only_those_who_may_read_it(office: Office) -> None:
    found = await office.recommended(completed("needs_improvement"))
    trail = f"{ROOT}/jejak/{SARI}/2025"
    clerk = {"roles": ["hr"]}
    for path in (f"{ROOT}/pegawai/{SARI}", path_of(found["guidance"])):
        assert f'href="{trail}"' not in await office.page(BUDI, path, claims=clerk)
        assert f'href="{trail}"' in await office.page(RATNA, path)
    await office.page(BUDI, trail, claims=clerk, status=403)


async def test_a_form_that_is_refused_keeps_what_was_typed(office: Office) -> None:
    found = await office.recommended(completed("needs_improvement"))
    path = path_of(found["guidance"], "/terima")
    answer = await office.submits(RATNA, path, reason_code="need_of_the_unit", reason="Perlu segera.")
    assert answer.status_code == 409
    assert "<title>Kesalahan:" in answer.text
    assert "Tanggal sesi bimbingan belum diisi" in answer.text
    assert "Perlu segera." in answer.text
    wrong = await office.submits(RATNA, path, reason_code="need_of_the_unit", day="2026-02-31")
    assert wrong.status_code == 422
    stale = await office.submits(RATNA, path, reason_code="need_of_the_unit", day="2026-02-02", version="1")
    assert stale.status_code == 409
    assert "berubah sejak Anda membukanya" in stale.text


async def test_guidance_and_improvement_are_carried_out_on_their_pages(office: Office) -> None:
    found = await office.recommended(completed("needs_improvement"))
    guidance, period = found["guidance"], found["improvement_period"]
    sent = [
        (path_of(guidance, "/terima"), {"reason_code": "result_and_feedback", "day": "2026-01-20"}),
        (path_of(guidance, "/sesi"), {"held_on": "2026-01-20", "notes": "Daftar periksa disepakati."}),
        (path_of(period, "/terima"), {"reason_code": "result_and_feedback", "day": "2026-01-20"}),
        (path_of(period, "/akhiri"), {"outcome": "improved", "end_reason": "Tepat waktu lagi."}),
    ]
    for path, fields in sent:
        answer = await office.submits(RATNA, path, **fields)
        assert answer.status_code == 303, answer.text
    own = await office.page(SARI, ROOT)
    assert "Daftar periksa disepakati." in own
    assert "19 Juli 2026" in own
    assert "Kinerja membaik" in own


async def test_a_period_to_come_offers_no_form_to_close_it(office: Office) -> None:
    found = await office.recommended(completed("needs_improvement"))
    period = found["improvement_period"]
    await office.accepts(period, day="2026-01-21")
    waiting = await office.page(RATNA, path_of(period))
    assert "Hasilnya dapat dicatat sejak 21 Januari 2026" in waiting
    assert "Tutup masa perbaikan" not in waiting
    office.at = datetime(2026, 1, 21, 3, 0, tzinfo=UTC)
    assert "Tutup masa perbaikan" in await office.page(RATNA, path_of(period))


async def test_a_period_is_not_closed_and_no_session_dated_by_silence(office: Office) -> None:
    found = await office.recommended(completed("needs_improvement"))
    guidance, period = found["guidance"], found["improvement_period"]
    await office.accepts(guidance, day="2026-01-20")
    await office.accepts(period)
    unsaid = await office.submits(RATNA, path_of(period, "/akhiri"), end_reason="Sudah dibahas.")
    assert (unsaid.status_code, 'id="outcome-error"' in unsaid.text) == (422, True)
    assert "Pilih salah satu" in unsaid.text
    assert "Sudah dibahas." in unsaid.text
    undated = await office.submits(RATNA, path_of(guidance, "/sesi"), notes="Daftar periksa disepakati.")
    assert (undated.status_code, 'id="held_on-error"' in undated.text) == (422, True)
    carried_out = await office.reads(RATNA, f"/recommendations/{period}")
    assert carried_out["improvement"]["outcome"] is None
    assert not (await office.reads(RATNA, f"/recommendations/{guidance}"))["guidance"]["held_on"]


async def test_what_rests_on_a_corrected_result_is_reviewed_by_a_person(office: Office) -> None:
    result = completed("needs_improvement")
    found = await office.recommended(result)
    period = found["improvement_period"]
    await office.accepts(period)
    await office.recommended(corrected(result, "good"))
    page = await office.page(OFFICER, path_of(period))
    assert "Perlu ditinjau ulang" in page
    assert "Butuh Perbaikan, sejak itu dikoreksi menjadi Baik" in page
    assert 'name="stands"' in page
    assert " checked" not in page

    async def listed() -> bool:
        return "1 rekomendasi" in await office.page(OFFICER, f"{ROOT}/keputusan?tinjau=ya")

    assert await eventually(listed)
    assert "Perlu Anda tinjau ulang" in await office.page(OFFICER, f"{ROOT}/keputusan?tinjau=ya")
    for path in (ROOT, f"{ROOT}/keputusan"):
        page = await office.page(RATNA, path)
        assert f'href="{ROOT}/keputusan?tinjau=ya">1 tindak lanjut perlu ditinjau ulang' in page
    unsaid = await office.submits(OFFICER, path_of(period, "/tinjau"), review_reason="Hasilnya baik.")
    assert (unsaid.status_code, 'id="stands-error"' in unsaid.text) == (422, True)
    bare = await office.submits(OFFICER, path_of(period, "/tinjau"), stands="tidak")
    assert bare.status_code == 409
    answer = await office.submits(
        OFFICER, path_of(period, "/tinjau"), stands="tidak", review_reason="Hasilnya baik."
    )
    assert answer.status_code == 303


async def test_what_was_taken_back_has_nothing_more_to_come(office: Office) -> None:
    result = completed("needs_improvement")
    found = await office.recommended(result)
    guidance, period = found["guidance"], found["improvement_period"]
    await office.accepts(guidance, day="2026-02-02")
    await office.accepts(period)
    await office.recommended(corrected(result, "good"))
    to_come = {guidance: "Sesi berikutnya", period: "hari lagi"}
    for one, words in to_come.items():
        assert words in await office.page(SARI, path_of(one))
        await office.does(RATNA, one, "review", stands=False, reason="Hasilnya baik.")
        assert words not in await office.page(SARI, path_of(one))

    async def listed() -> str:
        return await office.page(RATNA, f"{ROOT}/pegawai?status=withdrawn")

    async def all_taken_back() -> bool:
        return "3 rekomendasi" in await listed()

    assert await eventually(all_taken_back)
    page = await listed()
    assert "Sesi 2 Februari" not in page
    assert "Sampai 19 Juli" not in page


async def test_declining_needs_words(office: Office) -> None:
    found = await office.recommended(completed("very_good"))
    path = path_of(found["promotion"], "/tolak")
    assert (await office.submits(RATNA, path, decline_code="other")).status_code == 409
    answer = await office.submits(RATNA, path, decline_code="other", decline_reason="Belum ada formasi.")
    assert answer.status_code == 303


async def test_a_page_that_is_not_yours_is_refused_in_words(office: Office) -> None:
    found = await office.recommended(completed("good"))
    page = await office.page(BUDI, path_of(found["position-development"]), status=403)
    assert "Catatan ini bukan milik Anda" in page
    assert "Pejabat Penilai" in await office.page(BUDI, f"{ROOT}/keputusan", status=403)
    assert "Terima rekomendasi" not in await office.page(SARI, path_of(found["position-development"]))


async def test_the_page_says_who_decided_when_and_why_to_those_who_may_read_the_trail(
    office: Office,
) -> None:
    found = await office.recommended(completed("very_good"))
    path = path_of(found["promotion"])
    assert 'id="keputusan"' not in await office.page(SARI, path)
    await office.submits(RATNA, f"{path}/tolak", decline_code="other", decline_reason="Belum ada formasi.")
    page = await office.page(SARI, path)
    assert "Rekomendasi tidak diterima" in page
    assert "Oleh Ratna Dewanti sebagai Pejabat Penilai Kinerja" in page
    assert "Alasan lain. Belum ada formasi." in page
    assert "Belum ada formasi." not in await office.page(BUDI, path, claims={"roles": ["hr"]})


async def test_the_trail_and_the_page_call_the_feedback_alike(office: Office) -> None:
    twice = COMMUNICATION.model_copy(update={"feedback_ids": (OTHER_FEEDBACK, FEEDBACK)})
    found = await office.recommended(completed("good", twice, SPEAKS_WELL))
    story = await office.reads(SARI, f"/employees/{SARI}/followups/2025/trail")
    basis = {
        field["label"]: field["after"]
        for entry in story
        for field in entry["fields"]
        if field["label"].endswith("Umpan balik yang menjadi dasar")
    }
    assert set(basis.values()) == {"umpan balik 1, umpan balik 2", "umpan balik 2"}
    for one in (found[COURSE], found["front-office"]):
        assert f'#umpan-balik-{FEEDBACK}">umpan balik 2</a>' in await office.page(SARI, path_of(one))


async def test_the_story_is_open_to_the_employee_and_stands_as_it_stood(office: Office) -> None:
    found = await office.recommended(completed("good", COMMUNICATION))
    await office.accepts(found[COURSE], reason="Dibutuhkan di loket.")
    story = await office.page(SARI, f"{ROOT}/jejak/{SARI}/2025")
    assert "Dibutuhkan di loket." in story
    assert "Ratna Dewanti sebagai Pejabat Penilai Kinerja" in story
    earlier = await office.page(SARI, f"{ROOT}/jejak/{SARI}/2025?versi=2")
    assert "Dibutuhkan di loket." not in earlier

    async def listed() -> bool:
        return "hasil 2025" in await office.page(SARI, f"{ROOT}/jejak")

    assert await eventually(listed)
    assert "bukan milik Anda" in await office.page(BUDI, f"{ROOT}/jejak/{SARI}/2025", status=403)


async def test_a_follow_up_is_proven_change_by_change_and_as_a_file(office: Office, tmp_path: Path) -> None:
    await office.recommended(completed("good", COMMUNICATION))
    trail = f"{ROOT}/jejak/{SARI}/2025"

    async def proven() -> bool:
        return "Terbukti" in await office.page(SARI, f"{trail}/pembuktian/1")

    await eventually(proven)
    path = f"/employees/{SARI}/followups/2025/trail/1/proof"
    assert (await office.reads(SARI, path))["status"] == "proven"
    assert "Unduh berkas pembuktian 2025" in await office.page(SARI, trail)
    answer = await office.asks(SARI, "GET", f"{trail}/berkas-pembuktian.zip")
    code, said = await Bundle.of(answer.content, tmp_path).checked()
    assert (code, "followup: TERBUKTI" in said) == (0, True), said
    for refused in (f"{trail}/pembuktian/1", f"{trail}/berkas-pembuktian.zip"):
        await office.page(BUDI, refused, status=403)


async def test_the_auditor_sees_all_changes_as_page_and_file(office: Office) -> None:
    found = await office.recommended(completed("good", COMMUNICATION))
    await office.accepts(found[COURSE])

    async def leads_to_the_assignment() -> bool:
        page = await office.page(AUDITOR, f"{ROOT}/perubahan?jenis=TrainingAssigned")
        return f"{ROOT}/jejak/{SARI}/2025?versi=3" in page

    assert await eventually(leads_to_the_assignment)
    led = await office.asks(AUDITOR, "GET", f"{ROOT}/jejak")
    assert (led.status_code, led.headers["location"]) == (303, f"{ROOT}/perubahan")
    file = await office.asks(AUDITOR, "GET", f"{ROOT}/perubahan.csv")
    assert "Rekomendasi diterima" in file.text
    assert "Terjadi" not in await office.page(SARI, f"{ROOT}/perubahan", status=403)
