"""What was rated, by whom and why: drafts for the appraiser, the published result for the employee."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from services.assessment.context import Assessment
from services.assessment.evaluation.decider import Result
from services.assessment.evaluation.events import BehaviorRated, ResultsRated
from services.assessment.queries.cases import Case
from services.assessment.wording import ERASED
from shared.store.unit import Recorded

RESULT_TYPES = ("AssessmentCompleted", "AssessmentCorrected")


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """The appraiser's ratings before they are published; a reason is None where none was needed."""

    results: ResultsRated | None
    results_reason: str | None
    behavior: BehaviorRated | None
    behavior_reason: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Published:
    """The result in force, and the ratings with the numbers it came from.

    `corrected_because` is set when this is a correction; `first_at` and `first_by` are of what was published
    before any. Erased reasons are None.
    """

    event_id: UUID
    at: datetime
    by: UUID
    first_at: datetime
    first_by: UUID
    result: Result
    ratings: Draft
    corrected_because: str | None
    is_acknowledged: bool


async def draft(assessment: Assessment, case: Case) -> Draft:
    """The ratings as last saved, with their reasons opened."""
    state = case.evaluation
    of_results, of_behavior = latest(case, "ResultsRated"), latest(case, "BehaviorRated")
    if of_results or of_behavior:
        await assessment.keyring.load([case.employee_id])
    return Draft(
        results=state.results,
        results_reason=reason(assessment, of_results),
        behavior=state.behavior,
        behavior_reason=reason(assessment, of_behavior),
    )


async def published(assessment: Assessment, case: Case) -> Published | None:
    """The result in force, or None before publication."""
    result, told = case.evaluation.result, latest(case, *RESULT_TYPES)
    first = latest(case, "AssessmentCompleted")
    if result is None or told is None or first is None:
        return None
    return Published(
        event_id=told.event_id,
        at=told.recorded_at,
        by=told.actor_id,
        first_at=first.recorded_at,
        first_by=first.actor_id,
        result=result,
        ratings=await draft(assessment, case),
        corrected_because=reason(assessment, told),
        is_acknowledged=case.evaluation.acknowledged == result.result_version,
    )


def latest(case: Case, *types: str) -> Recorded | None:
    """The last event of these types."""
    return next((one for one in reversed(case.loaded.recorded) if one.type in types), None)


def reason(assessment: Assessment, recorded: Recorded | None) -> str | None:
    """The event's reason in words; the subject's key is loaded already."""
    if recorded is None or recorded.reason_text is None:
        return None
    return assessment.keyring.open(recorded.reason_text) or ERASED
