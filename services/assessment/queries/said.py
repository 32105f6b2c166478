"""Feedback with its words opened: who said it, when, and what was answered."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from services.assessment.context import Assessment
from services.assessment.feedback.events import FeedbackAnswered, FeedbackGiven
from services.assessment.queries.cases import Case, feedback
from services.assessment.wording import ERASED
from shared.store.encrypted import Encrypted


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """One feedback; texts are None once erased, `answered_at` is None while it waits for an answer."""

    given: FeedbackGiven
    giver_id: UUID
    at: datetime
    seen: str | None
    next_step: str | None
    answer: str | None = None
    answered_at: datetime | None = None


async def all_said(assessment: Assessment, case: Case) -> list[Said]:
    """All feedback on the plan, newest first."""
    loaded = await feedback(assessment, case)
    await assessment.keyring.load([case.employee_id])

    def opened(text: Encrypted[str]) -> str:
        return assessment.keyring.open(text) or ERASED

    answers = {
        one.event.feedback_id: one for one in loaded.recorded if isinstance(one.event, FeedbackAnswered)
    }
    found = []
    for one in loaded.recorded:
        given = one.event
        if not isinstance(given, FeedbackGiven):
            continue
        answer = answers.get(given.feedback_id)
        found.append(
            Said(
                given=given,
                giver_id=one.actor_id,
                at=one.recorded_at,
                seen=opened(given.seen),
                next_step=opened(given.next_step) if given.next_step else None,
                answer=opened(answer.event.answer) if answer else None,
                answered_at=answer.recorded_at if answer else None,
            )
        )
    return found[::-1]
