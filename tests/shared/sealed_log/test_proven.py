"""One event is proven when all agrees, waits while it is too young; else it is said what does not agree."""

from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

import asyncpg
import pytest

from services.cli.log.tamper import UNGUARDED
from shared.sealed_log.checkpoint import next_key
from shared.sealed_log.leaf import leaf_hash
from shared.sealed_log.note import Signer
from shared.sealed_log.proof import check_inclusion
from shared.sealed_log.proven import Fault, Proven, proven
from shared.sealed_log.rotation import HAND_OVER, rotate
from shared.sealed_log.sealer import Sealer, signing_key
from shared.sealed_log.sequencer import Sequencer
from shared.store.errors import NotFound
from shared.store.store import Store
from shared.store.stream import Stream
from tests.shared.conftest import Place
from tests.shared.sealed_log.test_note import grafted, handed_over_unnamed
from tests.shared.toy import Counted, unit

LOG = "CONTOH/toy"


@dataclass
class Ledger:
    """A stream of three events in a log of others."""

    connection: asyncpg.Connection
    key_file: Path
    signer: Signer
    stream: Stream

    async def sequenced(self) -> None:
        sequencer = await Sequencer.start(self.connection)
        while await sequencer.tick():
            pass

    async def sealed(self) -> None:
        await self.sequenced()
        await (await Sealer.start(self.connection, self.signer)).seal()

    async def proven(self, version: int = 2, ours: Signer | None = None) -> Proven:
        key = (ours or self.signer).verifier
        return await proven(self.connection, LOG, (self.stream, version), key)


@pytest.fixture
async def ledger(store: Store, place: Place) -> AsyncIterator[Ledger]:
    owner = uuid4()
    first = unit(owner, Counted(by=1), Counted(by=2), Counted(by=3))
    await store.append([first])
    for _ in range(6):
        await store.append([unit(uuid4(), Counted(by=1))])
    connection = await asyncpg.connect(place.settings.database_url)
    assert first.stream is not None
    file = place.settings.signing_key_file
    yield Ledger(connection, file, signing_key(file, LOG), first.stream)
    await connection.close()


@pytest.fixture
async def superuser(place: Place, postgres_admin_url: str) -> AsyncIterator[asyncpg.Connection]:
    database = place.settings.database_url.rpartition("/")[2]
    connection = await asyncpg.connect(f"{postgres_admin_url.rpartition('/')[0]}/{database}")
    await connection.execute(UNGUARDED)
    yield connection
    await connection.close()


async def test_a_sealed_event_is_proven_by_what_is_handed_out(ledger: Ledger) -> None:
    await ledger.sealed()
    found = await ledger.proven()
    assert (found.status, found.fault) == ("proven", None)
    assert found.seal is not None
    assert found.index is not None
    assert (found.seal.size, found.seal.key) == (9, ledger.signer.verifier)
    check_inclusion(leaf_hash(found.envelope), found.index, found.seal.size, found.seal.path, found.seal.root)


async def test_what_is_too_young_waits_with_or_without_a_place(ledger: Ledger) -> None:
    found = await ledger.proven()
    assert (found.status, found.index) == ("waiting", None)
    await ledger.sequenced()
    found = await ledger.proven()
    assert found.status == "waiting"
    assert found.index is not None


AGED = "UPDATE event.events SET event_id = uuidv7(make_interval(secs => $1)), recorded_at = $2"


@pytest.mark.parametrize(("age", "status"), [(0, "waiting"), (61, "contradicted"), (-600, "contradicted")])
async def test_what_has_its_place_waits_a_minute_and_no_longer_whatever_clock_it_was_recorded_by(
    ledger: Ledger, superuser: asyncpg.Connection, age: int, status: str
) -> None:
    await superuser.execute(AGED, -age, datetime(2019, 1, 1, tzinfo=UTC) if age == 0 else datetime.now(UTC))
    await ledger.sequenced()
    found = await ledger.proven()
    assert (found.status, found.fault) == (status, Fault.SIGNATURE if age else None)


async def test_what_has_no_place_waits_until_the_sequencer_comes_by_however_long_that_takes(
    ledger: Ledger, superuser: asyncpg.Connection
) -> None:
    await superuser.execute(AGED, -3600, datetime.now(UTC))
    assert (await ledger.proven()).status == "waiting"


async def test_what_is_not_there_is_not_found(ledger: Ledger) -> None:
    with pytest.raises(NotFound):
        await ledger.proven(4)


async def test_it_is_still_proven_after_the_key_was_handed_over(ledger: Ledger) -> None:
    await ledger.sealed()
    await rotate(ledger.connection, ledger.key_file, LOG)
    found = await ledger.proven(ours=signing_key(ledger.key_file, LOG))
    assert found.status == "proven"
    assert found.seal is not None
    assert found.seal.key == ledger.signer.verifier
    assert (await ledger.proven()).fault is Fault.KEY


# What an administrator could do, and what the reader of the event of version 2 is told.
TAMPERINGS = {
    "its content": (
        "UPDATE event.events SET data = replace(data, '2', '7') WHERE stream_id = $1 AND stream_version = 2",
        Fault.CONTENT,
    ),
    "who did it": (
        "UPDATE event.events SET actor_id = gen_random_uuid() WHERE stream_id = $1 AND stream_version = 2",
        Fault.CONTENT,
    ),
    "a day that no calendar has": (
        "UPDATE event.events SET recorded_at = '20260-01-01' WHERE stream_id = $1 AND stream_version = 2",
        Fault.CONTENT,
    ),
    "the hash of another event": (
        "UPDATE event.log SET leaf_hash = sha256('new') WHERE stream_id <> $1 AND log_index = 8",
        Fault.PLACE,
    ),
    "another event left out": (
        "DELETE FROM event.log WHERE stream_id <> $1 AND log_index = 8",
        Fault.PLACE,
    ),
    "its place left out": (
        "DELETE FROM event.log WHERE stream_id = $1 AND stream_version = 2",
        Fault.PLACE,
    ),
    "the size that was signed": (
        "UPDATE event.checkpoints SET tree_size = 1 WHERE $1::uuid IS NOT NULL",
        Fault.SIGNATURE,
    ),
    "the signature": (
        "UPDATE event.checkpoints SET note = replace(note, '9', '8') WHERE $1::uuid IS NOT NULL",
        Fault.SIGNATURE,
    ),
    "the key": (
        "UPDATE event.signing_keys SET note = replace(note, 'key', 'kez') WHERE $1::uuid IS NOT NULL",
        Fault.SIGNATURE,
    ),
}


@pytest.mark.parametrize("tampering", TAMPERINGS)
async def test_it_is_said_what_does_not_agree(
    ledger: Ledger, superuser: asyncpg.Connection, tampering: str
) -> None:
    await ledger.sealed()
    change, fault = TAMPERINGS[tampering]
    assert (await superuser.execute(change, ledger.stream.stream_id)).endswith(" 1")
    found = await ledger.proven()
    assert (found.status, found.fault) == ("contradicted", fault)


async def test_an_event_of_which_nothing_is_left_is_contradicted(
    ledger: Ledger, superuser: asyncpg.Connection
) -> None:
    await ledger.sealed()
    await superuser.execute("ALTER TABLE event.events ALTER data DROP NOT NULL")
    await superuser.execute("UPDATE event.events SET data = NULL WHERE stream_version = 2")
    found = await ledger.proven()
    assert (found.fault, found.envelope, found.leaf) == (Fault.CONTENT, b"", b"")


async def test_a_hash_made_to_fit_does_not_lead_to_what_was_signed(
    ledger: Ledger, superuser: asyncpg.Connection
) -> None:
    await ledger.sealed()
    change, _ = TAMPERINGS["its content"]
    await superuser.execute(change, ledger.stream.stream_id)
    altered = await ledger.proven()
    await superuser.execute(
        "UPDATE event.log SET leaf_hash = $1 WHERE log_index = $2", altered.leaf, altered.index
    )
    assert (await ledger.proven()).fault is Fault.PLACE


async def test_a_log_signed_anew_by_another_key_is_not_taken_for_ours(
    ledger: Ledger, superuser: asyncpg.Connection
) -> None:
    await ledger.sealed()
    for table in ("checkpoints", "signing_keys", "nodes"):
        await superuser.execute(f"DELETE FROM event.{table}")
    forger = Signer(LOG, bytes(32))
    await (await Sealer.start(ledger.connection, forger)).seal()
    assert (await ledger.proven()).fault is Fault.KEY


@pytest.mark.parametrize("hand_over", [next_key, handed_over_unnamed])
async def test_a_history_signed_by_a_key_put_before_ours_is_not_proven(
    ledger: Ledger, superuser: asyncpg.Connection, hand_over: Callable[[Signer, Signer, int], str]
) -> None:
    """Who has no key of ours takes a genuine hand-over, and stands in for the key that handed over."""
    before, forger = Signer(LOG, b"1" * 32), Signer(LOG, b"2" * 32)
    await ledger.sequenced()
    await (await Sealer.start(ledger.connection, forger)).seal()
    note = grafted(hand_over(before, ledger.signer, 9), forger)
    await superuser.execute(HAND_OVER, 1, str(ledger.signer.verifier), note)
    found = await ledger.proven()
    assert found.fault is (Fault.SIGNATURE if hand_over is next_key else Fault.KEY)


async def test_a_missing_key_file_proves_nothing(ledger: Ledger) -> None:
    await ledger.sealed()
    found = await proven(ledger.connection, LOG, (ledger.stream, 1), None)
    assert found.fault is Fault.KEY
