"""What clients send."""

from datetime import date
from decimal import Decimal
from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from services.assessment.feedback.events import FeedbackKind, SeenCompetence
from shared.regulation.behavior import Value
from shared.regulation.competences import CompetenceKind
from shared.regulation.rating import Rating

LONGEST_TEXT = 2000
Text = Annotated[str, Field(max_length=LONGEST_TEXT)]
Month = Annotated[int, Field(ge=1, le=12)]
Amount = Annotated[Decimal, Field(max_digits=18, decimal_places=4)]


class Body(BaseModel):
    """Unknown fields are refused: a misspelt reason must not get lost."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class RatingBody(Body):
    """The chosen rating, with the reason where it differs from the suggestion."""

    chosen: Rating = Field(examples=["met"])
    reason: Text | None = Field(default=None, examples=["Dua laporan harus diperbaiki ulang"])


class BehaviorBody(RatingBody):
    """The rating of each of the seven values, and of behavior as a whole."""

    values: dict[Value, Rating] = Field(examples=[{"service": "met", "collaborative": "above"}])


class CorrectionBody(Body):
    """What replaces result version `corrects`, and why."""

    corrects: int = Field(ge=1, examples=[1])
    result_rating: Rating = Field(examples=["above"])
    behavior_rating: Rating = Field(examples=["met"])
    reason_code: str = Field(max_length=60, pattern="^[a-z][a-z-]*$", examples=["evidence-overlooked"])
    reason: Text = Field(examples=["Laporan bulan November terlewat saat dinilai"])


class EarlierDateBody(Body):
    """The day from which a late report counts, and why."""

    accepted_on: date = Field(examples=["2026-09-04"])
    reason: Text = Field(examples=["Surat pengantar bertanggal 4 September terlampir"])


class CompetenceBody(Body):
    """A competence of the catalogue, as a strength or to develop."""

    code: str = Field(max_length=60, examples=["communication"])
    kind: CompetenceKind = Field(examples=["to_develop"])

    def seen(self) -> SeenCompetence:
        """The same as the rules take it."""
        return SeenCompetence(code=self.code, kind=self.kind)


class FeedbackBody(Body):
    """What was seen and what to do next, about one planned result or one value."""

    kind: FeedbackKind = Field(examples=["improvement"])
    result_id: UUID | None = Field(default=None, examples=["019a5c1e-7c1b-7f4e-9d55-3c1f6a2b8e10"])
    value: Value | None = Field(default=None, examples=["collaborative"])
    seen: Text = Field(examples=["Pertanyaan pegawai di loket dijawab terlalu singkat"])
    next_step: Text | None = Field(default=None, examples=["Ikuti pelatihan komunikasi layanan"])
    competences: list[CompetenceBody] = Field(
        default=[], max_length=10, examples=[[{"code": "communication", "kind": "to_develop"}]]
    )
    evidence_ids: list[UUID] = Field(
        default=[], max_length=20, examples=[["019a5c1e-7c1b-7f4e-9d55-3c1f6a2b8e11"]]
    )


class AnswerBody(Body):
    """The employee's answer."""

    answer: Text = Field(examples=["Terima kasih, saya akan mendaftar pelatihan itu"])
