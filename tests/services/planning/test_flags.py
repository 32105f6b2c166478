"""What an auditor of planning filters by: what was agreed is changed, or a step came late."""

from dataclasses import replace
from typing import Any

import pytest

from services.planning.plan.decider import AGGREGATE
from services.planning.plan.events import PlanRevised, ResultEdited, ResultKind
from services.planning.projections import flags
from shared.projection.trail import Flag
from tests.flags import flags_of_the_last
from tests.services.planning.plans import (
    MUTATION_UNIT,
    RATNA,
    REPORT,
    agreed,
    complete,
    in_agreement,
    returned,
    revision_opened,
    submitted,
)

edited = ResultEdited(result_id=REPORT, title="Data kepegawaian mutakhir", kind=ResultKind.MAIN)
revised = PlanRevised(unit_id=MUTATION_UNIT, appraiser_id=RATNA, revision=2, reason_code="assignment-changed")
in_revision = (*in_agreement, revision_opened)


@pytest.mark.parametrize(
    ("events", "found"),
    [
        ((*complete, edited), []),
        ((*complete, submitted), []),
        ((*complete, replace(submitted, late=True)), [Flag.LATE]),
        ((*complete, submitted, returned), []),
        (in_agreement, []),
        ((*complete, submitted, replace(agreed, late=True)), [Flag.LATE]),
        (in_revision, [Flag.AFTER_AGREEMENT]),
        ((*in_revision, edited), [Flag.AFTER_AGREEMENT]),
        ((*in_revision, edited, submitted, revised), [Flag.AFTER_AGREEMENT]),
    ],
)
def test_a_plan_is_flagged_where_it_changes_after_its_agreement_or_is_late(
    events: tuple[Any, ...], found: list[Flag]
) -> None:
    assert flags_of_the_last(flags, AGGREGATE, events) == found
