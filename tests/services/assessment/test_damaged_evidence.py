"""An evidence file that its disk damaged or lost: said in words, to the reader and to the operator."""

from collections.abc import Callable
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from tests.services.assessment.office import JSON, SARIS, Office
from tests.services.assessment.people import ON_TIME, RATNA


def flipped(content: bytes) -> bytes:
    return content[:15] + bytes([content[15] ^ 1]) + content[16:]


@pytest.mark.parametrize("damage", [flipped, lambda content: content[:5], lambda _: b"", None])
async def test_a_damaged_or_missing_file_is_said_to_be_so(
    office: Office, damage: Callable[[bytes], bytes] | None
) -> None:
    await office.with_an_agreed_plan()
    assert (await office.reports(ON_TIME, 1, "1")).status_code == 200
    (file,) = (one for one in Path(office.settings.evidence_dir).rglob("*") if one.is_file())
    if damage is None:
        file.unlink()
    else:
        file.write_bytes(damage(file.read_bytes()))
    code = "evidence-missing" if damage is None else "evidence-changed"
    with capture_logs() as logs:
        answer = await office.asks(RATNA, "GET", f"{JSON}/evaluations/{SARIS}/evidence/{file.name}")
    assert (answer.status_code, answer.json()["type"]) == (500, f"/problems/{code}")
    assert [str(one["file_id"]) for one in logs if one["event"] == "file_unreadable"] == [file.name]
    headers = {"Accept": "text/html"}
    page = await office.asks(RATNA, "GET", f"/penilaian/bukti/{SARIS}/{file.name}", headers=headers)
    assert "hanya dapat dipulihkan dari cadangan" in page.text
    assert "Coba lagi" not in page.text
