"""What people see of a year: months and badges, forms that keep what was typed, why a result is so."""

import re
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from functools import partial
from typing import Any
from uuid import UUID, uuid4

import httpx2

from services.assessment.evaluation.decider import evaluation_stream
from shared.contracts.planning import PlanAgreedV1, PlanSubmittedV1
from shared.regulation.behavior import Value
from tests.eventually import eventually
from tests.notices import spots
from tests.services.assessment.office import EVIDENCE, JSON, SARIS, Office, plan, words
from tests.services.assessment.office import said as planned
from tests.services.assessment.people import (
    BUDI,
    CONTENT,
    HENDRA,
    ON_TIME,
    PLAN,
    RATNA,
    REPORTS,
    SARI,
    SERVICE,
)

MONTH = f"/penilaian/realisasi/{SARIS}/{ON_TIME}/8"
RATING = f"/penilaian/nilai/{SARIS}"


async def posts(office: Office, who: UUID, path: str, form: dict[str, Any], **more: Any) -> httpx2.Response:
    data = {"command_id": str(uuid4()), **form}
    return await office.asks(who, "POST", path, data=data, headers={"Accept": "text/html"}, **more)


def main_of(html: str) -> str:
    """A page without its menu."""
    return html[html.index("<main") :]


async def spots_of(office: Office, who: UUID) -> set[str]:
    return await spots(await office.reads(who, "/home"), partial(office.page, who))


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


async def test_the_result_says_why(office: Office) -> None:
    await office.with_a_published_result()
    path = f"/penilaian/hasil/{SARIS}"
    page = words(await office.page(SARI, path))
    for said in (
        "Mengapa Baik ?",
        "Sesuai Ekspektasi",
        "Capaian seluruh RHK: 97,92%. Lihat asal angka",
        "11 dari 12 laporan tepat waktu",
        "Laporan rapi dan dapat dipercaya.",
        "Ketelitian",
        "Kekuatan",
        "Perlu dikembangkan",
        "Saya telah membaca",
    ):
        assert said.replace(" ?", "?") in page, said
    assert (await posts(office, SARI, f"{path}/dibaca", {})).status_code == 303
    assert "Sudah Anda baca" in await office.page(SARI, path)


async def test_the_numbers_of_a_published_result_stay_when_a_report_falls_due_later(office: Office) -> None:
    office.at = datetime(2027, 1, 4, 3, 0, tzinfo=UTC)
    await office.with_a_published_result(months=11)
    office.at = datetime(2027, 1, 11, 3, 0, tzinfo=UTC)
    for path in (RATING, f"/penilaian/hasil/{SARIS}", f"/penilaian/realisasi/{SARIS}"):
        page = words(await office.page(RATNA, path))
        assert "10 dari 11 laporan tepat waktu" in page
        assert "dari 12 laporan" not in page
    record = await office.reads(RATNA, f"/evaluations/{SARIS}")
    assert record["assessed"] == record["published"]["ratings"]["results"]["assessed"]
    assert record["assessed"]["reports_due"] == 11


async def test_feedback_given_after_publication_is_no_reason_for_the_result(office: Office) -> None:
    await office.with_a_published_result()
    path = f"/penilaian/hasil/{SARIS}"
    assert "Sesudah diumumkan" not in await office.page(SARI, path)
    await office.praises(REPORTS, seen="Rekap Februari sangat membantu.")
    await office.praises(None, value="loyal", seen="Menjaga rahasia.")
    why, _, later = words(await office.page(SARI, path)).partition("Sesudah diumumkan")
    assert "Laporan rapi dan dapat dipercaya." in why
    assert "Laporan rapi dan dapat dipercaya." not in later
    for said in ("Rekap Februari sangat membantu.", "Menjaga rahasia."):
        assert (said in why, said in later) == (False, True)
    assert "Loyal Menjaga rahasia." in later


async def test_the_superior_corrects_on_the_page(office: Office) -> None:
    await office.with_a_published_result()
    form = {"corrects": "1", "result_rating": "above", "behavior_rating": "above", "reason_code": "other"}
    assert "Koreksi hasil" in await office.page(HENDRA, RATING)
    assert "Koreksi hasil" not in await office.page(RATNA, RATING)
    without_cause = await posts(office, HENDRA, f"{RATING}/koreksi", form | {"reason_code": ""})
    assert (without_cause.status_code, 'id="reason_code-error"' in without_cause.text) == (422, True)
    silent = await posts(office, HENDRA, f"{RATING}/koreksi", form)
    assert (silent.status_code, 'id="correction_reason-error"' in silent.text) == (409, True)
    form |= {"correction_reason": "Bukti terlewat."}
    alike = form | {"result_rating": "met", "behavior_rating": "met"}
    nothing = await posts(office, HENDRA, f"{RATING}/koreksi", alike)
    assert (nothing.status_code, 'id="result_rating-error"' in nothing.text) == (409, True)
    assert "Rating sama dengan hasil yang berlaku" in nothing.text
    assert (await posts(office, HENDRA, f"{RATING}/koreksi", form)).status_code == 303
    page = words(await office.page(SARI, f"/penilaian/hasil/{SARIS}"))
    assert "Mengapa Sangat Baik?" in page
    assert "Bukti terlewat." in page


async def test_a_corrected_result_says_who_corrected_it_and_what_was_chosen_before(office: Office) -> None:
    await office.with_a_published_result()
    path = f"/penilaian/hasil/{SARIS}"
    first = words(await office.page(SARI, path))
    assert "Diumumkan oleh Ratna Dewanti pada 11 Januari 2027" in first
    assert "koreksi" not in first
    office.at = datetime(2027, 2, 1, 3, 0, tzinfo=UTC)
    form = {"corrects": "1", "result_rating": "above", "behavior_rating": "above", "reason_code": "other"}
    form |= {"correction_reason": "Bukti terlewat."}
    assert (await posts(office, HENDRA, f"{RATING}/koreksi", form)).status_code == 303
    page = words(await office.page(SARI, path))
    assert "Dikoreksi oleh Hendra Wijaya pada 1 Februari 2027" in page
    assert "Pertama kali diumumkan oleh Ratna Dewanti pada 11 Januari 2027" in page
    assert page.count("Dipilih Pejabat Penilai sebelum koreksi: Sesuai Ekspektasi.") == 2


async def test_who_published_is_not_offered_to_correct_it_as_superior_of_a_later_appraiser(
    office: Office,
) -> None:
    await office.with_a_published_result()
    await office.has_a_new_appraiser(SARI, BUDI)
    assert "Koreksi hasil" not in await office.page(RATNA, RATING)
    form = {"corrects": "1", "result_rating": "above", "behavior_rating": "above", "reason_code": "other"}
    form |= {"correction_reason": "Saya berubah pikiran."}
    refused = await posts(office, RATNA, f"{RATING}/koreksi", form)
    assert (refused.status_code, "Yang mengumumkan hasil tidak mengoreksinya" in refused.text) == (409, True)


async def test_a_stale_form_says_so_and_keeps_what_was_typed(office: Office) -> None:
    await office.with_an_agreed_plan()
    stale = await posts(
        office, RATNA, f"{RATING}/hasil-kerja", {"chosen": "met", "reason": "Ketikan saya", "version": "1"}
    )
    assert stale.status_code == 412
    assert "Ketikan saya" in stale.text


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
