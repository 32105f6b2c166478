"""What an auditor filters changes by."""

from typing import Any

from services.assessment.evaluation.events import (
    AssessmentCorrected,
    BehaviorRated,
    EvaluationPlanRevised,
    ResultsRated,
)
from services.assessment.progress.events import ProgressReported
from shared.projection.trail import Flag
from shared.store.unit import Recorded


def flags(recorded: Recorded, before: Any, after: Any) -> list[Flag]:
    """A changed plan or result (not that it was read), differs from the suggestion, or late."""
    del before, after
    match recorded.event:
        case EvaluationPlanRevised():
            return [Flag.AFTER_AGREEMENT]
        case AssessmentCorrected():
            return [Flag.AFTER_AGREEMENT, Flag.CORRECTED]
        case ResultsRated(differs=True) | BehaviorRated(differs=True):
            return [Flag.DIFFERS]
        case ProgressReported(days_late=days) if days > 0:
            return [Flag.LATE]
        case _:
            return []
