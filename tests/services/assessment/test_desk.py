"""What stands beside a number on the pages that show it."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from services.assessment.evaluation.events import IndicatorAchievement
from services.assessment.queries.desk import IndicatorDesk
from shared.regulation.computed import Computed, Step, computed
from shared.regulation.timeliness import TIMELINESS, Timeliness, on_time_realisation
from tests.services.assessment.people import CONTENT

DAY = date(2026, 12, 10)
OF_BEFORE = computed(
    TIMELINESS,
    DAY,
    inputs={"n": Decimal(11), "N": Decimal(12), "T": Decimal(5)},
    steps=[Step("R = n / N × T", Decimal("4.58"))],
)


@pytest.mark.parametrize(
    ("realised", "unit", "shown"),
    [
        (on_time_realisation(Timeliness(10, 10), unit="hari", on=DAY), "hari", "laporan"),
        (on_time_realisation(Timeliness(10, 10), unit="%", on=DAY), "%", "%"),
        (OF_BEFORE, "hari", "hari"),
        (None, "hari", "hari"),
    ],
    ids=["counted", "a share", "a share of the target, as results of before have it", "nothing yet"],
)
def test_a_realisation_is_shown_in_what_it_counts(realised: Computed | None, unit: str, shown: str) -> None:
    indicator = replace(CONTENT.results[0].indicators[0], unit=unit)
    reached = IndicatorAchievement(
        indicator_id=indicator.indicator_id,
        realised=realised,
        achievement=OF_BEFORE,
        reports_on_time=10,
        reports_due=10,
        has_evidence=False,
    )
    assert IndicatorDesk(indicator=indicator, reached=reached, months=()).counted_in == shown
