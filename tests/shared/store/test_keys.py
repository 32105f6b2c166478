"""What protects the texts about a person: data keys, master keys, and taking a key away for ever."""

import asyncio
import shutil
from base64 import b64decode, b64encode
from collections.abc import Callable
from pathlib import Path
from uuid import UUID, uuid4

import asyncpg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from structlog.testing import capture_logs

from shared.store.encrypted import Ciphertext, Encrypted
from shared.store.errors import SubjectErased
from shared.store.event import TextUnreadable
from shared.store.files import EncryptedFiles
from shared.store.keyring import Keyring
from shared.store.master_keys import MasterKeyMissing, MasterKeys, MasterKeyWrong, next_to, old_beside
from shared.store.rewrapping import BATCH, RotationUnderWay, forget_old, rotate
from shared.store.store import Store, open_store
from shared.store.unit import Appended
from shared.store.urls import asyncpg_url
from tests.shared.conftest import Place
from tests.shared.toy import LEDGER, Counted, Noted, intent, ledger_of, unit

KEYS = "SELECT key_id, count(*) AS rows FROM work.keys GROUP BY key_id"


def keyring_of(store: Store, file: Path) -> Keyring:
    """What another process of the same service holds."""
    return Keyring(store.pool, MasterKeys("toy", file))


async def erase(store: Store, owner: UUID) -> None:
    async with store.pool.acquire() as connection, connection.transaction():
        await store.keyring.erase(owner, connection)
    store.keyring.forget(owner)


async def rotated(place: Place) -> int:
    connection = await asyncpg.connect(asyncpg_url(place.settings.database_url))
    try:
        return (await rotate(connection, "toy", place.settings.master_key_file, lambda *_: None)).rows
    finally:
        await connection.close()


async def written(store: Store, owner: UUID, text: str) -> Encrypted[str]:
    await store.append([unit(owner, Noted(note=Encrypted.of(text)))])
    note: Encrypted[str] = (await store.read(ledger_of(owner)))[0].event.note
    return note


async def test_an_erased_persons_texts_open_nowhere_and_stay_as_they_were_stored(store: Store) -> None:
    owner, other = uuid4(), uuid4()
    note, kept = await written(store, owner, "sering terlambat"), await written(store, other, "tepat waktu")
    before = await store.pool.fetch("SELECT * FROM event.events ORDER BY insert_order")
    await erase(store, owner)
    await store.keyring.load([owner, other])
    assert (store.keyring.open(note), store.keyring.open(kept)) == (None, "tepat waktu")
    assert await store.pool.fetch("SELECT * FROM event.events ORDER BY insert_order") == before


async def test_a_key_is_made_for_the_first_text_about_a_person_and_for_nothing_else(store: Store) -> None:
    owner, other = uuid4(), uuid4()
    await store.append([unit(owner, Counted(by=1)), unit(other, Counted(by=1), asked=intent(reason="sakit"))])
    assert await store.pool.fetchval("SELECT array_agg(subject_id) FROM work.keys") == [other]
    await store.append([unit(owner, Noted(note=Encrypted.of("tepat waktu")), expected=1)])
    assert await store.pool.fetchval("SELECT count(*) FROM work.keys") == 2


async def test_a_batch_about_more_people_than_are_held_loses_nobodys_key(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("shared.store.keyring.HELD", 2)
    known, new = [uuid4(), uuid4()], [uuid4(), uuid4()]
    await store.append([unit(owner, Noted(note=Encrypted.of("lama"))) for owner in known])
    again = [unit(owner, Noted(note=Encrypted.of("lagi")), expected=1) for owner in known]
    said = await store.append([*again, *(unit(owner, Noted(note=Encrypted.of("baru"))) for owner in new)])
    assert said == [Appended(2), Appended(2), Appended(1), Appended(1)]


async def test_a_text_about_an_erased_person_is_refused_and_a_fact_is_kept(store: Store) -> None:
    owner = uuid4()
    await erase(store, owner)
    with pytest.raises(SubjectErased):
        await store.append([unit(owner, Noted(note=Encrypted.of("lagi")))])
    with pytest.raises(SubjectErased):
        await store.append([unit(owner, Counted(by=1), asked=intent(reason="karena dia"))])
    assert await store.append([unit(owner, Counted(by=1))]) == [Appended(1)]
    assert await store.keyring.erased([owner]) == {owner}


async def test_an_effects_text_about_an_erased_person_is_lost_and_its_fact_kept(store: Store) -> None:
    owner = uuid4()
    await erase(store, owner)
    effect = unit(owner, Noted(note=Encrypted.of("sertifikat 7")), is_effect=True)
    async with store.pool.acquire() as connection, connection.transaction():
        assert await store.append([effect], connection=connection) == [Appended(1)]
    (row,) = await store.read(ledger_of(owner))
    await store.keyring.load([owner])
    assert store.keyring.open(row.event.note) is None


async def test_no_key_is_ever_made_for_an_erased_person_however_the_two_meet(store: Store) -> None:
    owners = [uuid4() for _ in range(30)]
    rivals = [keyring_of(store, store.keyring._master_keys._file) for _ in owners]
    await asyncio.gather(
        *(rival.make([owner]) for rival, owner in zip(rivals, owners, strict=True)),
        *(erase(store, owner) for owner in owners),
    )
    await asyncio.gather(*(rival.make(owners) for rival in rivals))
    assert await store.pool.fetchval("SELECT count(*) FROM work.keys WHERE wrapped IS NOT NULL") == 0


async def test_a_key_on_its_way_while_it_is_erased_is_not_held_afterwards(store: Store) -> None:
    owner = uuid4()
    note = await written(store, owner, "rahasia")
    reader = keyring_of(store, store.keyring._master_keys._file)
    fetching = asyncio.ensure_future(reader.load([owner]))
    await asyncio.sleep(0)
    reader.forget(owner)
    await fetching
    assert reader.open(note) is None


async def test_files_of_an_erased_person_are_refused(store: Store, tmp_path: Path) -> None:
    owner = uuid4()
    await erase(store, owner)
    with pytest.raises(SubjectErased):
        await EncryptedFiles(tmp_path / "bukti", store.keyring).write(b"x", subject_id=owner, file_id=uuid4())


TEXTS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=60)
PLACES = st.tuples(st.uuids(), st.text("/abc0", min_size=1, max_size=12), st.uuids())


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(text=TEXTS, here=PLACES, there=PLACES, flipped=st.integers(min_value=0))
async def test_a_text_opens_in_its_own_event_and_field_alone(
    store: Store, text: str, here: tuple[UUID, str, UUID], there: tuple[UUID, str, UUID], flipped: int
) -> None:
    event_id, field, owner = here
    await store.keyring.make([owner, there[2]])
    cipher = store.keyring.encrypt(text, subject_id=owner, event_id=event_id, field=field)
    assert store.keyring.open(Encrypted(Ciphertext(cipher, owner, event_id, field))) == text
    for place in ((there[0], field, owner), (event_id, there[1], owner), (event_id, field, there[2])):
        if place != here:
            with pytest.raises(TextUnreadable):
                store.keyring.open(Encrypted(Ciphertext(cipher, place[2], place[0], place[1])))
    raw = bytearray(b64decode(cipher))
    raw[flipped // 8 % len(raw)] ^= 1 << flipped % 8
    with pytest.raises(TextUnreadable):
        store.keyring.open(Encrypted(Ciphertext(b64encode(raw).decode(), owner, event_id, field)))


@pytest.mark.parametrize(
    "damage", [lambda text: text[:-1], lambda text: text[:8], lambda _: "", lambda _: "é"]
)
async def test_what_is_no_ciphertext_any_more_is_unreadable_and_not_erased(
    store: Store, damage: Callable[[str], str]
) -> None:
    owner = uuid4()
    await store.keyring.make([owner])
    cipher = store.keyring.encrypt("teks", subject_id=owner, event_id=owner, field="/note")
    with pytest.raises(TextUnreadable):
        store.keyring.open(Encrypted(Ciphertext(damage(cipher), owner, owner, "/note")))


async def test_the_master_key_changes_while_texts_are_written_and_read(store: Store, place: Place) -> None:
    owners = [uuid4() for _ in range(2 * BATCH + 7)]
    await store.keyring.make(owners)
    note = await written(store, owners[0], "rahasia")
    ((before, _),) = await store.pool.fetch(KEYS)
    assert await rotated(place) == len(owners)
    ((after, rows),) = await store.pool.fetch(KEYS)
    assert (after != before, rows) == (True, len(owners))
    added = await written(store, uuid4(), "sesudahnya")
    reader = keyring_of(store, place.settings.master_key_file)
    subjects = [one.content.subject_id for one in (note, added) if isinstance(one.content, Ciphertext)]
    for keyring in (store.keyring, reader):
        await keyring.load(subjects)
        assert [keyring.open(note), keyring.open(added)] == ["rahasia", "sesudahnya"]
    assert len(await store.pool.fetch(KEYS)) == 1, "the running process wraps by the new key"


async def test_a_rotation_that_was_killed_goes_on_where_it_stopped(store: Store, place: Place) -> None:
    file = place.settings.master_key_file
    owners = [uuid4() for _ in range(BATCH + 3)]
    await store.keyring.make(owners)

    class KilledError(Exception):
        pass

    def kill(done: int, total: int) -> None:
        assert done < total
        raise KilledError

    connection = await asyncpg.connect(asyncpg_url(place.settings.database_url))
    with pytest.raises(KilledError):
        await rotate(connection, "toy", file, kill)
    await connection.close()
    assert next_to(file).exists()
    between = keyring_of(store, file)
    await between.load(owners)
    assert len(between._keys) == len(owners), "rows under either key open half-way"
    assert await rotated(place) == 3
    assert not next_to(file).exists()
    afterwards = keyring_of(store, file)
    await afterwards.load(owners)
    assert len(afterwards._keys) == len(owners)


async def test_only_one_rotation_runs_at_a_time(store: Store, place: Place) -> None:
    await store.keyring.make([uuid4()])
    connection = await asyncpg.connect(asyncpg_url(place.settings.database_url))
    await connection.fetchval("SELECT pg_advisory_lock(1801812339)")
    with pytest.raises(RotationUnderWay):
        await rotated(place)
    await connection.close()


async def test_an_old_master_key_stays_while_a_row_needs_it(store: Store, place: Place) -> None:
    file = place.settings.master_key_file
    await store.keyring.make([uuid4() for _ in range(3)])
    (restored,) = await store.pool.fetch("SELECT * FROM work.keys LIMIT 1")
    await rotated(place)
    (old,) = old_beside(file)
    back = "UPDATE work.keys SET wrapped = $2, key_id = $3 WHERE subject_id = $1"
    await store.pool.execute(back, restored["subject_id"], restored["wrapped"], restored["key_id"])
    async with store.pool.acquire() as connection:
        assert await forget_old(connection, file) == ([], [old])
    opened = keyring_of(store, file)
    await opened.load([restored["subject_id"]])
    assert len(opened._keys) == 1, "a restored row opens by the key kept beside"
    await rotated(place)
    async with store.pool.acquire() as connection:
        gone, needed = await forget_old(connection, file)
    assert (len(gone), needed, old_beside(file)) == (2, [], [])


async def test_a_wrong_or_missing_master_key_is_told_at_the_start(
    store: Store, place: Place, tmp_path: Path
) -> None:
    await store.keyring.make([uuid4()])
    file = place.settings.master_key_file
    kept = shutil.copy(file, tmp_path / "kept")
    told: list[str] = []
    for content, kind in (
        (b"\x01" * 32, MasterKeyMissing),
        (b"\x01" * 31, MasterKeyWrong),
        (None, MasterKeyMissing),
    ):
        file.unlink(missing_ok=True)
        if content is not None:
            file.write_bytes(content)
        with pytest.raises(kind) as error:
            async with open_store(place.settings, "toy", [LEDGER.catalogue]):
                pytest.fail("it opened")
        told.append(str(error.value))
    shutil.copy(kept, file)
    assert all(str(file) in one and "\\x01" not in one for one in told), told
    async with open_store(place.settings, "toy", [LEDGER.catalogue]):
        pass


async def test_a_key_of_another_service_does_not_open(store: Store, place: Place) -> None:
    owner = uuid4()
    await store.keyring.make([owner])
    note = await written(store, owner, "rahasia")
    foreign = Keyring(store.pool, MasterKeys("other", place.settings.master_key_file))
    await foreign.load([owner])
    with pytest.raises(TextUnreadable):
        foreign.open(note)
    with pytest.raises(MasterKeyWrong, match="other"):
        await foreign.check()


@pytest.mark.parametrize(
    "damage", ["wrapped = overlay(wrapped PLACING 'x' FROM 20)", "wrapped = ''", "key_id = 'x'"]
)
async def test_one_wrong_row_closes_its_own_texts_alone(store: Store, place: Place, damage: str) -> None:
    owner, other = uuid4(), uuid4()
    note, kept = await written(store, owner, "rahasia"), await written(store, other, "tepat waktu")
    await store.pool.execute(f"UPDATE work.keys SET {damage} WHERE subject_id = $1", owner)
    started = keyring_of(store, place.settings.master_key_file)
    with capture_logs() as logs:
        await started.load([owner, other])
    assert [(one["event"], one["subject"]) for one in logs] == [("data_key_unreadable", str(owner))]
    assert started.open(kept) == "tepat waktu"
    with pytest.raises(TextUnreadable):
        started.open(note)
    with pytest.raises(TextUnreadable):
        started.encrypt("lagi", subject_id=owner, event_id=owner, field="/note")
