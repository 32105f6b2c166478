"""Every code that a person may meet has Indonesian words."""

from enum import StrEnum

import pytest

from services.assessment import wording
from services.assessment.app import AGGREGATES
from services.assessment.evaluation import refusals as of_evaluation
from services.assessment.evaluation.decider import Status
from services.assessment.feedback import refusals as of_feedback
from services.assessment.feedback.events import FeedbackKind
from services.assessment.progress import refusals as of_progress
from shared.decider import Refusal
from shared.regulation.assessment_reasons import CORRECTION_REASONS
from shared.regulation.behavior import Value
from shared.regulation.competences import CompetenceKind
from shared.regulation.rating import Predicate, Rating

REFUSALS = [
    one
    for module in (of_evaluation, of_progress, of_feedback)
    for one in vars(module).values()
    if isinstance(one, type) and issubclass(one, Refusal) and one is not Refusal
]


@pytest.mark.parametrize("refusal", REFUSALS, ids=lambda one: one.__name__)
def test_a_refusal_has_a_title(refusal: type[Refusal]) -> None:
    assert wording.PROBLEMS[refusal.code]


def test_no_two_refusals_share_a_code() -> None:
    codes = [one.code for one in REFUSALS]
    assert len(codes) == len(set(codes))


@pytest.mark.parametrize("codes", [Rating, Predicate, FeedbackKind, CompetenceKind, Value, Status])
def test_a_stored_code_has_words(codes: type[StrEnum]) -> None:
    assert set(map(str, codes)) <= wording.CODES.keys()


def test_each_state_of_an_evaluation_has_words() -> None:
    assert {str(one) for one in Status} - {"unknown"} == wording.STATUSES.keys()


def test_each_cause_of_a_correction_has_words() -> None:
    codes = {code for row in CORRECTION_REASONS.rows for code in row.value}
    assert codes == wording.CORRECTION_REASONS.keys()


def test_each_event_has_a_label() -> None:
    names = {name for aggregate in AGGREGATES for name in aggregate.catalogue.classes}
    assert names | {"ErasureDone"} == wording.EVENT_LABELS.keys()
