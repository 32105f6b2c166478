"""What may be asked of a year's progress."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from uuid import UUID

from services.assessment.evaluation.events import PlanContent, PlanIdentity
from services.assessment.progress.events import Evidence
from shared.store.encrypted import Encrypted


@dataclass(frozen=True, slots=True, kw_only=True)
class AssessedPlan:
    """The agreed plan as the evaluation knows it now, and whether its result is out."""

    identity: PlanIdentity
    content: PlanContent
    is_published: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportProgress:
    """`plan` is None before agreement; `recorded_on` is today in the agency's zone.

    `same_action` is a planned action of before that reads like this one: the rules open no stored text.
    """

    plan: AssessedPlan | None
    reported_by: UUID
    indicator_id: UUID
    month: int
    planned_action: str | None
    same_action: Encrypted[str] | None = None
    realised: Decimal
    completed_on: date | None
    evidence: tuple[Evidence, ...]
    kept_evidence: tuple[UUID, ...]
    recorded_on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class AcceptEarlierDate:
    """`appraiser_id` is the employee's appraiser today, None when there is none."""

    plan: AssessedPlan | None
    accepted_by: UUID
    appraiser_id: UUID | None
    indicator_id: UUID
    month: int
    accepted_on: date
    has_reason: bool


ProgressCommand = ReportProgress | AcceptEarlierDate
