"""Feedback's rules, as sentences."""

from dataclasses import replace
from uuid import UUID

import pytest

from services.assessment.evaluation.refusals import NotTheEmployee, PlanNotAgreed
from services.assessment.feedback.commands import AnswerFeedback, GiveFeedback
from services.assessment.feedback.decider import AGGREGATE
from services.assessment.feedback.events import (
    FeedbackAnswered,
    FeedbackGiven,
    FeedbackKind,
    SeenCompetence,
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
from shared.decider import Refusal
from shared.regulation.behavior import Value
from shared.regulation.competences import CompetenceKind
from shared.store.encrypted import Encrypted
from tests.services.assessment.people import BUDI, CONTENT, HENDRA, IN_JANUARY, PLAN, RATNA, REPORTS, SARI
from tests.spec import Spec

feedback = Spec(AGGREGATE.decider)


def seen(*codes: str) -> tuple[SeenCompetence, ...]:
    return tuple(SeenCompetence(code=code, kind=CompetenceKind.STRENGTH) for code in codes)


praise = GiveFeedback(
    plan=PLAN,
    content=CONTENT,
    given_by=RATNA,
    appraiser_id=RATNA,
    superior_id=HENDRA,
    on=IN_JANUARY,
    feedback_id=UUID(int=301),
    kind=FeedbackKind.APPRECIATION,
    result_id=REPORTS,
    value=None,
    seen="Laporan Maret rapi dan lengkap.",
    next_step=None,
    competences=seen("accuracy"),
    evidence_ids=(UUID(int=501),),
)
praised = FeedbackGiven(
    plan=PLAN,
    feedback_id=UUID(int=301),
    kind=FeedbackKind.APPRECIATION,
    result_id=REPORTS,
    value=None,
    seen=Encrypted.of("Laporan Maret rapi dan lengkap."),
    next_step=None,
    competences=seen("accuracy"),
    evidence_ids=(UUID(int=501),),
)
thanks = AnswerFeedback(
    employee_id=SARI, answered_by=SARI, feedback_id=UUID(int=301), answer="Terima kasih, Bu."
)
thanked = FeedbackAnswered(feedback_id=UUID(int=301), answer=Encrypted.of("Terima kasih, Bu."))


def test_the_appraiser_says_what_was_seen() -> None:
    feedback.given().when(praise).then(praised)
    feedback.given(praised).when(praise).then_nothing()


def test_the_superior_speaks_about_a_value() -> None:
    together = replace(praise, given_by=HENDRA, result_id=None, value=Value.COLLABORATIVE)
    feedback.given().when(together).then(replace(praised, result_id=None, value=Value.COLLABORATIVE))


@pytest.mark.parametrize(
    ("ask", "reason"),
    [
        (replace(praise, plan=None, content=None), PlanNotAgreed),
        (replace(praise, given_by=SARI), OwnFeedback),
        (replace(praise, given_by=BUDI), NotALeader),
        (replace(praise, value=Value.LOYAL), FeedbackSubjectUnclear),
        (replace(praise, result_id=None), FeedbackSubjectUnclear),
        (replace(praise, result_id=UUID(int=9999)), PlannedResultUnknown),
        (replace(praise, seen="  "), FeedbackWithoutText),
        (replace(praise, kind=FeedbackKind.IMPROVEMENT), FeedbackWithoutText),
        (replace(praise, competences=seen("accuracy", "accuracy")), TooManyCompetences),
        (
            replace(praise, competences=seen("accuracy", "service", "analysis", "teamwork")),
            TooManyCompetences,
        ),
        (replace(praise, competences=seen("juggling")), CompetenceUnknown),
    ],
)
def test_feedback_that_cannot_be_is_refused(ask: GiveFeedback, reason: type[Refusal]) -> None:
    feedback.given().when(ask).then_refused(reason)


def test_the_employee_answers_once() -> None:
    feedback.given(praised).when(thanks).then(thanked)
    feedback.given(praised, thanked).when(thanks).then_refused(FeedbackAlreadyAnswered)


@pytest.mark.parametrize(
    ("ask", "reason"),
    [
        (replace(thanks, answered_by=BUDI), NotTheEmployee),
        (replace(thanks, feedback_id=UUID(int=9999)), FeedbackUnknown),
        (replace(thanks, answer=" "), AnswerWithoutText),
    ],
)
def test_an_answer_that_cannot_be_is_refused(ask: AnswerFeedback, reason: type[Refusal]) -> None:
    feedback.given(praised).when(ask).then_refused(reason)


def test_the_text_is_never_shown_by_accident() -> None:
    assert "rapi" not in repr(praised)
