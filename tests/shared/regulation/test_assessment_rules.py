"""The regulation's tables and formulas, with the values that the sources print."""

from datetime import UTC, date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.regulation.achievement import achievement, mean_achievement, realisation, suggested_rating
from shared.regulation.behavior import Value, guides_on, suggested_behavior
from shared.regulation.competences import competences_on
from shared.regulation.dated import NoRuleYet
from shared.regulation.rating import Predicate, Rating, predicate_of
from shared.regulation.timeliness import (
    Timeliness,
    days_late,
    due_date,
    local_date,
    months_due,
    on_time_achievement,
    on_time_realisation,
    timeliness,
)

DAY = date(2026, 12, 31)


@pytest.mark.parametrize(
    ("result", "behavior", "predicate"),
    [
        ("above", "below", "poor_or_misconduct"),
        ("above", "met", "good"),
        ("above", "above", "very_good"),
        ("met", "below", "poor_or_misconduct"),
        ("met", "met", "good"),
        ("met", "above", "good"),
        ("below", "below", "very_poor"),
        ("below", "met", "needs_improvement"),
        ("below", "above", "needs_improvement"),
    ],
)
def test_the_predicate_follows_the_matrix(result: str, behavior: str, predicate: str) -> None:
    found = predicate_of(Rating(result), Rating(behavior), on=DAY)
    assert found.predicate is Predicate(predicate)
    assert found.rule_from == date(2022, 2, 3)


def test_no_rule_is_older_than_its_regulation() -> None:
    with pytest.raises(NoRuleYet):
        predicate_of(Rating.MET, Rating.MET, on=date(2022, 2, 2))


@pytest.mark.parametrize(
    ("realised", "target", "direction", "percent"),
    [
        ("12", "12", "higher", "100.00"),
        ("11", "12", "higher", "91.67"),
        ("20", "12", "higher", "120.00"),
        ("3", "4", "lower", "120.00"),
        ("4.4", "4", "lower", "90.00"),
        ("9", "4", "lower", "0.00"),
        ("0", "0", "lower", "100.00"),
        ("1", "0", "lower", "0.00"),
    ],
)
def test_achievement_by_the_formula(realised: str, target: str, direction: str, percent: str) -> None:
    found = achievement(
        Decimal(realised), Decimal(target), direction="lower" if direction == "lower" else "higher", on=DAY
    )
    assert str(found.value) == percent
    assert found.steps[-1].value == found.value


@given(
    st.decimals(0, 10**9, places=2),
    st.decimals("0.01", 10**9, places=2),
    st.sampled_from(["higher", "lower"]),
)
def test_achievement_stays_between_nought_and_the_cap(
    realised: Decimal, target: Decimal, direction: str
) -> None:
    found = achievement(realised, target, direction="lower" if direction == "lower" else "higher", on=DAY)
    assert Decimal(0) <= found.value <= Decimal(120)


def test_quantities_add_up_and_shares_are_averaged() -> None:
    values = [Decimal(90), Decimal(95)]
    assert realisation(values, aspect="quantity", unit="laporan", on=DAY).value == 185
    assert realisation(values, aspect="quantity", unit="%", on=DAY).value == Decimal("92.5")
    assert realisation(values, aspect="quality", unit="skor", on=DAY).value == Decimal("92.5")
    assert mean_achievement([], on=DAY).value == 0


@pytest.mark.parametrize(
    ("percent", "evidence", "rating"),
    [
        ("100.01", True, "above"),
        ("100.01", False, "met"),
        ("100", True, "met"),
        ("90", True, "met"),
        ("89.99", True, "below"),
    ],
)
def test_the_suggestion_follows_numbers_and_evidence(percent: str, evidence: bool, rating: str) -> None:
    assert suggested_rating(Decimal(percent), evidence_complete=evidence, on=DAY) is Rating(rating)


def test_behavior_is_suggested_by_most_values() -> None:
    above, met, below = Rating.ABOVE, Rating.MET, Rating.BELOW
    assert suggested_behavior([above] * 4 + [met] * 3, on=DAY) is above
    assert suggested_behavior([above] * 6 + [below], on=DAY) is met
    assert suggested_behavior([below] * 4 + [met] * 3, on=DAY) is below
    assert suggested_behavior([above] * 3 + [met] * 4, on=DAY) is met


def test_every_value_has_its_guides_and_every_competence_its_name() -> None:
    assert [guide.value for guide in guides_on(DAY)] == list(Value)
    assert competences_on(DAY)["communication"] == "Komunikasi"


def test_a_report_is_due_in_the_following_month() -> None:
    assert due_date(2026, 8, 5) == date(2026, 9, 5)
    assert due_date(2026, 12, 5) == date(2027, 1, 5)
    assert due_date(2026, 1, 31) == date(2026, 2, 28)


@pytest.mark.parametrize(
    ("zone", "instant", "late"),
    [
        ("Asia/Jakarta", datetime(2026, 9, 5, 16, 59, 59, tzinfo=UTC), 0),
        ("Asia/Jakarta", datetime(2026, 9, 5, 17, 0, 0, tzinfo=UTC), 1),
        ("Asia/Makassar", datetime(2026, 9, 5, 15, 59, 59, tzinfo=UTC), 0),
        ("Asia/Makassar", datetime(2026, 9, 5, 16, 0, 0, tzinfo=UTC), 1),
        ("Asia/Jayapura", datetime(2026, 9, 5, 14, 59, 59, tzinfo=UTC), 0),
        ("Asia/Jayapura", datetime(2026, 9, 5, 15, 0, 0, tzinfo=UTC), 1),
    ],
)
def test_a_due_date_is_met_until_its_last_second_where_the_agency_is(
    zone: str, instant: datetime, late: int
) -> None:
    assert days_late(local_date(instant, ZoneInfo(zone)), date(2026, 9, 5)) == late


def test_eleven_of_twelve_reports_on_time() -> None:
    months = months_due(2026, 5, months=range(1, 13), by=date(2027, 1, 11))
    found = timeliness({month: 3 if month == 8 else 0 for month in range(1, 13)}, months)
    assert found == Timeliness(on_time=11, due=12)
    for unit, target, realised in (("persen", 100, "91.67"), ("laporan", 12, "11")):
        reached = on_time_realisation(found, unit=unit, on=DAY)
        assert reached.value == Decimal(realised)
        of_target = on_time_achievement(reached, found, target=Decimal(target), unit=unit, on=DAY)
        assert of_target.value == Decimal("91.67")


def test_in_mid_year_a_target_in_reports_counts_as_far_as_they_are_due() -> None:
    found = Timeliness(on_time=10, due=10)
    realised = on_time_realisation(found, unit="laporan", on=DAY)
    reached = on_time_achievement(realised, found, target=Decimal(12), unit="laporan", on=DAY)
    assert (realised.value, reached.value) == (Decimal(10), Decimal(100))
    assert [step.formula for step in (*realised.steps, *reached.steps)] == [
        "R = n",
        "C = R / N × 100",
        "0 ≤ C ≤ 120",
    ]


def test_a_missing_report_counts_once_it_is_due_and_an_early_one_at_once() -> None:
    in_april = months_due(2026, 5, months=range(1, 13), by=date(2026, 4, 5))
    assert in_april == {1, 2, 3}
    assert timeliness({1: 0, 2: 0, 4: 0}, in_april) == Timeliness(on_time=3, due=4)
