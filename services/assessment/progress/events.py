"""What was reported on the indicators of one plan; stored for ever."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import get_args
from uuid import UUID

from services.assessment.evaluation.events import PlanIdentity
from shared.store.encrypted import Encrypted
from shared.store.event import Catalogue, Data, event


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """A file, by what its clear content is; the content itself lies encrypted in the evidence store."""

    evidence_id: UUID
    file_name: Encrypted[str]
    media_type: str
    size: int
    sha256: str


@event("ProgressReported", version=2)
class ProgressReported:
    """One indicator's report on one month; a later one on the same month corrects it.

    `recorded_on` is the local day it came in, `days_late` that of the month's first report against `due_on`.
    `kept_evidence` names files of earlier reports that still stand; with `keeps_action` the planned action
    of the report before does, which is told only once.
    """

    plan: PlanIdentity
    indicator_id: UUID
    month: int
    planned_action: Encrypted[str] | None
    keeps_action: bool
    realised: Decimal
    completed_on: date | None
    evidence: tuple[Evidence, ...]
    kept_evidence: tuple[UUID, ...]
    recorded_on: date
    due_on: date | None
    days_late: int


@event("EarlierDateAccepted")
class EarlierDateAccepted:
    """The appraiser accepted, on evidence, that a late report was complete earlier."""

    indicator_id: UUID
    month: int
    accepted_on: date
    days_late: int


ProgressEvent = ProgressReported | EarlierDateAccepted
CATALOGUE = Catalogue(*get_args(ProgressEvent))


@CATALOGUE.upcast("ProgressReported", from_version=1)
def with_its_action_as_a_text(data: Data) -> Data:
    """Version 1 held the planned action in clear, and each report told it again."""
    action, about = data["planned_action"], UUID(data["plan"]["employee_id"])
    text = Encrypted.in_clear(action, about=about) if action else None
    return {**data, "planned_action": text, "keeps_action": False}
