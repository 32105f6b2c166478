"""An event whose types say enough is written without a look at each value, and as any other."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Annotated, Any, Literal
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import StringConstraints

from shared.store.canonical import LARGEST, NotCanonical, canonical_at_once
from shared.store.codec import AlreadyStored, Codec
from shared.store.encrypted import Ciphertext, Encrypted
from shared.store.event import Catalogue, event


@dataclass(frozen=True)
class Part:
    title: str
    weight: Decimal | None
    kind: Literal["main", "additional"]


@dataclass(frozen=True)
class Remark:
    text: Encrypted[str]


@event("Exact")
class Exact:
    subject_id: UUID
    day: date
    amount: int
    done: bool
    parts: tuple[Part, ...]
    words: Mapping[str, str]
    note: Encrypted[str] | None
    remark: Remark | None


TRICKY = st.sampled_from(["\x00", "\\u0000", "$clear", "$encrypted", '"$', "é", "\ud800", "a"])
TEXTS = st.lists(TRICKY, max_size=3).map("".join)
STORED = Encrypted[str](Ciphertext("cipher", UUID(int=1), UUID(int=2), "/note"))
MARKED = TEXTS.map(Encrypted[str].of) | st.just(STORED)
EXACT = st.builds(
    Exact,
    subject_id=st.uuids(),
    day=st.dates(),
    amount=st.integers(-LARGEST - 2, LARGEST + 2),
    done=st.booleans(),
    parts=st.lists(st.builds(Part, TEXTS, st.just(Decimal("1.50")), st.just("main")), max_size=2).map(tuple),
    words=st.dictionaries(TEXTS, TEXTS, max_size=2),
    note=st.none() | MARKED,
    remark=st.none() | st.builds(Remark, MARKED),
)
CATALOGUE = Catalogue(Exact)


CODEC = Codec(CATALOGUE, None)  # type: ignore[arg-type] # the texts are encrypted by `sealed`


def sealed(clear: str, field: str) -> str:
    """A cipher that says what it was made of."""
    return f"{field} {clear.encode('utf-8', 'surrogatepass').hex()}"


def written(occurred: Exact, *, exact: bool, monkeypatch: pytest.MonkeyPatch) -> str | type[Exception]:
    monkeypatch.setattr(CATALOGUE, "is_exact", lambda _: exact)
    try:
        return CODEC.write(occurred, sealed)
    except (NotCanonical, AlreadyStored) as refused:
        return type(refused)


@given(EXACT)
def test_what_is_written_at_once_is_what_is_written_by_looking(occurred: Exact) -> None:
    with pytest.MonkeyPatch.context() as monkeypatch:
        at_once = written(occurred, exact=True, monkeypatch=monkeypatch)
        by_looking = written(occurred, exact=False, monkeypatch=monkeypatch)
    assert at_once == by_looking


def test_plain_text_is_written_at_once() -> None:
    assert canonical_at_once({"b": "laporan", "a": 1}) == b'{"a":1,"b":"laporan"}'


@pytest.mark.parametrize("value", [LARGEST + 1, "a\x00b", "\ud800", "é", {"$clear": "secret"}])
def test_what_takes_a_look_is_not_written_at_once(value: Any) -> None:
    assert canonical_at_once({"field": value}) is None


@event("Free")
class Free:
    field: Any


@event("FreeWithin")
class FreeWithin:
    parts: list[dict[str, Any]]


@event("Bare")
class Bare:
    parts: list  # type: ignore[type-arg]


@event("Measured")
class Measured:
    share: float | None


@event("Named")
class Named:
    shares: dict[Annotated[str, StringConstraints(pattern="^[a-z]+$")], float]


@event("Called")
class Called:
    how: Callable[[], int]


@event("Half")
class Half:
    share: Literal[0.5]  # type: ignore[valid-type]


@pytest.mark.parametrize("cls", [Free, FreeWithin, Bare, Measured, Named, Called, Half])
def test_types_that_leave_room_for_a_float_are_not_exact(cls: type[Any]) -> None:
    assert not Catalogue(cls).is_exact(cls.stored_name)


def test_types_that_leave_no_room_are_exact() -> None:
    assert CATALOGUE.is_exact("Exact")


def test_a_float_where_anything_may_be_is_refused() -> None:
    codec = Codec(Catalogue(Free), None)  # type: ignore[arg-type] # nothing is encrypted here
    with pytest.raises(NotCanonical):
        codec.write(Free(field=0.5), sealed)


def test_a_field_of_its_own_that_is_marked_is_encrypted_at_once() -> None:
    @event("Noted")
    class Noted:
        amount: int
        note: Encrypted[str]

    catalogue = Catalogue(Noted)
    codec = Codec(catalogue, None)  # type: ignore[arg-type] # as above
    assert catalogue.is_exact("Noted")
    assert codec.write(Noted(amount=3, note=Encrypted.of("a")), sealed) == (
        '{"amount":3,"note":{"$encrypted":"/note 61"}}'
    )
