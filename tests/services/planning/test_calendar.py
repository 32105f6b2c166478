"""The rules of a year's dates."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.planning.calendar.commands import SetCalendar
from services.planning.calendar.decider import AGGREGATE, Calendar, CalendarNeedsReason, DatesOutOfOrder
from services.planning.calendar.events import CalendarEvent, CalendarSet
from shared.decider import Refusal
from shared.regulation.calendar import usual_dates
from tests.spec import Spec
from tests.told import told_truly

calendar = Spec(AGGREGATE.decider)

set_2026 = SetCalendar(
    year=2026,
    plans_due=date(2026, 1, 31),
    assessment_opens=date(2026, 12, 1),
    assessment_due=date(2027, 1, 31),
)
dates_set = CalendarSet(
    year=2026,
    plans_due=date(2026, 1, 31),
    assessment_opens=date(2026, 12, 1),
    assessment_due=date(2027, 1, 31),
)
extended = replace(set_2026, plans_due=date(2026, 2, 28))


def test_a_years_dates_are_set_once_without_a_reason() -> None:
    calendar.given().when(set_2026).then(dates_set)
    calendar.given(dates_set).when(set_2026).then_nothing()


def test_dates_move_only_with_a_reason() -> None:
    calendar.given(dates_set).when(extended).then_refused(CalendarNeedsReason)
    calendar.given(dates_set).when(replace(extended, has_reason=True)).then(
        CalendarSet(
            year=2026,
            plans_due=date(2026, 2, 28),
            assessment_opens=date(2026, 12, 1),
            assessment_due=date(2027, 1, 31),
        )
    )


@pytest.mark.parametrize(
    "out_of_order",
    [
        replace(set_2026, plans_due=date(2025, 12, 31)),
        replace(set_2026, assessment_opens=date(2026, 1, 31)),
        replace(set_2026, assessment_due=date(2026, 11, 30)),
    ],
)
def test_dates_stand_in_order(out_of_order: SetCalendar) -> None:
    calendar.given().when(out_of_order).then_refused(DatesOutOfOrder)


def test_the_usual_dates_are_those_of_the_regulation() -> None:
    assert usual_dates(2026) == (date(2026, 1, 31), date(2026, 12, 1), date(2027, 1, 31))


days = st.dates(date(2026, 1, 1), date(2027, 2, 1))
settings = st.builds(
    SetCalendar,
    year=st.just(2026),
    plans_due=days,
    assessment_opens=days,
    assessment_due=days,
    has_reason=st.booleans(),
)


def asked(state: Calendar, command: SetCalendar) -> list[CalendarEvent]:
    try:
        return AGGREGATE.decider.decide(state, command)
    except Refusal:
        return []


@given(st.lists(settings, max_size=10), settings)
def test_repeated_settings_add_nothing_and_every_stream_folds(
    before: list[SetCalendar], command: SetCalendar
) -> None:
    state = Calendar()
    for earlier in before:
        state = AGGREGATE.decider.fold(asked(state, earlier), state)
    state = AGGREGATE.decider.fold(asked(state, command), state)
    assert asked(state, command) == []


@given(st.lists(settings, max_size=10))
def test_the_trail_tells_every_date_as_it_became(asks: list[SetCalendar]) -> None:
    state = Calendar()
    for command in asks:
        for event in asked(state, command):
            before, state = state, AGGREGATE.decider.evolve(state, event)
            told_truly(before, state)
