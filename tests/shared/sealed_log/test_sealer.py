"""What has its place is signed, once, by the right key, and never against what was signed before."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import uuid4

import asyncpg
import pytest

from shared.sealed_log.checkpoint import Keys
from shared.sealed_log.note import Signer
from shared.sealed_log.proof import check_consistency, check_inclusion
from shared.sealed_log.rotation import rotate
from shared.sealed_log.sealer import (
    SEAL,
    SINCE,
    ClockBehind,
    Overtaken,
    Sealer,
    SigningKeyMissing,
    SigningKeyWrong,
    placed,
    signing_key,
)
from shared.sealed_log.sequencer import Sequencer
from shared.sealed_log.stored import (
    LogChanged,
    consistency_proof,
    inclusion_proofs,
    keys_of,
    newest_checkpoint,
    tree_at,
)
from shared.store.store import Store
from tests.shared.conftest import Place
from tests.shared.sealed_log.forest import defined
from tests.shared.toy import Counted, unit

LOG = "CONTOH/toy"


@pytest.fixture
async def connection(place: Place) -> AsyncIterator[asyncpg.Connection]:
    opened = await asyncpg.connect(place.settings.database_url)
    yield opened
    await opened.close()


@pytest.fixture
def signer(place: Place) -> Signer:
    return signing_key(place.settings.signing_key_file, LOG)


async def log_grows(store: Store, connection: asyncpg.Connection, events: int) -> list[bytes]:
    """All leaf hashes, after so many more events."""
    await asyncio.gather(*(store.append([unit(uuid4(), Counted(by=1))]) for _ in range(events)))
    sequencer = await Sequencer.start(connection)
    while await sequencer.tick():
        pass
    rows = await connection.fetch("SELECT leaf_hash FROM event.log ORDER BY log_index")
    return [row["leaf_hash"] for row in rows]


async def keys(connection: asyncpg.Connection) -> Keys:
    return await keys_of(connection, LOG)


async def test_a_checkpoint_has_the_root_of_all_events_and_the_services_signature(
    store: Store, connection: asyncpg.Connection, signer: Signer
) -> None:
    sealer = await Sealer.start(connection, signer)
    leaves = await log_grows(store, connection, 300)
    assert await sealer.seal() == 300
    assert await sealer.seal() == 0
    last = await newest_checkpoint(connection, await keys(connection))
    assert last is not None
    assert (last[1].origin, last[1].size, last[1].root) == (LOG, 300, defined(leaves))
    assert f"— {LOG} " in last[0]


async def test_proofs_come_from_what_is_stored(
    store: Store, connection: asyncpg.Connection, signer: Signer
) -> None:
    sealer = await Sealer.start(connection, signer)
    leaves = await log_grows(store, connection, 600)
    await sealer.seal()
    roots = {size: defined(leaves[:size]) for size in (1, 255, 256, 300, 512, 600)}
    indexes = [0, 255, 256, 511, 599]
    proofs = await inclusion_proofs(connection, indexes, 600)
    for index, path in zip(indexes, proofs, strict=True):
        check_inclusion(leaves[index], index, 600, path, roots[600])
    for first, root in roots.items():
        path = await consistency_proof(connection, first, 600)
        check_consistency((first, 600), (root, roots[600]), path)


async def test_the_next_leader_goes_on_where_the_last_one_stopped(
    store: Store, connection: asyncpg.Connection, signer: Signer
) -> None:
    leaves: list[bytes] = []
    for events in (3, 250, 4, 300):
        leaves = await log_grows(store, connection, events)
        assert await (await Sealer.start(connection, signer)).seal() == events
    assert (await tree_at(connection, 557)).root() == defined(leaves)
    rows = await connection.fetch("SELECT tree_size, note FROM event.checkpoints ORDER BY tree_size")
    assert [row["tree_size"] for row in rows] == [3, 253, 257, 557]
    known = await keys(connection)
    assert [known.open(row["note"]).root for row in rows] == [
        defined(leaves[: row["tree_size"]]) for row in rows
    ]


async def test_sealing_is_two_statements(
    store: Store, connection: asyncpg.Connection, signer: Signer
) -> None:
    sealer = await Sealer.start(connection, signer)
    await log_grows(store, connection, 300)
    asked: list[str] = []
    connection.add_query_logger(lambda record: asked.append(record.query))
    await sealer.seal()
    await asyncio.sleep(0)  # the logger hears of the last one a turn later
    assert asked == [SINCE, SEAL]


async def changed(place: Place, statement: str) -> None:
    """As whoever owns the database, who can turn the guards off."""
    owner = await asyncpg.connect(place.owner_url)
    async with owner.transaction():
        for table in ("log", "nodes"):
            await owner.execute(f"ALTER TABLE event.{table} DISABLE TRIGGER no_change")
        await owner.execute(statement)
    await owner.close()


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE event.log SET leaf_hash = sha256('') WHERE log_index = 299",
        "DELETE FROM event.log WHERE log_index = 299",
        "UPDATE event.nodes SET hash = sha256('')",
        "DELETE FROM event.nodes",
    ],
)
async def test_nothing_is_signed_on_top_of_a_log_that_was_changed(
    store: Store, connection: asyncpg.Connection, signer: Signer, place: Place, statement: str
) -> None:
    await log_grows(store, connection, 300)
    await (await Sealer.start(connection, signer)).seal()
    await changed(place, statement)
    with pytest.raises(LogChanged):
        await Sealer.start(connection, signer)


async def test_a_hole_in_the_log_is_not_signed(
    store: Store, connection: asyncpg.Connection, signer: Signer, place: Place
) -> None:
    sealer = await Sealer.start(connection, signer)
    await log_grows(store, connection, 5)
    await changed(place, "DELETE FROM event.log WHERE log_index = 2")
    with pytest.raises(LogChanged):
        await sealer.seal()
    assert await newest_checkpoint(connection, await keys(connection)) is None


async def test_another_key_signs_nothing(
    store: Store, connection: asyncpg.Connection, signer: Signer
) -> None:
    await log_grows(store, connection, 2)
    await (await Sealer.start(connection, signer)).seal()
    with pytest.raises(SigningKeyWrong) as refused:
        await Sealer.start(connection, Signer(LOG, bytes(32)))
    assert signer.verifier.key_id.hex() in str(refused.value)


def test_a_key_file_that_is_missing_or_holds_no_key_is_named_without_its_content(tmp_path: Path) -> None:
    file = tmp_path / "signing.key"
    with pytest.raises(SigningKeyMissing, match=r"signing\.key: No such file"):
        signing_key(file, LOG)
    file.write_bytes(b"a secret that is too short")
    with pytest.raises(SigningKeyMissing) as refused:
        signing_key(file, LOG)
    assert "secret" not in str(refused.value)


async def test_a_clock_before_the_last_checkpoint_seals_nothing(
    store: Store, connection: asyncpg.Connection, signer: Signer
) -> None:
    await log_grows(store, connection, 2)
    await (await Sealer.start(connection, signer)).seal()
    # As when the clock was an hour ahead at the last checkpoint, and was put right.
    ahead = datetime.now(UTC) + timedelta(hours=1)
    await log_grows(store, connection, 2)
    late = Sealer(connection, signer, await tree_at(connection, 2))
    tree = await tree_at(connection, 2)
    tree.grow(await placed(connection, 2, 1))
    await connection.execute(
        "INSERT INTO event.checkpoints (tree_size, note, sealed_at) VALUES (3, $1, $2)",
        late._checkpoint(tree).signed(signer),
        ahead,
    )
    sealer = await Sealer.start(connection, signer)
    with pytest.raises(ClockBehind):
        await sealer.seal()
    assert await connection.fetchval("SELECT max(tree_size) FROM event.checkpoints") == 3


async def test_of_two_sealers_one_stands_back(
    store: Store, connection: asyncpg.Connection, signer: Signer, place: Place
) -> None:
    rival = await asyncpg.connect(place.settings.database_url)
    try:
        first, second = await Sealer.start(connection, signer), await Sealer.start(rival, signer)
        await log_grows(store, connection, 2)
        assert await first.seal() == 2
        await log_grows(store, connection, 1)
        with pytest.raises(Overtaken):
            await second.seal()
    finally:
        await rival.close()


async def test_a_new_key_takes_over_by_a_note_that_both_sign(
    store: Store, connection: asyncpg.Connection, signer: Signer, place: Place
) -> None:
    file = place.settings.signing_key_file
    sealer = await Sealer.start(connection, signer)
    await log_grows(store, connection, 2)
    await sealer.seal()
    verifier = await rotate(connection, file, LOG)
    renewed = signing_key(file, LOG)
    assert renewed.verifier == verifier != signer.verifier
    assert file.stat().st_mode & 0o777 == 0o600
    await log_grows(store, connection, 1)
    with pytest.raises(SigningKeyWrong):
        await sealer.seal()
    assert await (await Sealer.start(connection, renewed)).seal() == 1
    known = await keys(connection)
    notes = await connection.fetch("SELECT note FROM event.checkpoints ORDER BY tree_size")
    assert [known.open(row["note"]).size for row in notes] == [2, 3]
    assert [change.key for change in known.changes] == [signer.verifier, verifier]


async def test_a_rotation_that_was_interrupted_is_finished_by_the_next(
    connection: asyncpg.Connection, signer: Signer, place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = place.settings.signing_key_file
    await Sealer.start(connection, signer)

    def killed(_source: Path, _target: Path) -> Path:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(Path, "replace", killed)
        with pytest.raises(KeyboardInterrupt):
            await rotate(connection, file, LOG)
    assert signing_key(file, LOG).verifier == signer.verifier
    verifier = await rotate(connection, file, LOG)
    assert signing_key(file, LOG).verifier == verifier
    assert len((await keys(connection)).changes) == 2
