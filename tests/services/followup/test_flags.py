"""What an auditor of follow-up filters by: what was decided moves with the result, is declined, is late."""

from datetime import date
from typing import Any

import pytest

from services.followup.queries.trail import flags
from services.followup.recommendation.decider import FOLLOWUP
from services.followup.recommendation.events import (
    FollowupEvent,
    RecommendationConfirmed,
    RecommendationDeclined,
    RecommendationRevoked,
    ResultReceived,
    ReviewRequested,
    TrainingAssigned,
    TrainingCompleted,
)
from shared.projection.trail import Flag
from shared.regulation.rating import Predicate
from shared.store.encrypted import Encrypted
from tests.flags import flags_of_the_last
from tests.services.followup.story import (
    CORRECTED_RESULT,
    HOURS,
    after,
    communication_to_develop,
    identity,
    result,
)
from tests.services.followup.test_recommendation import COURSE, accepted

recommended = after(result(Predicate.GOOD, communication_to_develop))
course = identity(recommended, COURSE)
assigned = accepted(recommended, COURSE)
[assignment] = [one for one in assigned if isinstance(one, TrainingAssigned)]
corrected = after(result(Predicate.POOR_OR_MISCONDUCT, event_id=CORRECTED_RESULT, version=2), *assigned)


def until(events: tuple[FollowupEvent, ...], kind: type[Any]) -> tuple[FollowupEvent, ...]:
    """What has happened up to the last event of that kind."""
    return events[: max(number for number, one in enumerate(events, 1) if isinstance(one, kind))]


def completed(day: date) -> TrainingCompleted:
    return TrainingCompleted(
        recommendation_id=course,
        assignment_id=assignment.assignment_id,
        completed_on=day,
        hours=HOURS,
        certificate_number=Encrypted.of("LAN/2026/0042"),
    )


@pytest.mark.parametrize(
    ("events", "found"),
    [
        (until(recommended, ResultReceived), []),
        (recommended, []),
        ((*recommended, RecommendationDeclined(recommendation_id=course)), [Flag.DIFFERS]),
        (assigned, []),
        ((*assigned, completed(assignment.complete_by)), []),
        ((*assigned, completed(date(assignment.complete_by.year + 1, 1, 1))), [Flag.LATE]),
        (until(corrected, ResultReceived), [Flag.AFTER_AGREEMENT]),
        (until(corrected, ReviewRequested), [Flag.AFTER_AGREEMENT]),
        ((*corrected, RecommendationConfirmed(recommendation_id=course)), [Flag.AFTER_AGREEMENT]),
        ((*corrected, RecommendationRevoked(recommendation_id=course)), [Flag.AFTER_AGREEMENT]),
    ],
)
def test_a_followup_is_flagged_where_result_or_decision_change_or_a_course_is_late(
    events: tuple[FollowupEvent, ...], found: list[Flag]
) -> None:
    assert flags_of_the_last(flags, FOLLOWUP, events) == found
