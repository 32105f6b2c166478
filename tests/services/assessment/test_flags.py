"""What an auditor of assessment filters by: what was agreed or rated changed, and what stands out."""

from dataclasses import replace
from datetime import date
from typing import Any
from uuid import UUID

import pytest

from services.assessment.evaluation.decider import AGGREGATE as EVALUATION
from services.assessment.evaluation.events import (
    AssessmentCorrected,
    EvaluationPlanRevised,
    ResultAcknowledged,
)
from services.assessment.feedback.decider import AGGREGATE as FEEDBACK
from services.assessment.progress.decider import AGGREGATE as PROGRESS
from services.assessment.queries.flags import flags
from shared.projection.trail import Flag
from shared.regulation.rating import Rating
from shared.store.unit import Aggregate
from tests.flags import flags_of_the_last
from tests.services.assessment import test_evaluation as rating
from tests.services.assessment.people import CONTENT, PLAN
from tests.services.assessment.test_feedback import praised
from tests.services.assessment.test_progress import accepted, august_reported

read = ResultAcknowledged(result_version=1)
revised = EvaluationPlanRevised(
    plan=replace(PLAN, revision=2), content=CONTENT, plan_reason_code="task-changed"
)
corrected = AssessmentCorrected(
    plan=PLAN,
    result_rating=Rating.ABOVE,
    behavior_rating=Rating.ABOVE,
    predicate=rating.completed.predicate,
    reports_on_time=11,
    reports_due=12,
    competences=(),
    result_version=2,
    supersedes=UUID(int=400),
)
in_time = replace(august_reported, recorded_on=date(2026, 9, 4), days_late=0)


@pytest.mark.parametrize(
    ("events", "found"),
    [
        (rating.until_open, []),
        ((*rating.until_open, revised), [Flag.AFTER_AGREEMENT]),
        ((*rating.until_open, rating.rated), []),
        ((*rating.until_open, replace(rating.rated, differs=True)), [Flag.DIFFERS]),
        ((*rating.until_open, replace(rating.behaved, differs=True)), [Flag.DIFFERS]),
        (rating.until_published, []),
        ((*rating.until_published, read), []),
        ((*rating.until_published, corrected), [Flag.AFTER_AGREEMENT, Flag.CORRECTED]),
        ((*rating.until_published, corrected, replace(read, result_version=2)), []),
    ],
)
def test_an_evaluation_is_flagged_where_what_was_agreed_or_rated_changes(
    events: tuple[Any, ...], found: list[Flag]
) -> None:
    assert flags_of_the_last(flags, EVALUATION, events) == found


@pytest.mark.parametrize(
    ("aggregate", "events", "found"),
    [
        (PROGRESS, (in_time,), []),
        (PROGRESS, (august_reported,), [Flag.LATE]),
        (PROGRESS, (august_reported, accepted), []),
        (FEEDBACK, (praised,), []),
    ],
)
def test_a_report_is_flagged_where_it_is_late(
    aggregate: Aggregate[Any, Any, Any], events: tuple[Any, ...], found: list[Flag]
) -> None:
    assert flags_of_the_last(flags, aggregate, events) == found
