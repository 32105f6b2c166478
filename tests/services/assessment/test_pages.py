"""What people see of a year: months and badges, forms that keep what was typed, why a result is so."""

import re
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from uuid import UUID

from services.assessment.evaluation.decider import evaluation_stream
from shared.contracts.planning import PlanSubmittedV1
from shared.regulation.behavior import Value
from tests.eventually import eventually
from tests.services.assessment.office import RATING, SARIS, Office, plan, posts, words
from tests.services.assessment.people import (
    BUDI,
    CONTENT,
    ON_TIME,
    PLAN,
    RATNA,
    REPORTS,
    SARI,
    SERVICE,
)

MONTH = f"/penilaian/realisasi/{SARIS}/{ON_TIME}/8"


def main_of(html: str) -> str:
    """A page without its menu."""
    return html[html.index("<main") :]


async def test_before_any_plan_each_screen_says_what_to_do(office: Office) -> None:
    for screen in ("realisasi", "hasil", "jejak"):
        assert "Buka SKP saya" in await office.page(SARI, f"/penilaian/{screen}")
    assert "Belum ada penilaian" in await office.page(RATNA, "/penilaian/nilai")
    assert "Belum ada umpan balik" in await office.page(SARI, "/penilaian/umpan-balik")


async def test_before_there_is_anything_each_is_led_to_the_plan_in_question(office: Office) -> None:
    await office.plan_submitted()
    await office.knows_the_evaluation()
    pages = [f"/penilaian/{screen}/{SARIS}" for screen in ("realisasi", "hasil")]
    theirs = f'href="/perencanaan/skp-bawahan/{PLAN.plan_id}"'
    for path in pages:
        assert 'href="/perencanaan/skp"' in main_of(await office.page(SARI, path))
        page = main_of(await office.page(RATNA, path))
        assert (theirs in page, 'href="/perencanaan/skp"' in page) == (True, False)
    assert "Hasil Sari Wulandari" in page
    assert "Hasil saya" not in page


async def test_a_month_is_reported_on_its_page_and_shows_late(office: Office) -> None:
    await office.with_an_agreed_plan()
    assert (await office.asks(SARI, "GET", "/penilaian/realisasi")).headers["location"].endswith(str(SARIS))
    assert "Simpan laporan" in await office.page(SARI, MONTH)
    form = {"realised": "1", "planned_action": "Menyusun laporan", "completed_on": "2026-09-04"}
    at = datetime(2026, 9, 8, 3, 0, tzinfo=UTC)
    files = [("evidence", ("rekap.csv", b"nip;nama", "text/csv"))]
    answer = await posts(office, SARI, f"{MONTH}/lapor", form, files=files, at=at)
    assert answer.status_code == 303, answer.text
    overview = words(await office.page(SARI, f"/penilaian/realisasi/{SARIS}"))
    assert "Terlambat 3 hari" in overview
    assert "0 dari 12 laporan tepat waktu" in overview
    month = await office.page(SARI, MONTH)
    assert "rekap.csv" in month
    assert "0 dari 12 laporan tepat waktu" in words(month)
    assert month.count("Menyusun laporan") == 2, "as it stands, and in the form"
    link = re.search(r"/penilaian/bukti/[^\"]+", month)
    assert link
    assert (await office.asks(RATNA, "GET", link[0])).content == b"nip;nama"


async def test_in_mid_year_reports_on_time_are_counted_as_reports_of_those_due(office: Office) -> None:
    await office.with_an_agreed_plan()
    reports = CONTENT.results[0]
    on_time = replace(reports.indicators[0], unit="dokumen", target=Decimal(12))
    await office.plan_revised(replace(CONTENT, results=(replace(reports, indicators=(on_time,)),)))
    for month in range(1, 11):
        at = datetime(2026, month + 1, 3, 3, 0, tzinfo=UTC)
        assert (await office.reports(ON_TIME, month, "1", at=at)).status_code == 200
    office.at = datetime(2026, 11, 10, 3, 0, tzinfo=UTC)
    for path in (RATING, f"/penilaian/realisasi/{SARIS}"):
        page = words(await office.page(RATNA, path))
        assert "target 12 dokumen" in page
        assert "Realisasi 10 laporan, capaian 100%" in page
        assert "10 dari 10 laporan tepat waktu" in page
    assert "Realisasi: 10 laporan." in page


async def test_a_late_report_shows_the_day_it_was_due_though_the_plan_has_another_since(
    office: Office,
) -> None:
    await office.with_an_agreed_plan()
    await office.reports(ON_TIME, 8, "1", at=datetime(2026, 9, 8, 3, 0, tzinfo=UTC))
    reports, service = CONTENT.results
    later = replace(reports.indicators[0], due_day=20)
    await office.plan_revised(
        replace(CONTENT, results=(replace(reports, indicators=(later, *reports.indicators[1:])), service))
    )
    august = words(await office.page(SARI, MONTH))
    assert "Terlambat 3 hari" in august
    assert "Tenggat laporan bulan ini 5 September 2026" in august
    assert "Tenggat laporan bulan ini 20 November 2026" in words(await office.page(SARI, f"{MONTH[:-1]}10"))


async def test_a_report_that_cannot_be_comes_back_with_what_was_typed(office: Office) -> None:
    await office.with_an_agreed_plan()
    wrong = await posts(office, SARI, f"{MONTH}/lapor", {"realised": "1.2.3", "planned_action": "Rapat"})
    assert wrong.status_code == 422
    assert "<title>Kesalahan:" in wrong.text
    assert "1.2.3" in wrong.text
    assert "Rapat" in wrong.text
    files = [("evidence", ("laporan.pdf", b"MZ", "application/pdf"))]
    refused = await posts(office, SARI, f"{MONTH}/lapor", {"realised": "1,5"}, files=files)
    assert refused.status_code == 422
    assert "Jenis berkas bukti tidak diterima" in refused.text
    assert 'value="1,5"' in refused.text
    future = await posts(office, SARI, f"{MONTH}/lapor", {"realised": "1", "completed_on": "2030-01-01"})
    assert future.status_code == 409
    assert "Tanggal selesai tidak boleh sesudah hari ini" in future.text


async def test_the_appraiser_accepts_an_earlier_date_on_the_months_page(office: Office) -> None:
    await office.with_an_agreed_plan()
    await office.reports(ON_TIME, 8, "1", at=datetime(2026, 9, 8, 3, 0, tzinfo=UTC))
    assert "Terima tanggal ini" in await office.page(RATNA, MONTH)
    silent = await posts(office, RATNA, f"{MONTH}/tanggal", {"accepted_on": "2026-09-04"})
    assert (silent.status_code, "Menerima tanggal yang lebih awal" in silent.text) == (409, True)
    form = {"accepted_on": "2026-09-04", "earlier_reason": "Tanda terima 4 September"}
    assert (await posts(office, RATNA, f"{MONTH}/tanggal", form)).status_code == 303
    assert "Tepat waktu" in await office.page(SARI, MONTH)


async def test_feedback_is_given_and_answered_on_its_page(office: Office) -> None:
    await office.with_an_agreed_plan()
    path = f"/penilaian/umpan-balik/{SARIS}"
    form = {
        "kind": "improvement",
        "about": f"result:{REPORTS}",
        "seen": "Penjelasan di loket belum runtut.",
        "next_step": "",
        "competence_1": "communication:to_develop",
    }
    silent = await posts(office, RATNA, f"{path}/beri", form)
    assert (silent.status_code, "belum runtut" in silent.text) == (409, True)
    assert (await posts(office, RATNA, f"{path}/beri", form | {"next_step": "Latih."})).status_code == 303
    shown = await office.page(SARI, path)
    assert "Komunikasi: perlu dikembangkan" in shown
    answer = re.search(rf"{path}/[0-9a-f-]+/tanggapi", shown)
    assert answer
    empty = await posts(office, SARI, answer[0], {"answer": " "})
    assert (empty.status_code, "Tanggapan belum ditulis" in empty.text) == (409, True)
    assert (await posts(office, SARI, answer[0], {"answer": "Siap, Bu."})).status_code == 303
    assert "Siap, Bu." in await office.page(RATNA, path)
    assert "Belum ditanggapi" in await office.page(RATNA, "/penilaian/umpan-balik")


async def test_feedback_without_a_choice_is_no_praise_and_no_strength(office: Office) -> None:
    await office.with_an_agreed_plan()
    path = f"/penilaian/umpan-balik/{SARIS}/beri"
    form = {"about": f"result:{REPORTS}", "seen": "Tiga laporan keliru.", "next_step": "Periksa dua kali."}
    without_kind = await posts(office, RATNA, path, form)
    assert (without_kind.status_code, 'id="kind-error"' in without_kind.text) == (422, True)
    assert "Tiga laporan keliru." in without_kind.text
    half_chosen = form | {"kind": "improvement", "competence_2": "communication:"}
    without_side = await posts(office, RATNA, path, half_chosen)
    assert (without_side.status_code, 'id="competence_2-error"' in without_side.text) == (422, True)
    assert "Tiga laporan keliru." not in await office.page(SARI, f"/penilaian/umpan-balik/{SARIS}")


async def test_the_appraiser_rates_and_publishes_on_one_page(office: Office) -> None:
    await office.with_a_year_of_reports()
    for result in (REPORTS, SERVICE):
        await office.praises(result)
    page = words(await office.page(RATNA, RATING))
    assert "Usulan menurut angka: Sesuai Ekspektasi" in page
    assert "11 dari 12 laporan tepat waktu" in page
    assert "C = R / T × 100" in words(await office.page(RATNA, f"/penilaian/realisasi/{SARIS}"))
    higher = await posts(office, RATNA, f"{RATING}/hasil-kerja", {"chosen": "above"})
    assert (higher.status_code, 'id="reason-error"' in higher.text) == (409, True)
    assert (await posts(office, RATNA, f"{RATING}/hasil-kerja", {"chosen": "met"})).status_code == 303
    none = await posts(office, RATNA, f"{RATING}/perilaku", {"behavior-chosen": "met"})
    assert (none.status_code, "Pilih salah satu rating" in none.text) == (422, True)
    values = {f"value-{value}": "met" for value in Value}
    behavior = await posts(office, RATNA, f"{RATING}/perilaku", {"behavior-chosen": "met", **values})
    assert behavior.status_code == 303
    assert "pilihan sekarang" in await office.page(RATNA, RATING)
    assert (await posts(office, RATNA, f"{RATING}/umumkan", {})).status_code == 303
    assert "Umumkan hasil" not in await office.page(RATNA, RATING)


async def test_a_reason_written_anew_is_saved_and_the_same_one_again_is_nothing_new(office: Office) -> None:
    await office.with_an_agreed_plan()
    values = {f"value-{value}": "met" for value in Value}
    drafts: list[tuple[str, str, dict[str, str]]] = [
        ("hasil-kerja", "reason", {"chosen": "met"}),
        ("perilaku", "behavior-reason", {"behavior-chosen": "below", **values}),
    ]
    for step, field, form in drafts:
        versions = []
        for why in ("Alasan lama.", "Alasan baru.", " Alasan baru. "):
            assert (await posts(office, RATNA, f"{RATING}/{step}", form | {field: why})).status_code == 303
            versions.append((await office.reads(RATNA, f"/evaluations/{SARIS}"))["version"])
        page = await office.page(RATNA, RATING)
        assert ("Alasan baru." in page, "Alasan lama." in page) == (True, False)
        assert versions[0] < versions[1] == versions[2]


async def test_a_page_leads_to_the_trail_only_those_who_may_read_it(office: Office) -> None:
    await office.with_a_published_result()
    trail = f"/penilaian/jejak/{SARIS}"
    for path in (RATING, f"/penilaian/hasil/{SARIS}"):
        assert f'href="{trail}"' not in await office.page(BUDI, path, roles=["hr"])
        assert f'href="{trail}"' in await office.page(RATNA, path)
    assert (await office.asks(BUDI, "GET", trail, roles=["hr"])).status_code == 403


async def test_a_long_list_of_people_goes_on_on_the_next_page(office: Office) -> None:
    for at in range(201):
        employee = UUID(int=1000 + at)
        await office.hears(PlanSubmittedV1(**plan() | {"employee_id": employee}), employee)
    ids = {str(evaluation_stream(UUID(int=1000 + at), 2026).stream_id) for at in range(201)}

    async def all_listed() -> bool:
        pages = [await office.page(RATNA, f"/penilaian/nilai?halaman={number}") for number in (1, 2, 3)]
        assert all("?halaman=" in one for one in pages)
        return {one for one in ids if any(one in page for page in pages)} == ids

    assert await eventually(all_listed)


async def test_a_stale_form_says_so_and_keeps_what_was_typed(office: Office) -> None:
    await office.with_an_agreed_plan()
    stale = await posts(
        office, RATNA, f"{RATING}/hasil-kerja", {"chosen": "met", "reason": "Ketikan saya", "version": "1"}
    )
    assert stale.status_code == 412
    assert "Ketikan saya" in stale.text
