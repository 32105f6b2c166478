"""A command reads of its record only what came since this process met it last, and is as right as before."""

import asyncio
from dataclasses import dataclass
from uuid import UUID, uuid4

import pytest

from shared.decider import Decider, Refusal
from shared.store.act import Done, act
from shared.store.encrypted import Encrypted
from shared.store.event import event
from shared.store.kept import Kept, is_clear
from shared.store.statements import READ_MANY
from shared.store.store import Store, open_store
from shared.store.unit import Aggregate
from tests.shared.conftest import Place
from tests.shared.toy import LEDGER, Count, Counted, Ledger, LedgerEvent, Noted, evolve, intent, ledger_of


def nothing_over_ten(ledger: Ledger, command: Count) -> list[LedgerEvent]:
    if ledger.total + command.by > 10:
        raise Full
    return [Counted(by=command.by)]


def note(ledger: Ledger, command: Count) -> list[LedgerEvent]:
    del ledger
    return [Noted(note=Encrypted.of(f"{command.by} kali"))]


class Full(Refusal):
    code = "full"


TEN = Aggregate("ledger", Decider(Ledger(), nothing_over_ten, evolve), LEDGER.catalogue)
NOTES = Aggregate("ledger", Decider(Ledger(), note, evolve), LEDGER.catalogue)


async def count(
    store: Store,
    owner: UUID,
    by: int,
    aggregate: Aggregate[Ledger, Count, LedgerEvent] = LEDGER,
    expected: int | None = None,
) -> Done[Ledger]:
    stream = ledger_of(owner)
    return await act(store, aggregate, stream, Count(by=by), intent(), subject_id=owner, expected=expected)


async def test_the_next_command_reads_no_event_again(store: Store) -> None:
    owner = uuid4()
    await count(store, owner, 2)
    asked: list[tuple[object, ...]] = []
    async with store.pool.acquire() as connection:
        connection.add_query_logger(lambda record: asked.append((record.query, *record.args)))
    assert store.pool.get_size() == 1
    done = await count(store, owner, 3)
    assert (done.version, done.state) == (2, Ledger(total=5))
    stream = ledger_of(owner)
    assert asked == [(READ_MANY, [stream.plan_year], [stream.stream_id], [1])]


async def test_what_another_process_wrote_is_met(store: Store, place: Place) -> None:
    owner = uuid4()
    async with open_store(place.settings, "toy", [LEDGER.catalogue]) as other:
        for by, here in ((2, store), (3, other), (4, other), (1, store)):
            done = await count(here, owner, by, TEN)
        assert (done.version, done.state) == (4, Ledger(total=10))
        with pytest.raises(Full):
            await count(other, owner, 1, TEN)


async def test_a_no_is_said_on_the_whole_stream_alone(store: Store) -> None:
    owner = uuid4()
    await count(store, owner, 2, TEN)
    store.kept.keep(ledger_of(owner), 1, Ledger(total=9))
    assert (await count(store, owner, 8, TEN)).state == Ledger(total=10)
    store.kept.keep(ledger_of(owner), 7, Ledger(total=2))
    with pytest.raises(Full):
        await count(store, owner, 1, TEN, expected=2)


async def test_a_yes_on_events_that_are_not_there_stores_nothing(store: Store) -> None:
    owner = uuid4()
    await count(store, owner, 2)
    store.kept.keep(ledger_of(owner), 5, Ledger(total=40))
    done = await count(store, owner, 3)
    assert (done.version, done.state) == (2, Ledger(total=5))


async def test_a_stream_asked_for_from_two_versions_answers_both(store: Store) -> None:
    owner = uuid4()
    for by in (1, 2, 3):
        await count(store, owner, by)
    stream = ledger_of(owner)
    found = await asyncio.gather(*(store.read_on(stream, after) for after in (0, 2, 3)))
    assert [[one.event.by for one in events] for events in found] == [[1, 2, 3], [3], []]


async def test_a_text_about_a_person_is_not_kept_in_clear(store: Store) -> None:
    owner = uuid4()
    for by in (1, 2):
        await count(store, owner, by, NOTES)
        version, ledger = store.kept.get(ledger_of(owner)) or (0, Ledger())
        assert version == by - 1
        assert ledger.note is None or ledger.note.is_stored


@event("Told")
class Told:
    by: UUID
    parts: tuple[object, ...] = ()


@dataclass(frozen=True)
class Part:
    texts: dict[str, Encrypted[str]]


def test_a_clear_text_is_found_wherever_it_stands() -> None:
    clear = Encrypted.of("rahasia")
    assert is_clear((Counted(by=1), Noted(note=clear)))
    assert is_clear(Told(by=uuid4(), parts=(Part({"a": clear}),)))
    assert not is_clear((Told(by=uuid4(), parts=(Part({}), "rahasia")), Counted(by=1)))


def test_the_streams_used_last_are_kept() -> None:
    kept = Kept(most=2)
    first, second, third = (ledger_of(uuid4()) for _ in range(3))
    for stream in (first, second, first, third):
        kept.keep(stream, 1, Ledger())
    assert [kept.get(one) is not None for one in (first, second, third)] == [True, False, True]
