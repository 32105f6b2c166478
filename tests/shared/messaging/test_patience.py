"""How long a parked message is tried again: as a rule, without a clock."""

import pytest

from shared.messaging.patience import FIRST, LONGEST, TRIES, after

BUG, EARLY, UNREAD = "RuntimeError", "MissingFact: owner", "NotUnderstood: newer version toy.Counted.v2"


def test_a_message_waits_twice_as_long_after_each_try_but_never_longer_than_five_minutes() -> None:
    waits = [after(tries, EARLY, 1).wait for tries in range(1, 40)]
    assert waits[:4] == [FIRST, 2 * FIRST, 4 * FIRST, 8 * FIRST]
    assert max(wait for wait in waits if wait is not None) == LONGEST


def test_those_that_failed_together_do_not_come_again_together() -> None:
    assert [after(3, BUG, chance).wait for chance in (0, 0.5, 1)] == [2, 3, 4]


@pytest.mark.parametrize(("cause", "wait"), [(BUG, None), (EARLY, LONGEST)], ids=["a bug", "a missing fact"])
def test_after_its_tries_it_is_dead_and_only_a_missing_fact_is_still_tried(
    cause: str, wait: float | None
) -> None:
    assert not any(after(tries, cause, 0).is_dead for tries in range(1, TRIES))
    assert after(TRIES, cause, 1).is_dead
    assert after(TRIES, cause, 1).wait == wait


def test_what_can_not_be_read_is_dead_at_once() -> None:
    assert after(1, UNREAD, 0).is_dead
    assert after(1, UNREAD, 0).wait is None
