"""What was signed once binds whoever signs next, also when the database says that nothing was."""

from dataclasses import replace
from pathlib import Path
from uuid import uuid4

import asyncpg
import pytest

from shared.sealed_log.last_signed import LastSigned, LastSignedWrong
from shared.sealed_log.note import Signer
from shared.sealed_log.rotation import rotate
from shared.sealed_log.sealer import Sealer, signing_key
from shared.sealed_log.stored import LogChanged, newest_checkpoint
from shared.service import running
from shared.store.store import Store
from tests.eventually import eventually
from tests.shared.conftest import Place
from tests.shared.messaging.test_kafka import Wire, wire
from tests.shared.sealed_log.test_sealer import LOG, connection, keys, log_grows, signer
from tests.shared.toy import Counted, unit

__all__ = ["connection", "signer", "wire"]

TABLES = ("events", "log", "nodes", "checkpoints", "signing_keys")
REWRITTEN = """
UPDATE event.events SET data = '{"by":2}' WHERE (plan_year, stream_id, stream_version) =
    (SELECT plan_year, stream_id, stream_version FROM event.log WHERE log_index = 1);
UPDATE event.log SET leaf_hash = sha256('x') WHERE log_index = 1
"""
FORGOTTEN = "DELETE FROM event.checkpoints; DELETE FROM event.nodes"


@pytest.fixture
def kept(place: Place) -> LastSigned:
    return LastSigned(place.settings.checkpoint_file)


async def as_owner(place: Place, *statements: str) -> None:
    owner = await asyncpg.connect(place.owner_url)
    for table in TABLES:
        await owner.execute(f"ALTER TABLE event.{table} DISABLE TRIGGER no_change")
    for statement in statements:
        await owner.execute(statement)
    await owner.close()


async def test_what_is_signed_is_kept_in_the_file(
    store: Store, connection: asyncpg.Connection, signer: Signer, kept: LastSigned
) -> None:
    sealer = await Sealer.start(connection, signer, kept)
    for events in (3, 4):
        await log_grows(store, connection, events)
        await sealer.seal()
        last = await newest_checkpoint(connection, await keys(connection))
        assert last is not None
        assert kept.file.read_text() == last[0]


@pytest.mark.parametrize("also", ["SELECT", "DELETE FROM event.signing_keys"])
async def test_a_history_that_was_rewritten_is_not_signed_again(
    store: Store, connection: asyncpg.Connection, kept: LastSigned, place: Place, also: str
) -> None:
    signer = signing_key(place.settings.signing_key_file, LOG)
    await log_grows(store, connection, 300)
    await (await Sealer.start(connection, signer, kept)).seal()
    await log_grows(store, connection, 5)
    await (await Sealer.start(connection, signer)).seal()  # as by another process, which has led since
    await as_owner(place, REWRITTEN, FORGOTTEN, also)
    with pytest.raises(LogChanged, match="another root at 300 events"):
        await Sealer.start(connection, signer, kept)
    assert await connection.fetchval("SELECT count(*) FROM event.checkpoints") == 0


async def test_nothing_is_signed_on_top_of_what_another_signed_over_a_rewritten_history(
    store: Store, connection: asyncpg.Connection, signer: Signer, kept: LastSigned, place: Place
) -> None:
    await log_grows(store, connection, 300)
    await (await Sealer.start(connection, signer, kept)).seal()
    await as_owner(place, REWRITTEN, FORGOTTEN)
    await log_grows(store, connection, 5)
    await (await Sealer.start(connection, signer)).seal()
    with pytest.raises(LogChanged, match="does not go on"):
        await Sealer.start(connection, signer, kept)


async def test_a_log_that_lost_what_was_signed_is_not_signed_until_the_file_is_moved_away(
    store: Store, connection: asyncpg.Connection, signer: Signer, kept: LastSigned, place: Place
) -> None:
    await log_grows(store, connection, 5)
    await (await Sealer.start(connection, signer, kept)).seal()
    await as_owner(place, FORGOTTEN, "DELETE FROM event.log WHERE log_index >= 3")
    with pytest.raises(LogChanged, match=r"has 3 events, .*\.checkpoint says that 5 were signed"):
        await Sealer.start(connection, signer, kept)
    kept.file.rename(kept.file.with_suffix(".before"))
    assert await (await Sealer.start(connection, signer, kept)).seal() == 3


async def test_a_log_whose_lost_events_came_back_is_signed_on(
    store: Store, connection: asyncpg.Connection, signer: Signer, kept: LastSigned, place: Place
) -> None:
    sealer = await Sealer.start(connection, signer, kept)
    for events in (300, 5):
        await log_grows(store, connection, events)
        await sealer.seal()
    await as_owner(
        place,
        "DELETE FROM event.checkpoints WHERE tree_size = 305",
        "DELETE FROM event.nodes WHERE level > 1",
    )
    assert await (await Sealer.start(connection, signer, kept)).seal() == 5


async def test_an_older_file_and_a_key_before_the_last_hold_as_well(
    store: Store, connection: asyncpg.Connection, signer: Signer, kept: LastSigned, place: Place
) -> None:
    await log_grows(store, connection, 3)
    await (await Sealer.start(connection, signer, kept)).seal()
    older = kept.file.read_text()
    await rotate(connection, place.settings.signing_key_file, LOG)
    renewed = signing_key(place.settings.signing_key_file, LOG)
    await log_grows(store, connection, 300)
    await (await Sealer.start(connection, renewed, kept)).seal()
    newest = kept.file.read_text()
    kept.file.write_text(older)
    await Sealer.start(connection, renewed, kept)
    assert kept.file.read_text() == newest


@pytest.mark.parametrize("content", ["", "half a no", "LAINNYA/toy\n3\n"])
async def test_a_file_that_holds_no_checkpoint_of_this_log_is_named(
    store: Store, connection: asyncpg.Connection, signer: Signer, kept: LastSigned, content: str
) -> None:
    await log_grows(store, connection, 3)
    await (await Sealer.start(connection, signer, kept)).seal()
    note = kept.file.read_text()
    kept.file.write_text(note.replace(f"{LOG}\n3\n", content) if "\n" in content else content)
    with pytest.raises(LastSignedWrong, match=str(kept.file)):
        await Sealer.start(connection, signer, kept)


async def test_nothing_is_signed_that_could_not_be_kept(
    store: Store, connection: asyncpg.Connection, signer: Signer, tmp_path: Path
) -> None:
    await log_grows(store, connection, 3)
    with pytest.raises(LastSignedWrong, match="nothing can be written into"):
        await Sealer.start(connection, signer, LastSigned(tmp_path / "nowhere" / "last.checkpoint"))


async def test_a_service_that_starts_over_a_rewritten_history_says_so_and_signs_nothing(
    wire: Wire, place: Place
) -> None:
    alone = replace(place, settings=replace(place.settings, kafka_bootstrap_servers="127.0.0.1:1"))
    service = wire.service(consumes=False, publishes=False)

    file = alone.settings.checkpoint_file

    async def all_kept() -> bool:
        return file.exists() and "\n3\n" in file.read_text()

    async def refused() -> bool:
        return run.failed.get("sealer") == "LogChanged"

    async with running(service, alone.settings) as run:
        for _ in range(3):
            await run.store.append([unit(uuid4(), Counted(by=1))])
        await eventually(all_kept, within=60)
    await as_owner(place, REWRITTEN, FORGOTTEN)
    async with running(service, alone.settings) as run:
        await eventually(refused, within=60)
        assert await run.store.pool.fetchval("SELECT count(*) FROM event.checkpoints") == 0
