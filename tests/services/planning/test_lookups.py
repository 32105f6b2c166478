"""A system's look-ups in vain, on the record of who asked."""

from typing import get_args

from hypothesis import given
from hypothesis import strategies as st

from services.planning.lookups.commands import RecordMiss
from services.planning.lookups.decider import AGGREGATE, Lookups
from services.planning.lookups.events import Sought
from tests.told import told_truly

misses = st.builds(RecordMiss, sought_by=st.sampled_from(get_args(Sought)))


@given(st.lists(misses, max_size=20))
def test_every_miss_counts_and_the_trail_tells_it(asks: list[RecordMiss]) -> None:
    state = Lookups()
    for command in asks:
        for event in AGGREGATE.decider.decide(state, command):
            before, state = state, AGGREGATE.decider.evolve(state, event)
            told_truly(before, state)
    by_nip = sum(one.sought_by == "nip" for one in asks)
    assert (state.misses_by_nip, state.misses_by_id) == (by_nip, len(asks) - by_nip)
