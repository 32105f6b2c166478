"""What changed between two states of a record, field by field."""

from collections.abc import Iterator
from dataclasses import dataclass, fields, is_dataclass
from functools import cache
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
        kind: type = type(before)
        for name in _fields(kind):
            old, new = getattr(before, name), getattr(after, name)
            if old is not new:
                yield from _changes(old, new, f"{path}.{name}" if path else name)
    elif _is_list(before) and _is_list(after):
        same = _untouched(before, after)
        yield from _items(_named(before, same), _named(after, same), path)
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


def _untouched(before: tuple[Any, ...], after: tuple[Any, ...]) -> int:
    """How many items at the beginning are the very same: what is added comes behind them."""
    pairs = enumerate(zip(before, after, strict=False))
    return next((at for at, (old, new) in pairs if old is not new), min(len(before), len(after)))


def _named(items: tuple[Any, ...], since: int) -> dict[str, Any]:
    return {_name(item, at): item for at, item in enumerate(items[since:], start=since)}


@cache
def _fields(kind: type) -> tuple[str, ...]:
    return tuple(field.name for field in fields(kind))


@cache
def _key(kind: type) -> str | None:
    names = _fields(kind) if is_dataclass(kind) else ()
    return next((name for name in names if name.endswith("_id") or name in ("code", "valid_from")), None)


def _leaves(value: Any, path: str) -> Iterator[tuple[str, Any]]:
    if is_dataclass(value) and not isinstance(value, type):
        for name in _fields(type(value)):
            yield from _leaves(getattr(value, name), f"{path}.{name}" if path else name)
    elif _is_list(value):
        for at, item in enumerate(value):
            yield from _leaves(item, f"{path}[{_name(item, at)}]")
    else:
        yield path, value


def _name(item: Any, at: int) -> str:
    kind: type = type(item)
    key = _key(kind)
    return str(getattr(item, key)) if key else str(at)
