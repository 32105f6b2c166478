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
    """The leaves that differ, in the order of the state's fields.

    Equal to comparing `flatten` of both; what `evolve` passed on untouched is not looked into.
    """
    return tuple(_changes(before, after, ""))


def _changes(before: Any, after: Any, path: str) -> Iterator[FieldChange]:
    if before is after:
        return
    if is_dataclass(before) and type(before) is type(after):
        for name in _fields(before):
            inner = f"{path}.{name}" if path else name
            yield from _changes(getattr(before, name), getattr(after, name), inner)
    elif _is_list(before) and _is_list(after):
        yield from _items(_named(before), _named(after), path)
    else:
        yield from _compared(dict(_leaves(before, path)), dict(_leaves(after, path)))


def _items(old: dict[str, Any], new: dict[str, Any], path: str) -> Iterator[FieldChange]:
    for name in dict.fromkeys([*old, *new]):
        inner = f"{path}[{name}]"
        if name in old and name in new:
            yield from _changes(old[name], new[name], inner)
        else:
            yield from _compared(
                dict(_leaves(old[name], inner)) if name in old else {},
                dict(_leaves(new[name], inner)) if name in new else {},
            )


def _compared(old: dict[str, Any], new: dict[str, Any]) -> Iterator[FieldChange]:
    for path in dict.fromkeys([*old, *new]):
        if old.get(path) != new.get(path):
            yield FieldChange(path, old.get(path), new.get(path))


def _is_list(value: Any) -> bool:
    return isinstance(value, tuple) and any(is_dataclass(item) for item in value)


def _named(items: tuple[Any, ...]) -> dict[str, Any]:
    return {_name(item, at): item for at, item in enumerate(items)}


def _fields(value: Any) -> tuple[str, ...]:
    return tuple(field.name for field in fields(value))


def _leaves(value: Any, path: str) -> Iterator[tuple[str, Any]]:
    if is_dataclass(value) and not isinstance(value, type):
        for name in _fields(value):
            yield from _leaves(getattr(value, name), f"{path}.{name}" if path else name)
    elif _is_list(value):
        for at, item in enumerate(value):
            yield from _leaves(item, f"{path}[{_name(item, at)}]")
    else:
        yield path, value


def _name(item: Any, at: int) -> str:
    names = _fields(item) if is_dataclass(item) else ()
    key = next((name for name in names if name.endswith("_id") or name in ("code", "valid_from")), None)
    return str(getattr(item, key)) if key else str(at)
