"""What the event store promises, tried on the real thing."""

import asyncio
from collections import Counter
from contextlib import suppress
from dataclasses import replace
from uuid import uuid4

import asyncpg
import pytest
from structlog.testing import capture_logs

from shared.store import keyring
from shared.store.act import act
from shared.store.append import prepare
from shared.store.canonical import NotCanonical
from shared.store.encrypted import Ciphertext, Encrypted
from shared.store.errors import KeyReused, StaleVersion, VersionConflict
from shared.store.event import TextUnreadable
from shared.store.housekeeping import forget_old_commands
from shared.store.keyring import Keyring
from shared.store.master_keys import MasterKeys
from shared.store.store import Store, open_store
from shared.store.stream import Stream
from shared.store.unit import Appended, Conflict, Mismatch, Repeated, Unit
from tests.shared.conftest import Place
from tests.shared.toy import LEDGER, Count, Counted, Ledger, Noted, intent, ledger_of, unit


async def test_events_come_back_in_order_with_who_and_why(store: Store) -> None:
    owner = uuid4()
    asked = intent(reason="karena perlu")
    written = unit(owner, Counted(by=1), Noted(note=Encrypted.of("rahasia")), asked=asked)
    assert await store.append([written]) == [Appended(2)]
    first, second = await store.read(ledger_of(owner))
    assert (first.event, first.stream_version, first.actor_id) == (Counted(by=1), 1, asked.actor_id)
    assert store.keyring.open(second.event.note) == "rahasia"
    assert store.keyring.open(first.reason_text) == "karena perlu"


async def test_the_same_command_twice_is_stored_once_and_answered_alike(store: Store) -> None:
    owner = uuid4()
    written = unit(owner, Counted(by=1))
    await store.append([written])
    assert await store.append([written]) == [Repeated({"said": "done"})]
    assert len(await store.read(ledger_of(owner))) == 1


async def test_the_same_command_twice_at_once_is_stored_once(store: Store) -> None:
    owner = uuid4()
    written = unit(owner, Counted(by=1))
    answers = await asyncio.gather(*(store.append([written]) for _ in range(20)))
    assert Counter(type(one) for (one,) in answers) == {Appended: 1, Repeated: 19}


async def test_a_command_id_used_for_something_else_is_told(store: Store) -> None:
    owner, command_id = uuid4(), uuid4()
    await store.append([unit(owner, Counted(by=1), asked=intent(command_id=command_id))])
    other = unit(owner, Counted(by=2), expected=1, asked=intent(command_id=command_id, said="other"))
    assert await store.append([other]) == [Mismatch()]
    assert len(await store.read(ledger_of(owner))) == 1


@pytest.mark.parametrize("expected", [0, 2, 7])
async def test_a_version_that_is_not_the_streams_own_is_a_conflict(store: Store, expected: int) -> None:
    owner = uuid4()
    await store.append([unit(owner, Counted(by=1))])
    assert await store.append([unit(owner, Counted(by=2), expected=expected)]) == [Conflict()]
    assert len(await store.read(ledger_of(owner))) == 1


async def test_a_command_that_changes_nothing_is_remembered(store: Store) -> None:
    nothing = Unit(intent=intent(), outcome={"said": "already so"})
    assert await store.append([nothing]) == [Appended(0)]
    assert await store.append([nothing]) == [Repeated({"said": "already so"})]


async def test_of_two_processes_racing_for_a_version_one_wins_with_all_its_events(
    place: Place, store: Store
) -> None:
    owner = uuid4()
    async with open_store(place.settings, "toy", [LEDGER.catalogue]) as rival:

        async def race(who: Store, by: int, version: int) -> bool:
            events = [Counted(by=by)] * 3
            (answer,) = await who.append([unit(owner, *events, expected=version)])
            return isinstance(answer, Appended)

        for version in range(0, 60, 3):
            won = await asyncio.gather(race(store, 1, version), race(rival, 2, version))
            assert sorted(won) == [False, True]
    counts = [row.event.by for row in await store.read(ledger_of(owner))]
    assert all(len(set(counts[at : at + 3])) == 1 for at in range(0, 60, 3))


async def test_a_loser_in_a_batch_takes_nobody_along(store: Store) -> None:
    loser, others = uuid4(), [uuid4() for _ in range(30)]
    await store.append([unit(loser, Counted(by=1))])
    units = [unit(loser, Counted(by=2), Counted(by=3)), *(unit(one, Counted(by=1)) for one in others)]
    answers = await asyncio.gather(*(store.append([one]) for one in units))
    assert [one for (one,) in answers] == [Conflict(), *[Appended(1)] * 30]
    assert len(await store.read(ledger_of(loser))) == 1


async def test_a_year_that_the_database_has_no_place_for_takes_nobody_along(store: Store) -> None:
    refused, others = uuid4(), [uuid4() for _ in range(30)]
    beyond = replace(unit(refused, Counted(by=1)), stream=Stream.of("ledger", refused, year=2099))
    units = [*(unit(one, Counted(by=1)) for one in others), beyond]
    answers = await asyncio.gather(*(store.append([one]) for one in units), return_exceptions=True)
    assert answers[:-1] == [[Appended(1)]] * 30
    assert isinstance(answers[-1], asyncpg.CheckViolationError)


async def test_in_one_transaction_all_is_written_or_nothing(store: Store) -> None:
    owner = uuid4()
    units = [unit(owner, Counted(by=1)), unit(owner, Counted(by=2), expected=1)]
    async with store.pool.acquire() as connection:
        transaction = connection.transaction()
        await transaction.start()
        assert await store.append(units, connection=connection) == [Appended(1), Appended(2)]
        await transaction.rollback()
    assert await store.read(ledger_of(owner)) == []
    async with store.pool.acquire() as connection, connection.transaction():
        assert await store.append(units, connection=connection) == [Appended(1), Appended(2)]
    assert len(await store.read(ledger_of(owner))) == 2


async def test_nobody_waits_for_ever_when_the_connection_dies(place: Place, store: Store) -> None:
    admin = await asyncpg.connect(place.settings.database_url)
    try:
        writes = [asyncio.create_task(store.append([unit(uuid4(), Counted(by=1))])) for _ in range(300)]
        for _ in range(5):
            await admin.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE application_name = 'jejak toy' AND datname = current_database()"
            )
        async with asyncio.timeout(20):
            answers = await asyncio.gather(*writes, return_exceptions=True)
    finally:
        await admin.close()
    assert len(answers) == 300
    assert await store.append([unit(uuid4(), Counted(by=1))]) == [Appended(1)]


async def test_closing_writes_what_waits_and_resolves_everyone(place: Place) -> None:
    async with open_store(place.settings, "toy", [LEDGER.catalogue]) as closing:
        owners = [uuid4() for _ in range(100)]
        await closing.keyring.make(owners)
        waiting = [asyncio.create_task(closing.append([unit(one, Counted(by=1))])) for one in owners]
        await asyncio.sleep(0)
    async with asyncio.timeout(10):
        answers = await asyncio.gather(*waiting, return_exceptions=True)
    assert len(answers) == 100


@pytest.mark.parametrize(
    "change", ["UPDATE event.events SET data = '{}'", "DELETE FROM event.events", "TRUNCATE event.log"]
)
async def test_what_happened_can_be_changed_by_neither_role(store: Store, place: Place, change: str) -> None:
    await store.append([unit(uuid4(), Counted(by=1))])
    for url in (place.settings.database_url, place.owner_url):
        connection = await asyncpg.connect(url)
        try:
            with pytest.raises(asyncpg.InsufficientPrivilegeError):
                await connection.execute(change)
        finally:
            await connection.close()


async def test_a_text_about_a_person_is_nowhere_in_clear(store: Store) -> None:
    owner = uuid4()
    await store.append([unit(owner, Noted(note=Encrypted.of("sering terlambat")))])
    (data,) = [row["data"] for row in await store.pool.fetch("SELECT data FROM event.events")]
    assert "terlambat" not in data


async def test_a_text_moved_to_another_event_does_not_open(store: Store) -> None:
    owner = uuid4()
    note = Encrypted.of("satu")
    await store.append([unit(owner, Noted(note=note), Noted(note=note))])
    first, second = await store.read(ledger_of(owner))
    moved = Ciphertext(first.event.note.content.cipher, owner, second.event_id, "/note")
    with pytest.raises(TextUnreadable):
        store.keyring.open(Encrypted(moved))


async def test_a_person_whose_key_is_lost_is_unreadable_and_not_erased(store: Store, place: Place) -> None:
    owner = uuid4()
    await store.append([unit(owner, Noted(note=Encrypted.of("satu")))])
    await store.pool.execute("DELETE FROM work.keys WHERE subject_id = $1", owner)
    (row,) = await store.read(ledger_of(owner))
    started = Keyring(store.pool, MasterKeys("toy", place.settings.master_key_file))
    await started.load([owner])
    with pytest.raises(TextUnreadable, match="KeyMissing"):
        started.open(row.event.note)
    with pytest.raises(TextUnreadable):
        started.encrypt("dua", subject_id=owner, event_id=owner, field="/note")
    with capture_logs() as logs:
        await started.make([owner])
    assert [(one["event"], one["subject"]) for one in logs] == [
        ("new_key_beside_unreadable_texts", str(owner))
    ]


async def test_what_json_cannot_hold_is_refused_before_anything_is_stored(store: Store) -> None:
    owner = uuid4()
    await store.keyring.make([owner])
    with pytest.raises(NotCanonical):
        prepare(unit(owner, Counted(by=2**60)), store.codec, agency="CONTOH", service="toy")


async def test_acting_decides_on_what_is_there_now(store: Store) -> None:
    owner = uuid4()
    done = await act(store, LEDGER, ledger_of(owner), Count(by=2), intent(), subject_id=owner)
    assert (done.version, done.state) == (1, Ledger(total=2))
    with pytest.raises(StaleVersion):
        await act(store, LEDGER, ledger_of(owner), Count(by=2), intent(), subject_id=owner, expected=0)


async def test_acting_twice_with_one_command_id_counts_once(store: Store) -> None:
    owner, asked = uuid4(), intent()
    first = await act(store, LEDGER, ledger_of(owner), Count(by=2), asked, subject_id=owner)
    again = await act(store, LEDGER, ledger_of(owner), Count(by=2), asked, subject_id=owner)
    assert (again.repeated, again.outcome) == (True, first.outcome)
    other = intent(command_id=asked.command_id, said="other")
    with pytest.raises(KeyReused):
        await act(store, LEDGER, ledger_of(owner), Count(by=2), other, subject_id=owner)


async def test_many_acting_on_one_stream_at_once_all_count(store: Store) -> None:
    owner = uuid4()

    async def count() -> None:
        counted = False
        while not counted:
            with suppress(VersionConflict):
                await act(store, LEDGER, ledger_of(owner), Count(by=1), intent(), subject_id=owner)
                counted = True

    await asyncio.gather(*(count() for _ in range(5)))
    recorded = await store.read(ledger_of(owner))
    assert [row.stream_version for row in recorded] == list(range(1, len(recorded) + 1))
    assert len(recorded) == 5


async def test_answers_are_forgotten_after_ninety_days(store: Store) -> None:
    old, new = unit(uuid4(), Counted(by=1)), unit(uuid4(), Counted(by=1))
    await store.append([old, new])
    aged = "UPDATE work.commands SET recorded_at = recorded_at - interval '91 days' WHERE command_id = $1"
    await store.pool.execute(aged, old.intent.command_id)
    assert await forget_old_commands(store.pool) == 1
    kept = await store.pool.fetch("SELECT command_id FROM work.commands")
    assert [row["command_id"] for row in kept] == [new.intent.command_id]


async def test_keys_that_are_not_used_are_let_go_and_every_text_opens(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keyring, "HELD", 2)
    monkeypatch.setattr(keyring, "UNUSED", 0)
    owners = [uuid4() for _ in range(20)]
    await store.append([unit(owner, Noted(note=Encrypted.of(str(owner)))) for owner in owners])
    rows = [(await store.read(ledger_of(owner)))[0] for owner in owners]
    ours = keyring.Keyring(store.pool, store.keyring._master_keys)
    for owner, row in zip(owners, rows, strict=True):
        await ours.load([owner])
        assert ours.open(row.event.note) == str(owner)
    assert sum(map(ours.holds, owners)) <= 6
    await ours.load(owners)
    assert all(ours.open(row.event.note) for row in rows), "all that one asks for are held"


async def test_a_key_that_somebody_loaded_is_not_let_go_because_others_load_theirs(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keyring, "HELD", 2)
    owners = [uuid4() for _ in range(6)]
    await store.append([unit(owner, Noted(note=Encrypted.of(str(owner)))) for owner in owners])
    ours = keyring.Keyring(store.pool, store.keyring._master_keys)
    await ours.load(owners[:3])
    await ours.load(owners[3:])
    await ours.load(owners[:1])
    assert all(map(ours.holds, owners))
