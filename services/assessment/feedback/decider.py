"""The rules of feedback: about what, by whom, and one answer."""

from dataclasses import dataclass, replace
from typing import assert_never
from uuid import UUID

from services.assessment.evaluation.events import PlanContent, PlanIdentity
from services.assessment.evaluation.refusals import NotTheEmployee, PlanNotAgreed
from services.assessment.feedback.commands import AnswerFeedback, FeedbackCommand, GiveFeedback
from services.assessment.feedback.events import (
    CATALOGUE,
    FeedbackAnswered,
    FeedbackEvent,
    FeedbackGiven,
    FeedbackKind,
)
from services.assessment.feedback.refusals import (
    AnswerWithoutText,
    CompetenceUnknown,
    FeedbackAlreadyAnswered,
    FeedbackSubjectUnclear,
    FeedbackUnknown,
    FeedbackWithoutText,
    NotALeader,
    OwnFeedback,
    PlannedResultUnknown,
    TooManyCompetences,
)
from shared.decider import Decider
from shared.regulation.competences import competences_on
from shared.store.encrypted import Encrypted
from shared.store.stream import Stream
from shared.store.unit import Aggregate

MOST_COMPETENCES = 3


@dataclass(frozen=True)
class Said:
    """One feedback with its answer, if there is one."""

    feedback_id: UUID
    given: FeedbackGiven
    answer: Encrypted[str] | None = None


@dataclass(frozen=True)
class Feedback:
    """All feedback on one plan, oldest first."""

    said: tuple[Said, ...] = ()

    def find(self, feedback_id: UUID) -> Said | None:
        """That feedback, if it was given."""
        return next((one for one in self.said if one.given.feedback_id == feedback_id), None)


def feedback_stream(employee_id: UUID, year: int, segment: int = 1) -> Stream:
    """The stream of all feedback on `employee_id`'s plan of that year and segment."""
    return Stream.of("feedback", employee_id, segment, year=year)


def decide(feedback: Feedback, command: FeedbackCommand) -> list[FeedbackEvent]:
    match command:
        case GiveFeedback():
            return give(feedback, command)
        case AnswerFeedback():
            return answer(feedback, command)
        case _:
            assert_never(command)


def evolve(feedback: Feedback, event: FeedbackEvent) -> Feedback:
    match event:
        case FeedbackGiven():
            return Feedback((*feedback.said, Said(event.feedback_id, event)))
        case FeedbackAnswered():
            return Feedback(
                tuple(
                    replace(one, answer=event.answer) if one.given.feedback_id == event.feedback_id else one
                    for one in feedback.said
                )
            )
        case _:
            assert_never(event)


def give(feedback: Feedback, command: GiveFeedback) -> list[FeedbackEvent]:
    """Record feedback (PermenPANRB 6/2022: Umpan Balik Berkelanjutan), once per `feedback_id`."""
    plan, content = agreed(command)
    if command.given_by == plan.employee_id:
        raise OwnFeedback
    if command.given_by not in (command.appraiser_id, command.superior_id):
        raise NotALeader
    if feedback.find(command.feedback_id):
        return []
    demand_subject(content, command)
    demand_text(command)
    demand_competences(command)
    next_step = (command.next_step or "").strip()
    return [
        FeedbackGiven(
            plan=plan,
            feedback_id=command.feedback_id,
            kind=command.kind,
            result_id=command.result_id,
            value=command.value,
            seen=Encrypted.of(command.seen.strip()),
            next_step=Encrypted.of(next_step) if next_step else None,
            competences=command.competences,
            evidence_ids=command.evidence_ids,
        )
    ]


def agreed(command: GiveFeedback) -> tuple[PlanIdentity, PlanContent]:
    """The agreed plan. Raises PlanNotAgreed."""
    if command.plan is None or command.content is None:
        raise PlanNotAgreed
    return command.plan, command.content


def demand_subject(content: PlanContent, command: GiveFeedback) -> None:
    """Raise unless the feedback is about exactly one thing that exists."""
    if (command.result_id is None) == (command.value is None):
        raise FeedbackSubjectUnclear
    known = {result.result_id for result in content.results}
    if command.result_id is not None and command.result_id not in known:
        raise PlannedResultUnknown


def demand_text(command: GiveFeedback) -> None:
    """Raise where words are missing."""
    next_step = (command.next_step or "").strip()
    if not command.seen.strip() or (command.kind is FeedbackKind.IMPROVEMENT and not next_step):
        raise FeedbackWithoutText


def demand_competences(command: GiveFeedback) -> None:
    """Raise unless there are at most three of the catalogue, each once."""
    codes = [one.code for one in command.competences]
    if len(codes) > MOST_COMPETENCES or len(set(codes)) < len(codes):
        raise TooManyCompetences
    if unknown := sorted(set(codes) - competences_on(command.on).keys()):
        raise CompetenceUnknown(code=unknown[0])


def answer(feedback: Feedback, command: AnswerFeedback) -> list[FeedbackEvent]:
    """Record the employee's one answer."""
    if command.answered_by != command.employee_id:
        raise NotTheEmployee
    said = feedback.find(command.feedback_id)
    if said is None:
        raise FeedbackUnknown
    if not command.answer.strip():
        raise AnswerWithoutText
    if said.answer is not None:
        raise FeedbackAlreadyAnswered
    return [FeedbackAnswered(feedback_id=command.feedback_id, answer=Encrypted.of(command.answer.strip()))]


AGGREGATE = Aggregate("feedback", Decider(Feedback(), decide, evolve), CATALOGUE)
