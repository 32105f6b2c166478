"""Whatever shape an event was stored in, it is read in today's, and what is hashed is what was stored."""

import copy
import json
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.sealed_log.leaf import leaf_hash
from shared.sealed_log.sequencer import Sequencer
from shared.store.act import load
from shared.store.canonical import envelope
from shared.store.codec import Codec, Place, _bound
from shared.store.encrypted import Encrypted
from shared.store.event import Catalogue, UnknownEvent, UnreadableEvent
from shared.store.store import Store, open_store
from shared.store.stream import Stream
from shared.store.unit import Appended, Unit
from tests.shared.conftest import Place as Where
from tests.shared.store.shapes import CATALOGUE, FIRST, SCALE, SECOND, Weighed, WeighedFirst, WeighedSecond
from tests.shared.toy import YEAR, intent

GOLDEN = Path(__file__).parent / "golden"
KILOGRAM_AND_A_HALF = {"weight": Decimal("1.5"), "unit": "kg"}


@pytest.fixture
async def days(place: Where) -> AsyncIterator[tuple[Store, Store, Store]]:
    """One store as the code of three days opened it."""
    async with AsyncExitStack() as stack:
        yield tuple(  # type: ignore[misc]
            [
                await stack.enter_async_context(open_store(place.settings, "toy", [catalogue]))
                for catalogue in (FIRST, SECOND, CATALOGUE)
            ]
        )


def said(stream: Stream, owner: UUID, expected: int, occurred: Any) -> Unit:
    return Unit(
        intent=intent(),
        outcome={},
        stream=stream,
        expected=expected,
        events=(occurred,),
        subject_id=owner,
    )


async def mixed(days: tuple[Store, Store, Store]) -> Stream:
    """A stream that each day's code has written to."""
    owner = uuid4()
    stream = Stream.of("scale", owner, year=YEAR)
    remark = Encrypted.of("rahasia")
    occurred = (
        WeighedFirst(grams=250, remark=remark),
        WeighedSecond(kilograms=Decimal("0.50"), remark=remark),
        Weighed(weight=Decimal(2), unit="kg", remark=remark),
    )
    for version, (store, one) in enumerate(zip(days, occurred, strict=True)):
        assert await store.append([said(stream, owner, version, one)]) == [Appended(version + 1)]
    return stream


async def test_a_stream_of_three_shapes_folds(days: tuple[Store, Store, Store]) -> None:
    today = days[2]
    loaded = await load(today, SCALE, await mixed(days))
    assert [one.schema_version for one in loaded.recorded] == [1, 2, 3]
    assert [type(one.event) for one in loaded.recorded] == [Weighed, Weighed, Weighed]
    assert loaded.state.total == Decimal("2.75")
    await today.keyring.load(one.subject_id or UUID(int=0) for one in loaded.recorded)
    assert [today.keyring.open(one.event.remark) for one in loaded.recorded] == ["rahasia"] * 3


async def test_what_is_hashed_is_what_was_stored(days: tuple[Store, Store, Store], place: Where) -> None:
    stream = await mixed(days)
    connection = await asyncpg.connect(place.settings.database_url)
    await (await Sequencer.start(connection)).tick()
    rows = await connection.fetch(
        "SELECT e.*, l.leaf_hash FROM event.events e JOIN event.log l USING (event_id)"
        " WHERE e.stream_id = $1 ORDER BY e.stream_version",
        stream.stream_id,
    )
    await connection.close()
    assert [set(json.loads(row["data"])) - {"remark"} for row in rows] == [
        {"grams"},
        {"kilograms"},
        {"weight", "unit"},
    ]
    assert [row["leaf_hash"] for row in rows] == [leaf_hash(envelope(row)) for row in rows]


async def test_yesterday_s_code_names_what_it_does_not_know_yet(days: tuple[Store, Store, Store]) -> None:
    stream = await mixed(days)
    with pytest.raises(UnreadableEvent) as error:
        await days[1].read(stream)
    facts = error.value.facts
    assert (facts["type"], facts["schema_version"], facts["stream_version"]) == ("Weighed", 3, 3)
    assert facts["record"] == f"scale {stream.stream_id}"
    assert "rahasia" not in str(error.value)


@pytest.mark.parametrize(
    "data", ['{"$encrypted":' + "[" * 900 + "]" * 900 + "}", '{"grams":"x","remark":{"$encrypted":"AAEC"}}']
)
def test_what_is_too_deep_or_no_number_is_unreadable_like_anything_else(data: str) -> None:
    row = {"type": "Weighed", "schema_version": 1, "data": data, "subject_id": None, "event_id": uuid4()}
    row |= {"stream_kind": "scale", "stream_id": uuid4(), "stream_version": 1}
    row |= {"recorded_at": datetime(2026, 1, 12, tzinfo=UTC)}
    nothing: Any = None
    with pytest.raises(UnreadableEvent):
        Codec(CATALOGUE, nothing).event(row)


@pytest.mark.parametrize("version", [1, 2, 3])
def test_every_shape_ever_stored_is_read_in_today_s(version: int) -> None:
    stored = json.loads((GOLDEN / f"Weighed.v{version}.json").read_text(encoding="utf-8"))
    bound = _bound(stored, "", Place(UUID(int=1), UUID(int=2)))
    loaded = CATALOGUE.load("Weighed", version, bound)
    assert {"weight": loaded.weight, "unit": loaded.unit} == KILOGRAM_AND_A_HALF
    assert loaded.remark.is_stored


@given(grams=st.integers(0, 10**9), version=st.sampled_from([1, 2]))
def test_an_upcast_changes_nothing_that_it_is_given(grams: int, version: int) -> None:
    shapes: dict[int, dict[str, Any]] = {1: {"grams": grams}, 2: {"kilograms": str(Decimal(grams) / 1000)}}
    stored = {**shapes[version], "remark": Encrypted.of("x")}
    before = copy.copy(stored)
    once, twice = (CATALOGUE.load("Weighed", version, stored) for _ in range(2))
    assert stored == before
    assert once == twice
    assert once.weight * 1000 == grams


@pytest.mark.parametrize(("name", "version"), [("Weighed", 4), ("Measured", 1)])
def test_what_is_not_known_is_never_guessed(name: str, version: int) -> None:
    with pytest.raises(UnknownEvent):
        CATALOGUE.load(name, version, {})


def test_a_step_that_is_missing_is_not_known_either() -> None:
    without = Catalogue(Weighed)
    with pytest.raises(UnknownEvent, match="Weighed version 1"):
        without.load("Weighed", 1, {"grams": 1})
