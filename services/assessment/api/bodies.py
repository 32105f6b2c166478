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
    reason: Text | None = None


class BehaviorBody(RatingBody):
    """The rating of each of the seven values, and of behavior as a whole."""

    values: dict[Value, Rating] = Field(examples=[{"service": "met", "collaborative": "above"}])


class CorrectionBody(Body):
    """What replaces result version `corrects`, and why."""

    corrects: int = Field(ge=1, examples=[1])
    result_rating: Rating
    behavior_rating: Rating
    reason_code: str = Field(max_length=60, pattern="^[a-z][a-z-]*$", examples=["evidence-overlooked"])
    reason: Text


class EarlierDateBody(Body):
    """The day from which a late report counts, and why."""

    accepted_on: date
    reason: Text


class CompetenceBody(Body):
    """A competence of the catalogue, as a strength or to develop."""

    code: str = Field(max_length=60, examples=["communication"])
    kind: CompetenceKind

    def seen(self) -> SeenCompetence:
        """The same as the rules take it."""
        return SeenCompetence(code=self.code, kind=self.kind)


class FeedbackBody(Body):
    """What was seen and what to do next, about one planned result or one value."""

    kind: FeedbackKind
    result_id: UUID | None = None
    value: Value | None = None
    seen: Text
    next_step: Text | None = None
    competences: list[CompetenceBody] = Field(default=[], max_length=10)
    evidence_ids: list[UUID] = Field(default=[], max_length=20)


class AnswerBody(Body):
    """The employee's answer."""

    answer: Text
