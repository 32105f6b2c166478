"""The quick comparison of two states says what comparing all their leaves says."""

from dataclasses import dataclass, replace

from hypothesis import given
from hypothesis import strategies as st

from shared.projection.diff import FieldChange, changed, flatten


@dataclass(frozen=True, kw_only=True)
class Inner:
    inner_id: int
    text: str = ""
    parts: tuple["Inner", ...] = ()


@dataclass(frozen=True, kw_only=True)
class Outer:
    total: int = 0
    one: Inner | None = None
    many: tuple[Inner, ...] = ()
    tags: tuple[str, ...] = ()


leaf = st.builds(Inner, inner_id=st.integers(0, 3), text=st.sampled_from(["", "a", "b"]), parts=st.just(()))
inner = st.builds(
    Inner,
    inner_id=st.integers(0, 3),
    text=st.sampled_from(["", "a", "b"]),
    parts=st.lists(leaf, max_size=2, unique_by=lambda one: one.inner_id).map(tuple),
)
outer = st.builds(
    Outer,
    total=st.integers(0, 2),
    one=st.none() | inner,
    many=st.lists(inner, max_size=3, unique_by=lambda one: one.inner_id).map(tuple),
    tags=st.lists(st.sampled_from(["x", "y"]), max_size=2).map(tuple),
)


@given(
    before=outer,
    after=outer,
    kept=st.sets(st.sampled_from(["one", "many", "tags"])),
    first=st.integers(0, 3),
)
def test_it_says_what_comparing_all_leaves_says(
    before: Outer, after: Outer, kept: set[str], first: int
) -> None:
    begun = before.many[:first]  # the very same items, others behind them
    ids = {one.inner_id for one in begun}
    after = replace(after, many=(*begun, *(one for one in after.many if one.inner_id not in ids)))
    after = replace(after, **{name: getattr(before, name) for name in kept})
    old, new = flatten(before), flatten(after)
    wanted = {
        FieldChange(path, old.get(path), new.get(path))
        for path in {*old, *new}
        if old.get(path) != new.get(path)
    }
    found = changed(before, after)
    assert set(found) == wanted
    assert len(found) == len(wanted)
