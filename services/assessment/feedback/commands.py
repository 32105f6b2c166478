"""What may be asked of a year's feedback."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from services.assessment.evaluation.events import PlanContent, PlanIdentity
from services.assessment.feedback.events import FeedbackKind, SeenCompetence
from shared.regulation.behavior import Value


@dataclass(frozen=True, slots=True, kw_only=True)
class GiveFeedback:
    """`plan` and `content` are None before agreement; the appraiser and his or her superior may speak."""

    plan: PlanIdentity | None
    content: PlanContent | None
    given_by: UUID
    appraiser_id: UUID | None
    superior_id: UUID | None
    on: date
    feedback_id: UUID
    kind: FeedbackKind
    result_id: UUID | None
    value: Value | None
    seen: str
    next_step: str | None
    competences: tuple[SeenCompetence, ...]
    evidence_ids: tuple[UUID, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerFeedback:
    employee_id: UUID
    answered_by: UUID
    feedback_id: UUID
    answer: str


FeedbackCommand = GiveFeedback | AnswerFeedback
