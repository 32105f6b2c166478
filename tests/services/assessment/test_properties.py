"""For every sequence of commands: nothing happens twice, and what was decided folds."""

import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.assessment.calendar import decider as calendar
from services.assessment.calendar.commands import NoteDates
from services.assessment.evaluation import decider as evaluation
from services.assessment.evaluation.commands import (
    AcknowledgeResult,
    NotePlanReturned,
    OpenEvaluation,
    RegisterEvaluation,
    RevisePlan,
)
from services.assessment.feedback import decider as feedback
from services.assessment.feedback.events import FeedbackKind
from services.assessment.progress import decider as progress
from shared.decider import Refusal
from shared.regulation.rating import Rating
from shared.store.unit import Aggregate
from tests.services.assessment import test_evaluation as rating
from tests.services.assessment import test_feedback as saying
from tests.services.assessment import test_progress as reporting
from tests.services.assessment.people import CONTENT, PLAN
from tests.told import told_truly

EVALUATION_COMMANDS: list[Any] = [
    RegisterEvaluation(plan=PLAN),
    NotePlanReturned(revision=1, plan_reason_code="targets-unclear"),
    OpenEvaluation(plan=PLAN, content=CONTENT),
    RevisePlan(plan=replace(PLAN, revision=2), content=CONTENT, plan_reason_code="task-changed"),
    *(
        replace(rating.rate, chosen=chosen, has_reason=reason)
        for chosen in Rating
        for reason in (True, False)
    ),
    *(replace(rating.rate_behavior, chosen=chosen, has_reason=True) for chosen in Rating),
    rating.publish,
    AcknowledgeResult(acknowledged_by=PLAN.employee_id),
    *(replace(rating.correct, corrects=version) for version in (1, 2)),
    replace(rating.correct, corrects=2, result_rating=Rating.BELOW),
]
PROGRESS_COMMANDS: list[Any] = [
    *(replace(reporting.report_august, month=month) for month in (6, 7, 8)),
    replace(reporting.report_august, realised=Decimal(2)),
    replace(reporting.report_august, evidence=(), kept_evidence=()),
    replace(reporting.report_august, evidence=(reporting.letter,), kept_evidence=(UUID(int=501),)),
    reporting.accept,
    replace(reporting.accept, accepted_on=date(2026, 9, 6)),
]
FEEDBACK_COMMANDS: list[Any] = [
    saying.praise,
    replace(saying.praise, feedback_id=UUID(int=302), kind=FeedbackKind.IMPROVEMENT, next_step="Latih."),
    saying.thanks,
    replace(saying.thanks, feedback_id=UUID(int=302)),
]
CALENDAR_COMMANDS: list[Any] = [
    NoteDates(assessment_opens=opens, assessment_due=date(2027, 1, 31), source_index=index)
    for index, opens in ((3, date(2026, 12, 1)), (4, date(2026, 12, 1)), (9, date(2026, 11, 16)))
]
ALL = [
    pytest.param(evaluation.AGGREGATE, EVALUATION_COMMANDS, id="evaluation"),
    pytest.param(progress.AGGREGATE, PROGRESS_COMMANDS, id="progress"),
    pytest.param(feedback.AGGREGATE, FEEDBACK_COMMANDS, id="feedback"),
    pytest.param(calendar.AGGREGATE, CALENDAR_COMMANDS, id="calendar"),
]


def decided(aggregate: Aggregate[Any, Any, Any], state: Any, command: Any) -> list[Any]:
    """What a command adds; a refusal adds nothing."""
    try:
        return aggregate.decider.decide(state, command)
    except Refusal:
        return []


@pytest.mark.parametrize(("aggregate", "commands"), ALL)
@given(data=st.data())
def test_a_repeated_command_adds_nothing(
    data: st.DataObject, aggregate: Aggregate[Any, Any, Any], commands: Sequence[Any]
) -> None:
    state = aggregate.decider.initial
    for command in data.draw(st.lists(st.sampled_from(commands), max_size=12)):
        state = aggregate.decider.fold(decided(aggregate, state, command), state)
        assert decided(aggregate, state, command) == []


@pytest.mark.parametrize(("aggregate", "commands"), ALL)
@given(data=st.data())
def test_what_is_decided_can_be_folded_and_written(
    data: st.DataObject, aggregate: Aggregate[Any, Any, Any], commands: Sequence[Any]
) -> None:
    state = aggregate.decider.initial
    for command in data.draw(st.lists(st.sampled_from(commands), max_size=12)):
        for event in decided(aggregate, state, command):
            state = aggregate.decider.evolve(state, event)
            json.dumps(aggregate.catalogue.dump(event))


@pytest.mark.parametrize(("aggregate", "commands"), ALL)
@given(data=st.data())
def test_the_trail_can_tell_every_field_of_a_state_apart(
    data: st.DataObject, aggregate: Aggregate[Any, Any, Any], commands: Sequence[Any]
) -> None:
    state = aggregate.decider.initial
    for command in data.draw(st.lists(st.sampled_from(commands), max_size=12)):
        before = state
        state = aggregate.decider.fold(decided(aggregate, state, command), state)
        told_truly(before, state)
