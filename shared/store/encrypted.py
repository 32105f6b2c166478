"""A free text about a person: clear only in the command that brings it and on the page that opens it."""

from dataclasses import dataclass
from typing import Any, Generic, TypeVar
from uuid import UUID

from pydantic import GetCoreSchemaHandler, GetJsonSchemaHandler
from pydantic_core import CoreSchema, core_schema

T = TypeVar("T")

CLEAR = "$clear"
CIPHER = "$encrypted"


@dataclass(frozen=True, slots=True)
class Ciphertext:
    """What is stored, with all that opening it takes: whose key, and the place it is bound to."""

    cipher: str
    subject_id: UUID
    event_id: UUID
    field: str


@dataclass(frozen=True, slots=True)
class InClear(Generic[T]):
    """What an earlier version stored as written, for good; it is told until its subject is erased."""

    clear: T
    subject_id: UUID


class Encrypted(Generic[T]):
    """A text that the store encrypts under the subject's key when its event is appended.

    `Encrypted.of("...")` in `decide`; events read back carry a `Ciphertext`, which only a
    `Keyring` opens. Neither `str` nor `repr` ever shows the clear text.
    """

    __slots__ = ("content",)

    def __init__(self, content: T | Ciphertext | InClear[T]) -> None:
        self.content = content

    @classmethod
    def of(cls, clear: T) -> "Encrypted[T]":
        """A text about to be stored."""
        return cls(clear)

    @classmethod
    def in_clear(cls, clear: T, *, about: UUID) -> "Encrypted[T]":
        """A text that is stored as written, for an upcast."""
        return cls(InClear(clear, about))

    @property
    def is_stored(self) -> bool:
        """Whether this came back from the store, and so needs a key to be read."""
        return isinstance(self.content, Ciphertext)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Encrypted) and self.content == other.content

    def __hash__(self) -> int:
        return hash(self.content)

    def __repr__(self) -> str:
        return "Encrypted(...)"

    @classmethod
    def __get_pydantic_core_schema__(cls, source: object, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.json_or_python_schema(
            json_schema=core_schema.no_info_plain_validator_function(_no_clear_text),
            python_schema=core_schema.is_instance_schema(cls),
            serialization=core_schema.plain_serializer_function_ser_schema(_mark),
        )

    @classmethod
    def __get_pydantic_json_schema__(
        cls, schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> dict[str, object]:
        del schema, handler
        return {"type": "object", "additionalProperties": {"type": "string"}}


def _no_clear_text(value: object) -> None:
    del value
    msg = "a text that is stored is encrypted"
    raise ValueError(msg)


def _mark(value: Encrypted[Any]) -> dict[str, Any]:
    if isinstance(value.content, Ciphertext):
        return {CIPHER: value.content.cipher}
    if isinstance(value.content, InClear):
        return {CLEAR: value.content.clear}
    return {CLEAR: value.content}
