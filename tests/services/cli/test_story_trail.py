"""`jejak story` tells the trail as the pages do: who, when, why, before and after, and no code or id."""

from typing import Any
from uuid import UUID, uuid4

from services.cli.trail import ASSESSMENT, PLANNING, coded, english, worded

RATNA = uuid4()
NAMES = {str(RATNA): "Ratna Dewanti"}
AT = "2025-01-15T03:00:00Z"


def step(kind: str, *changes: tuple[str, str | None, str | None], **said: Any) -> dict[str, Any]:
    told = [{"path": path, "before": before, "after": after} for path, before, after in changes]
    asked = {"actor_id": str(RATNA), "acting_role": "appraiser", "reason_code": None, "reason": None}
    return {"type": kind, "recorded_at": AT, "changes": told, **asked, **said}


def test_a_plan_returned_says_who_when_why_before_and_after() -> None:
    returned = step(
        "PlanReturned",
        ("status", "submitted", "returned"),
        ("appraiser_id", None, str(RATNA)),
        ("unit_id", None, str(uuid4())),
        ("results", None, None),
        reason_code="indicator-unclear",
        reason="Sebutkan berkasnya",
    )
    assert list(coded([returned], PLANNING, NAMES)) == [
        "  15 Januari 2025 pukul 10.00 WIB  SKP dikembalikan, oleh Ratna Dewanti (Pejabat Penilai Kinerja)",
        "      Alasan: Indikator belum jelas. Sebutkan berkasnya",
        "      Status: Diajukan -> Dikembalikan",
        "      Pejabat Penilai: - -> Ratna Dewanti",
    ]


def test_in_english_the_trail_speaks_as_the_api_does() -> None:
    result = uuid4()
    returned = step(
        "PlanReturned",
        ("status", "submitted", "returned"),
        ("appraiser_id", None, str(RATNA)),
        ("unit_id", None, str(uuid4())),
        ("results", None, None),
        (f"results[{result}].title", None, "Laporan"),
        reason_code="indicator-unclear",
        reason="Sebutkan berkasnya",
    )
    by_itself = step("EvaluationOpened", actor_id=str(UUID(int=0)), acting_role="system")
    assert list(english([returned, by_itself], NAMES)) == [
        "  2025-01-15 10:00 WIB  PlanReturned by Ratna Dewanti (appraiser)",
        "      reason: indicator-unclear. Sebutkan berkasnya",
        "      status: submitted -> returned",
        "      appraiser_id: - -> Ratna Dewanti",
        f"      results[{str(result)[:8]}].title: - -> Laporan",
        "  2025-01-15 10:00 WIB  EvaluationOpened by the system",
    ]


def test_what_a_service_does_by_itself_is_the_systems() -> None:
    opened = step("EvaluationOpened", actor_id=str(UUID(int=0)), acting_role="system")
    [line] = coded([opened], ASSESSMENT, NAMES)
    assert line.endswith("SKP ditetapkan, penilaian dibuka, oleh Sistem")


def test_a_competence_has_the_name_of_the_catalogue() -> None:
    given = step("FeedbackGiven", ("said[0].competences[0].competence", None, "communication"))
    (_, line) = coded([given], ASSESSMENT, NAMES)
    assert line.endswith("-> Komunikasi")


def test_followup_gives_its_own_words() -> None:
    entry = {
        "at": AT,
        "who": "Ratna Dewanti",
        "acting_role": "Pejabat Penilai Kinerja",
        "what": "Rekomendasi diterima",
        "why": "Hasil dan umpan balik",
        "fields": [{"label": "Status", "before": "Menunggu keputusan", "after": "Diterima"}],
    }
    assert list(worded([entry]))[1:] == [
        "      Alasan: Hasil dan umpan balik",
        "      Status: Menunggu keputusan -> Diterima",
    ]
