"""What the trail must hold to: its fields before and after are those of `evolve`, none missing or added."""

from typing import Any

from shared.projection.diff import _leaves, changed, flatten


def told_truly(before: Any, after: Any) -> None:
    """The changes between two states lead from the one to the other, and no two fields share a path."""
    paths = [path for path, _ in _leaves(after, "")]
    assert len(paths) == len(set(paths))
    old, told = flatten(before), changed(before, after)
    assert all(one.before == old.get(one.path) for one in told)
    assert there(old | {one.path: one.after for one in told}) == there(flatten(after))


def there(fields: dict[str, Any]) -> dict[str, Any]:
    return {path: value for path, value in fields.items() if value is not None}
