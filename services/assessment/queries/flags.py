"""What an auditor filters changes by."""

from typing import Any

from services.assessment.evaluation.decider import Evaluation, Status
from services.assessment.evaluation.events import BehaviorRated, EvaluationPlanRevised, ResultsRated
from services.assessment.progress.events import ProgressReported
from shared.store.unit import Recorded

AFTER_AGREEMENT, DIFFERS, LATE, CORRECTED = "after_agreement", "differs", "late", "corrected"


def flags(recorded: Recorded, before: Any, after: Any) -> list[str]:
    """After agreement (of the plan, or of a published result), differs from the suggestion, or late."""
    del after
    found = []
    published = isinstance(before, Evaluation) and before.status is Status.PUBLISHED
    if published or isinstance(recorded.event, EvaluationPlanRevised):
        found.append(AFTER_AGREEMENT)
    match recorded.event:
        case ResultsRated(differs=True) | BehaviorRated(differs=True):
            found.append(DIFFERS)
        case ProgressReported(days_late=days) if days > 0:
            found.append(LATE)
        case _:
            pass
    if recorded.type == "AssessmentCorrected":
        found.append(CORRECTED)
    return found
