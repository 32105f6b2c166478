"""The use cases of feedback."""

from dataclasses import dataclass
from uuid import UUID

from services.assessment.context import Assessment
from services.assessment.evaluation.handlers import Asked
from services.assessment.feedback.commands import AnswerFeedback, FeedbackCommand, GiveFeedback
from services.assessment.feedback.decider import AGGREGATE, Feedback
from services.assessment.feedback.events import FeedbackKind, SeenCompetence
from shared.regulation.behavior import Value
from shared.store.act import Done, act


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """What somebody says about one planned result or one value."""

    kind: FeedbackKind
    result_id: UUID | None
    value: Value | None
    seen: str
    next_step: str | None
    competences: tuple[SeenCompetence, ...]
    evidence_ids: tuple[UUID, ...] = ()


async def give(assessment: Assessment, asked: Asked, words: Words) -> Done[Feedback]:
    """Record feedback; its id is the command's, so that a repeat is the same feedback."""
    plan = asked.case.plan
    return await ask(
        assessment,
        asked,
        GiveFeedback(
            plan=plan.identity if plan else None,
            content=plan.content if plan else None,
            given_by=asked.intent.actor_id,
            appraiser_id=asked.standing.appraiser_id,
            superior_id=asked.standing.superior_id,
            on=assessment.local_day(asked.intent.at),
            feedback_id=asked.intent.command_id,
            kind=words.kind,
            result_id=words.result_id,
            value=words.value,
            seen=words.seen,
            next_step=words.next_step,
            competences=words.competences,
            evidence_ids=words.evidence_ids,
        ),
    )


async def answer(assessment: Assessment, asked: Asked, feedback_id: UUID, text: str) -> Done[Feedback]:
    """Record the employee's answer."""
    return await ask(
        assessment,
        asked,
        AnswerFeedback(
            employee_id=asked.case.employee_id,
            answered_by=asked.intent.actor_id,
            feedback_id=feedback_id,
            answer=text,
        ),
    )


async def ask(assessment: Assessment, asked: Asked, command: FeedbackCommand) -> Done[Feedback]:
    return await act(
        assessment.store,
        AGGREGATE,
        asked.case.feedback_stream,
        command,
        asked.intent,
        subject_id=asked.case.employee_id,
        expected=asked.expected,
        outcome={"feedback_id": str(command.feedback_id)},
    )
