"""Months are reported with evidence over HTTP; the recorded date decides; files are opened by content."""

import io
import zipfile
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest

from services.assessment.api.progress import ALL_FILES
from services.assessment.progress.evidence import LARGEST, MOST_FILES
from services.door.origin import LARGEST as DOOR
from shared.store.encrypted import CIPHER
from tests.services.assessment.office import JSON, SARIS, Office
from tests.services.assessment.people import BUDI, ON_TIME, RATNA, SARI
from tests.services.assessment.test_rating_over_http import code

PROGRESS = f"/evaluations/{SARIS}/progress"
IN_TIME = datetime(2026, 9, 5, 16, 59, 59, tzinfo=UTC)
TOO_LATE = datetime(2026, 9, 5, 17, 0, 0, tzinfo=UTC)


def archive(*names: str) -> bytes:
    kept = io.BytesIO()
    with zipfile.ZipFile(kept, "w") as made:
        for name in names:
            made.writestr(name, "x")
    return kept.getvalue()


def file(name: str, content: bytes) -> Any:
    return [("evidence", (name, content, "application/octet-stream"))]


WORKBOOK = archive("[Content_Types].xml", "xl/workbook.xml")


@pytest.mark.parametrize(("at", "late"), [(IN_TIME, 0), (TOO_LATE, 1)])
async def test_the_recorded_date_decides_in_the_agencys_zone(office: Office, at: datetime, late: int) -> None:
    await office.with_an_agreed_plan()
    data = {"completed_on": "2026-09-01", "planned_action": "Menyusun laporan"}
    assert (await office.reports(ON_TIME, 8, "1", at=at, data=data)).status_code == 200
    report = (await office.reads(SARI, PROGRESS))["reports"][0]
    assert (report["days_late"], report["due_on"], report["completed_on"]) == (
        late,
        "2026-09-05",
        "2026-09-01",
    )


async def test_a_planned_action_is_stored_encrypted_told_once_and_opened(office: Office) -> None:
    await office.with_an_agreed_plan()
    data = {"planned_action": "Menegur bidang yang terlambat"}
    for realised in ("1", "1", "2"):
        answer = await office.reports(ON_TIME, 8, realised, files=None, at=IN_TIME, data=data)
        assert answer.status_code == 200
    recorded = await office.context.store.pool.fetch(
        "SELECT data FROM event.events WHERE type = 'ProgressReported' ORDER BY insert_order"
    )
    assert [CIPHER in row["data"] for row in recorded] == [True, False], "the second said nothing new"
    assert not any("Menegur" in row["data"] for row in recorded)
    (report,) = (await office.reads(SARI, PROGRESS))["reports"]
    assert (report["planned_action"], report["realised"]) == (data["planned_action"], "2")
    trail = await office.reads(SARI, f"/evaluations/{SARIS}/trail")
    told = [one for step in trail for one in step["changes"] if one["path"].endswith("planned_action")]
    assert [one["after"] for one in told] == [data["planned_action"]]


async def test_a_late_report_counts_from_an_earlier_day_when_the_appraiser_accepts_it(
    office: Office,
) -> None:
    await office.with_an_agreed_plan()
    assert (await office.reports(ON_TIME, 8, "1", at=TOO_LATE)).status_code == 200
    step = f"/reports/{ON_TIME}/8/earlier-date"
    body = {"accepted_on": "2026-09-04", "reason": "Tanda terima bertanggal 4 September."}
    refused = await office.does(SARI, "POST", step, json=body)
    assert (refused.status_code, code(refused)) == (403, "own-record")
    silent = await office.does(RATNA, "POST", step, json=body | {"reason": " "})
    assert (silent.status_code, code(silent)) == (409, "earlier-date-without-reason")
    seen = (await office.asks(RATNA, "GET", f"{JSON}{PROGRESS}")).headers["ETag"]
    stale = await office.does(RATNA, "POST", step, json=body, headers={"If-Match": '"0"'})
    assert (stale.status_code, code(stale)) == (412, "stale-version")
    assert (await office.does(RATNA, "POST", step, json=body, headers={"If-Match": seen})).status_code == 200
    report = (await office.reads(SARI, PROGRESS))["reports"][0]
    assert (report["days_late"], report["accepted_on"], report["recorded_on"]) == (
        0,
        "2026-09-04",
        "2026-09-06",
    )


@pytest.mark.parametrize(
    ("name", "content", "media_type"),
    [
        ("laporan.pdf", b"%PDF-1.7 ...", "application/pdf"),
        ("foto.jpeg", b"\xff\xd8\xff\xe0...", "image/jpeg"),
        ("layar.png", b"\x89PNG\r\n\x1a\n...", "image/png"),
        ("rekap.csv", b"nip;nama\n1;Sari", "text/csv"),
        ("rekap agustus.xlsx", WORKBOOK, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
        (
            "nota.docx",
            archive("[Content_Types].xml", "word/document.xml"),
            "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        ),
    ],
)
async def test_evidence_comes_back_as_it_went_in_and_lies_encrypted(
    office: Office, name: str, content: bytes, media_type: str
) -> None:
    await office.with_an_agreed_plan()
    assert (await office.reports(ON_TIME, 8, "1", files=file(name, content))).status_code == 200
    evidence = (await office.reads(SARI, PROGRESS))["reports"][0]["evidence"][0]
    assert (evidence["file_name"], evidence["media_type"], evidence["size"]) == (
        name,
        media_type,
        len(content),
    )
    path = f"{JSON}/evaluations/{SARIS}/evidence/{evidence['evidence_id']}"
    answer = await office.asks(RATNA, "GET", path)
    assert (answer.status_code, answer.content) == (200, content)
    assert answer.headers["content-disposition"].startswith("attachment")
    assert (await office.asks(BUDI, "GET", path)).status_code == 403
    kept = [one for one in office.settings.evidence_dir.rglob("*") if one.is_file()]
    assert len(kept) == 1
    assert content not in kept[0].read_bytes()
    assert UUID(kept[0].name)


@pytest.mark.parametrize(
    ("name", "content", "status", "problem"),
    [
        ("laporan.exe", b"MZ...", 422, "evidence-type-refused"),
        ("laporan.pdf", b"MZ...", 422, "evidence-type-refused"),
        ("laporan.png", b"%PDF-1.7", 422, "evidence-type-refused"),
        (
            "makro.xlsx",
            archive("[Content_Types].xml", "xl/workbook.xml", "xl/vbaProject.bin"),
            422,
            "evidence-type-refused",
        ),
        ("kosong.csv", b"", 422, "evidence-type-refused"),
        ("halaman.csv", b"<script>;</script>", 422, "evidence-type-refused"),
        ("besar.pdf", b"%PDF-" + b"0" * (10 * 1024 * 1024), 413, "evidence-too-large"),
    ],
    ids=["program", "not a pdf", "not a png", "macros", "empty", "markup", "too large"],
)
async def test_evidence_that_is_not_taken_leaves_nothing_behind(
    office: Office, name: str, content: bytes, status: int, problem: str
) -> None:
    await office.with_an_agreed_plan()
    answer = await office.reports(ON_TIME, 8, "1", files=file(name, content))
    assert (answer.status_code, code(answer)) == (status, problem)
    (error,) = answer.json()["errors"]
    assert error["field"] == "evidence"
    assert "Tidak ada yang tersimpan." in error["message"]
    assert (await office.reads(SARI, PROGRESS))["reports"] == []
    assert not list(office.settings.evidence_dir.rglob("*"))


async def test_a_body_beyond_all_bounds_is_refused_while_it_comes(office: Office) -> None:
    await office.with_an_agreed_plan()
    answer = await office.reports(ON_TIME, 8, "1", files=file("besar.pdf", b"%PDF-" + b"0" * ALL_FILES))
    assert (answer.status_code, code(answer)) == (413, "body-too-large")
    assert answer.json()["detail"] == "Paling besar 51 MB. Tidak ada yang tersimpan."


async def test_five_files_of_the_largest_size_are_taken_and_pass_the_door(office: Office) -> None:
    await office.with_an_agreed_plan()
    content = b"%PDF-".ljust(LARGEST, b"0")
    files = [one for at in range(MOST_FILES) for one in file(f"{at}.pdf", content)]
    assert (await office.reports(ON_TIME, 8, "1", files=files)).status_code == 200
    (report,) = (await office.reads(SARI, PROGRESS))["reports"]
    assert [one["size"] for one in report["evidence"]] == [LARGEST] * MOST_FILES
    assert ALL_FILES < DOOR


async def test_a_correction_keeps_the_evidence_that_still_stands(office: Office) -> None:
    await office.with_an_agreed_plan()
    await office.reports(ON_TIME, 8, "1")
    first = (await office.reads(SARI, PROGRESS))["reports"][0]["evidence"][0]["evidence_id"]
    more = file("tanda terima.pdf", b"%PDF-1.7")
    corrected = await office.reports(ON_TIME, 8, "2", files=more, data={"kept_evidence": first})
    assert corrected.status_code == 200
    report = (await office.reads(SARI, PROGRESS))["reports"][0]
    assert (report["realised"], [one["file_name"] for one in report["evidence"]]) == (
        "2",
        ["rekap.csv", "tanda terima.pdf"],
    )


async def test_only_the_employee_reports(office: Office) -> None:
    await office.with_an_agreed_plan()
    for who in (RATNA, BUDI):
        answer = await office.reports(ON_TIME, 8, "1", who=who)
        assert (answer.status_code, code(answer)) == (403, "not-your-own-record")
    assert not list(office.settings.evidence_dir.rglob("*"))


async def test_a_refused_report_leaves_no_file(office: Office) -> None:
    await office.with_an_agreed_plan()
    answer = await office.reports(BUDI, 8, "1")
    assert (answer.status_code, code(answer)) == (409, "indicator-unknown")
    assert not list(office.settings.evidence_dir.rglob("*"))


async def test_the_same_report_sent_twice_is_one(office: Office) -> None:
    await office.with_an_agreed_plan()
    first = await office.reports(ON_TIME, 8, "1", key="agustus")
    again = await office.reports(ON_TIME, 8, "1", key="agustus")
    assert (first.status_code, first.json()) == (again.status_code, again.json())
    other = await office.reports(ON_TIME, 8, "2", key="agustus")
    assert (other.status_code, code(other)) == (422, "key-reused")
