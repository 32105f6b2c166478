"""What was said to an employee about the work, and what was answered; stored for ever."""

from dataclasses import dataclass
from enum import StrEnum
from typing import get_args
from uuid import UUID

from services.assessment.evaluation.events import PlanIdentity
from shared.regulation.behavior import Value
from shared.regulation.competences import CompetenceKind
from shared.store.encrypted import Encrypted
from shared.store.event import Catalogue, event


class FeedbackKind(StrEnum):
    """Praise, or something to do better."""

    APPRECIATION = "appreciation"
    IMPROVEMENT = "improvement"


@dataclass(frozen=True, slots=True, kw_only=True)
class SeenCompetence:
    """A competence of the catalogue that the feedback shows."""

    code: str
    kind: CompetenceKind


@event("FeedbackGiven")
class FeedbackGiven:
    """Somebody said what was seen and what to do next, about one planned result or one value."""

    plan: PlanIdentity
    feedback_id: UUID
    kind: FeedbackKind
    result_id: UUID | None
    value: Value | None
    seen: Encrypted[str]
    next_step: Encrypted[str] | None
    competences: tuple[SeenCompetence, ...]
    evidence_ids: tuple[UUID, ...]


@event("FeedbackAnswered")
class FeedbackAnswered:
    """The employee answered."""

    feedback_id: UUID
    answer: Encrypted[str]


FeedbackEvent = FeedbackGiven | FeedbackAnswered
CATALOGUE = Catalogue(*get_args(FeedbackEvent))
