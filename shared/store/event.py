"""Events as frozen dataclasses with a stored name and version that outlive the class."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any, TypeVar, dataclass_transform

import orjson
from pydantic import TypeAdapter
from pydantic.errors import PydanticInvalidForJsonSchema

E = TypeVar("E")
Data = dict[str, Any]
Upcast = Callable[[Data], Data]
# What JSON Schema says of a place that holds no float, or that what may be there is said elsewhere.
TYPES = ("string", "integer", "boolean", "null", "array", "object")
ELSEWHERE = frozenset({"anyOf", "$ref"})


@dataclass_transform(frozen_default=True, kw_only_default=True)
def event(name: str, *, version: int = 1) -> Callable[[type[E]], type[E]]:
    """Make a class an event, stored for ever as (`name`, `version`). Rename the class, never the name."""

    def make(cls: type[E]) -> type[E]:
        made = dataclass(frozen=True, kw_only=True)(cls)
        made.stored_name = name  # type: ignore[attr-defined]
        made.stored_version = version  # type: ignore[attr-defined]
        return made

    return make


class UnknownEvent(LookupError):
    """A stored event whose name or version this code does not know: stop, never guess."""


class UnreadableEvent(Exception):
    """A stored event that this code can't read. `facts` say which and where; what it holds is not told."""

    def __init__(self, **facts: object) -> None:
        super().__init__(", ".join(f"{name} {value}" for name, value in facts.items()))
        self.facts = facts


class TextUnreadable(UnreadableEvent):
    """One encrypted text that no key here opens, though nobody erased it; the rest of its event is read."""


class Catalogue:
    """The events of one aggregate: how each is written, and how every version ever written is read."""

    def __init__(self, *classes: type[Any]) -> None:
        self.classes: dict[str, type[Any]] = {cls.stored_name: cls for cls in classes}
        self.adapters = {name: TypeAdapter(cls) for name, cls in self.classes.items()}
        self.upcasts: dict[tuple[str, int], Upcast] = {}
        self._exact: dict[str, bool] = {}

    @classmethod
    def joined(cls, catalogues: Iterable["Catalogue"]) -> "Catalogue":
        """One catalogue that knows the events of all of `catalogues`; a name in two of them is a bug."""
        joined = cls()
        for one in catalogues:
            twice = joined.classes.keys() & one.classes.keys()
            if twice:
                msg = f"event names used twice: {sorted(twice)}"
                raise ValueError(msg)
            joined.classes |= one.classes
            joined.adapters |= one.adapters
            joined.upcasts |= one.upcasts
        return joined

    def upcast(self, name: str, *, from_version: int) -> Callable[[Upcast], Upcast]:
        """Register a pure function that turns the data of `from_version` into that of the next version."""

        def register(function: Upcast) -> Upcast:
            self.upcasts[name, from_version] = function
            return function

        return register

    def dump(self, occurred: object) -> Data:
        """The event's fields as JSON values; decimals and dates as strings, encrypted fields still marked."""
        data: Data = self.adapters[occurred.stored_name].dump_python(occurred, mode="json")  # type: ignore[attr-defined]
        return data

    def is_exact(self, name: str) -> bool:
        """Whether the types of an event's fields leave no room for a float, or for anything at all."""
        if name not in self._exact:
            self._exact[name] = _is_exact(self.adapters[name])
        return self._exact[name]

    def load(self, name: str, version: int, data: Data) -> Any:
        """The event that was stored as (`name`, `version`). Raises UnknownEvent."""
        cls = self.classes.get(name)
        if cls is None or version > cls.stored_version:
            msg = f"{name} version {version}"
            raise UnknownEvent(msg)
        for step in range(version, cls.stored_version):
            upcast = self.upcasts.get((name, step))
            if upcast is None:
                msg = f"{name} version {step}"
                raise UnknownEvent(msg)
            data = upcast(data)
        return self.adapters[name].validator.validate_python(data)

    def load_text(self, name: str, version: int, text: str) -> Any:
        """The event whose data is `text`, which holds nothing encrypted. Raises UnknownEvent.

        As `load`; what is stored in today's shape is read without a dict in between.
        """
        cls = self.classes.get(name)
        if cls is None or version != cls.stored_version:
            return self.load(name, version, orjson.loads(text))
        return self.adapters[name].validator.validate_json(text)


def _is_exact(adapter: TypeAdapter[Any]) -> bool:
    try:
        schema = adapter.json_schema(mode="serialization")
    except PydanticInvalidForJsonSchema:  # what has no JSON type may be anything
        return False
    return all(one.get("type") in TYPES or ELSEWHERE & one.keys() for one in _parts(schema))


def _parts(schema: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """A JSON schema and all that it is made of; what may be anything comes as an empty one."""
    yield schema
    named = ("properties", "patternProperties", "$defs")
    inner = [part for word in named for part in schema.get(word, {}).values()]
    inner += [part for word in ("anyOf", "prefixItems") for part in schema.get(word, ())]
    inner += [
        schema[word] for word in ("items", "additionalProperties") if schema.get(word, False) is not False
    ]
    for part in inner:
        yield from _parts({} if part is True else part)
