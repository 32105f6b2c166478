"""What others hear: codes and numbers, never a name or a word."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest

from services.assessment.evaluation.decider import AGGREGATE, evaluation_stream
from services.assessment.public_events import message
from shared.store.unit import Recorded
from tests.services.assessment import test_evaluation as rating
from tests.services.assessment import test_feedback as saying
from tests.services.assessment import test_progress as reporting
from tests.services.assessment.people import ON_TIME, RATNA, SARI

STREAM = evaluation_stream(SARI, 2026)


def recorded(event: Any, reason_code: str | None = None) -> Recorded:
    return Recorded(
        event_id=UUID(int=900),
        agency="CONTOH",
        service="assessment",
        stream=STREAM,
        stream_version=1,
        type=event.stored_name,
        schema_version=1,
        subject_id=SARI,
        actor_id=RATNA,
        acting_role="appraiser",
        on_behalf_of=None,
        reason_code=reason_code,
        reason_text=None,
        effective_on=None,
        recorded_at=datetime(2027, 1, 11, tzinfo=UTC),
        command_id=UUID(int=901),
        correlation_id=UUID(int=902),
        causation_id=None,
        traceparent=None,
        event=event,
    )


def test_a_result_says_all_that_followup_needs() -> None:
    said = message(recorded(rating.completed))
    assert said is not None
    told = said.model_dump(mode="json")
    assert told["evaluation_id"] == str(STREAM.stream_id)
    assert (told["result_rating"], told["behavior_rating"], told["predicate"]) == ("met", "met", "good")
    assert (told["reports_on_time"], told["reports_due"]) == (11, 12)
    assert told["competences"] == [
        {"code": "accuracy", "kind": "strength", "feedback_ids": [str(UUID(int=301))]}
    ]
    assert told["indicators"] == [{"indicator_id": str(ON_TIME), "on_time": 11, "due": 12}]
    assert told["feedback_ids"] == [str(UUID(int=301)), str(UUID(int=302))]
    assert (told["result_version"], told["supersedes"]) == (1, None)


def test_a_correction_cites_what_it_replaces_and_why() -> None:
    state = AGGREGATE.decider.fold(rating.until_published)
    (corrected,) = AGGREGATE.decider.decide(state, rating.correct)
    said = message(recorded(corrected, "evidence-overlooked"))
    assert said is not None
    told = said.model_dump(mode="json")
    assert (told["supersedes"], told["result_version"]) == (str(UUID(int=400)), 2)
    assert told["reason_code"] == "evidence-overlooked"


def test_a_late_report_says_by_how_much() -> None:
    said = message(recorded(reporting.august_reported))
    assert said is not None
    assert said.model_dump(mode="json")["days_late"] == 3


def test_feedback_says_competences_and_no_words() -> None:
    said = message(recorded(saying.praised))
    assert said is not None
    told = said.model_dump_json()
    assert "accuracy" in told
    assert "rapi" not in told


@pytest.mark.parametrize(
    "event",
    [rating.registered, rating.opened, rating.rated, rating.behaved, saying.thanked, reporting.accepted],
)
def test_what_is_private_is_not_said(event: Any) -> None:
    assert message(recorded(event)) is None
