"""What changed between two states of a record, field by field."""

from collections.abc import Iterator
from dataclasses import dataclass, fields, is_dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class FieldChange:
    """One field that differs. `path` is such as `results[<id>].title`; None stands for "not there"."""

    path: str
    before: Any
    after: Any


def flatten(state: Any) -> dict[str, Any]:
    """Every leaf of a state under its path; items of a tuple go by their first id, `code` or `valid_from`."""
    return dict(_leaves(state, ""))


def changed(before: Any, after: Any) -> tuple[FieldChange, ...]:
    """The leaves that differ, in the order of the state's fields."""
    old, new = flatten(before), flatten(after)
    paths = dict.fromkeys([*old, *new])
    return tuple(FieldChange(p, old.get(p), new.get(p)) for p in paths if old.get(p) != new.get(p))


def _leaves(value: Any, path: str) -> Iterator[tuple[str, Any]]:
    if is_dataclass(value) and not isinstance(value, type):
        for field in fields(value):
            yield from _leaves(getattr(value, field.name), f"{path}.{field.name}" if path else field.name)
    elif isinstance(value, tuple) and any(is_dataclass(item) for item in value):
        for at, item in enumerate(value):
            yield from _leaves(item, f"{path}[{_name(item, at)}]")
    else:
        yield path, value


def _name(item: Any, at: int) -> str:
    names = [field.name for field in fields(item)] if is_dataclass(item) else []
    key = next((name for name in names if name.endswith("_id") or name in ("code", "valid_from")), None)
    return str(getattr(item, key)) if key else str(at)
