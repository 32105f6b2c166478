"""What people see of how a year came about, and its proof: nobody a draft that is not theirs to see."""

from datetime import UTC, datetime
from pathlib import Path

from tests.bundle import Bundle
from tests.eventually import eventually
from tests.services.assessment.office import JSON, SARIS, Office, words
from tests.services.assessment.people import BUDI, HENDRA, ON_TIME, RATNA, SARI


async def test_the_trail_shows_before_and_after_but_no_draft_to_the_employee(office: Office) -> None:
    await office.with_an_agreed_plan()
    await office.reports(ON_TIME, 8, "1", at=datetime(2026, 9, 4, 3, 0, tzinfo=UTC))
    await office.reports(ON_TIME, 8, "2", at=datetime(2026, 9, 20, 3, 0, tzinfo=UTC))
    body = {"chosen": "met", "reason": "Rahasia dulu."}
    assert (await office.does(RATNA, "PUT", "/results-rating", json=body)).status_code == 200
    trail = f"/penilaian/jejak/{SARIS}"
    assert "Rahasia dulu." in await office.page(RATNA, trail)
    assert "Rahasia dulu." not in await office.page(SARI, trail)
    assert "Rahasia dulu." not in await office.page(HENDRA, trail + "?versi=99")
    assert "ResultsRated" not in str(await office.reads(SARI, f"/evaluations/{SARIS}/trail"))
    reports = words(await office.page(SARI, f"{trail}/realisasi"))
    assert "Agustus" in reports
    assert "Realisasi dilaporkan" in reports
    as_of = words(await office.page(SARI, f"{trail}/realisasi?per=2026-09-10"))
    assert reports.count("Realisasi dilaporkan") > as_of.count("Realisasi dilaporkan")


async def test_a_draft_has_a_proof_for_its_appraiser_only_and_is_in_no_file_of_the_employee(
    office: Office, tmp_path: Path
) -> None:
    await office.with_an_agreed_plan()
    await office.reports(ON_TIME, 8, "1", at=datetime(2026, 9, 4, 3, 0, tzinfo=UTC))
    body = {"chosen": "met", "reason": "Rahasia dulu."}
    assert (await office.does(RATNA, "PUT", "/results-rating", json=body)).status_code == 200
    trail = f"/penilaian/jejak/{SARIS}"
    draft = (await office.reads(RATNA, f"/evaluations/{SARIS}"))["version"]

    async def proven() -> bool:
        return "Terbukti" in await office.page(RATNA, f"{trail}/pembuktian/{draft}")

    await eventually(proven)
    paths = f"{trail}/pembuktian/{draft}", f"{JSON}/evaluations/{SARIS}/trail/evaluation/{draft}/proof"
    for path in paths:
        assert (await office.asks(SARI, "GET", path)).status_code == 404
        assert (await office.asks(HENDRA, "GET", path)).status_code == 404
    assert "Terbukti" in await office.page(SARI, f"{trail}/realisasi/pembuktian/1")
    assert (await office.reads(SARI, f"/evaluations/{SARIS}/trail/progress/1/proof"))["status"] == "proven"
    for who, told in ((SARI, False), (RATNA, True)):
        answer = await office.asks(who, "GET", f"{trail}/berkas-pembuktian.zip")
        assert answer.status_code == 200, answer.text
        bundle = Bundle.of(answer.content, tmp_path)
        assert (await bundle.checked())[0] == 0
        types = {one["type"] for one in bundle.events("assessment")}
        assert ("ResultsRated" in types) is told
        assert {"EvaluationOpened", "ProgressReported"} <= types


async def test_the_auditor_sees_all_changes_and_nobody_else_does(office: Office) -> None:
    await office.with_a_published_result()
    refused = await office.asks(SARI, "GET", "/penilaian/perubahan", headers={"Accept": "text/html"})
    assert refused.status_code == 403
    assert "Kesalahan:" in refused.text
    page = words(await office.page(BUDI, "/penilaian/perubahan", roles=["auditor"]))
    assert "Hasil diumumkan" in page
    late = await office.reads(BUDI, "/changes?flag=late&limit=100", roles=["auditor"])
    assert [one["type"] for one in late["items"]] == ["ProgressReported"]
    file = await office.asks(BUDI, "GET", "/penilaian/perubahan.csv", roles=["auditor"])
    assert file.text.startswith("\N{BOM}waktu;pegawai")


async def test_the_auditor_finds_a_correction_and_not_that_a_result_was_read(office: Office) -> None:
    await office.with_a_published_result()
    assert (await office.does(SARI, "POST", "/acknowledgement")).status_code == 200
    correction = {"corrects": 1, "result_rating": "above", "behavior_rating": "above"}
    why = {"reason_code": "evidence-overlooked", "reason": "Inovasi rekap otomatis belum diperhitungkan."}
    assert (await office.does(HENDRA, "POST", "/corrections", json=correction | why)).status_code == 200
    changes = "/penilaian/perubahan"

    async def found() -> bool:
        return "1 perubahan" in await office.page(BUDI, f"{changes}?koreksi=ya", roles=["auditor"])

    await eventually(found)
    for asked in ("koreksi", "setelah-penetapan"):
        page = words(await office.page(BUDI, f"{changes}?{asked}=ya", roles=["auditor"]))
        assert "1 perubahan" in page
        assert "Setelah ditetapkan Koreksi" in page
    file = (await office.asks(BUDI, "GET", f"{changes}.csv?koreksi=ya", roles=["auditor"])).text
    assert ";Setelah ditetapkan, Koreksi;" in file
