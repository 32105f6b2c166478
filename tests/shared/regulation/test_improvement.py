"""Six months, both days included."""

from datetime import date

import pytest

from shared.regulation.improvement import improvement_ends


@pytest.mark.parametrize(
    ("starts_on", "ends_on"),
    [
        (date(2026, 2, 1), date(2026, 7, 31)),
        (date(2026, 3, 15), date(2026, 9, 14)),
        (date(2026, 8, 31), date(2027, 2, 28)),
        (date(2027, 8, 30), date(2028, 2, 29)),
        (date(2026, 7, 1), date(2026, 12, 31)),
    ],
)
def test_an_improvement_period_is_six_months(starts_on: date, ends_on: date) -> None:
    assert improvement_ends(starts_on) == ends_on
