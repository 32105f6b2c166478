"""What the page of a result says: why it is so, on what it rests, and what a correction changed."""

from datetime import UTC, datetime

from tests.services.assessment.office import RATING, SARIS, Office, posts, words
from tests.services.assessment.people import (
    BUDI,
    HENDRA,
    RATNA,
    REPORTS,
    SARI,
)


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
