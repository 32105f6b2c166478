"""The log topic holds the log, and after a restore the log goes on behind what the topic holds."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from uuid import UUID, uuid4

import asyncpg
import pytest

from shared import leadership
from shared.messaging import recovery
from shared.messaging.feed_writer import FeedDiffers
from shared.messaging.imported import RestoredDiffers, row_of
from shared.messaging.log_feed import (
    CHECKPOINT,
    EVENTS,
    KEY,
    PIECE,
    FeedRecord,
    FeedUnreadable,
    LogFeed,
    pieces,
)
from shared.messaging.recovery import FeedNeeded, recover
from shared.sealed_log.checkpoint import Keys, origin
from shared.sealed_log.leaf import leaf_hash
from shared.sealed_log.note import opened
from shared.sealed_log.sealer import SigningKeyWrong
from shared.sealed_log.sequencer import Sequencer
from shared.service import Running, running
from shared.store.store import open_store
from shared.store.urls import asyncpg_url
from tests.databases import FreshDatabase
from tests.eventually import eventually
from tests.shared.conftest import Place, told_who_was_erased
from tests.shared.messaging.test_kafka import Wire, wire
from tests.shared.toy import LEDGER, Counted, unit
from tests.torture import proxy
from tests.unclosed import nothing_unclosed

__all__ = ["wire"]

HAS_WAITED = """
SELECT bool_or(clock_timestamp() - xact_start > '600ms') FROM pg_stat_activity
WHERE $1 = ANY(pg_blocking_pids(pid))
"""


def feed_of(wire: Wire) -> LogFeed:
    return LogFeed(wire.servers, wire.name)


async def write(run: Running, events: int, *, owner: UUID | None = None, expected: int = 0) -> None:
    for version in range(events):
        asked = unit(owner or uuid4(), Counted(by=1), expected=expected + version if owner else 0)
        await run.store.append([asked])


async def published(wire: Wire, events: int) -> None:
    """Until the topic holds so many events, all under a checkpoint."""

    async def look() -> bool:
        end = await feed_of(wire).end()
        return (end.next_index, end.sealed) == (events, events)

    await eventually(look, within=90)


@asynccontextmanager
async def at_work(wire: Wire, place: Place) -> AsyncIterator[Running]:
    async with running(wire.service(consumes=False, publishes=True), place.settings) as run:
        yield run


async def topic(wire: Wire) -> list[FeedRecord]:
    return [one async for one in feed_of(wire).records()]


async def logged(place: Place) -> list[tuple[int, bytes]]:
    connection = await asyncpg.connect(place.settings.database_url)
    rows = await connection.fetch("SELECT log_index, leaf_hash FROM event.log ORDER BY log_index")
    await connection.close()
    return [(row["log_index"], row["leaf_hash"]) for row in rows]


async def copied(place: Place, admin_url: str) -> Place:
    """A backup of the database as it is now, restored beside it."""
    name = f"copy_{uuid4().hex[:12]}"
    database = place.settings.database_url.rpartition("/")[2]
    owner = place.owner_url.partition("://")[2].partition(":")[0]
    admin = await asyncpg.connect(asyncpg_url(admin_url))
    await admin.execute(f'CREATE DATABASE {name} TEMPLATE "{database}" OWNER "{owner}"')
    await admin.close()
    settings = replace(place.settings, database_url=place.settings.database_url.replace(database, name))
    await told_who_was_erased(settings.database_url)
    return Place(place.owner_url.replace(database, name), settings)


async def recovered(wire: Wire, place: Place, **leads: str) -> None:
    """`leads` are the settings of the connection that does it, which is still the leader's at the end."""
    connection = await asyncpg.connect(place.settings.database_url, server_settings=leads)
    try:
        name = origin(place.settings.agency, wire.name)
        feed = LogFeed(place.settings.kafka_bootstrap_servers, wire.name)
        await recover(connection, feed, place.settings.signing_key_file, name)
        await connection.execute("SELECT")
    finally:
        await connection.close()


def test_envelopes_are_cut_into_records_that_kafka_takes() -> None:
    envelopes = [b"x" * (PIECE // 3) for _ in range(7)] + [b"y" * (2 * PIECE), b"z"]
    records = list(pieces(10, envelopes))
    assert [one.first for one in records] == [10, 12, 14, 16, 17, 18]
    assert [envelope for one in records for envelope in one.envelopes] == envelopes
    assert records[-1].behind == 19
    assert list(pieces(3, [])) == []


@pytest.mark.parametrize("written", [b"", b"{}", b"[]", b'{"event_id": 1}', b"\xff"])
def test_what_is_no_envelope_becomes_no_row(written: bytes) -> None:
    with pytest.raises(FeedUnreadable):
        row_of(written)


async def test_the_topic_holds_the_bytes_that_were_hashed_and_what_was_signed(
    wire: Wire, on_kafka: Place
) -> None:
    async with at_work(wire, on_kafka) as run:
        await write(run, 12)
        await published(wire, 12)
    records = await topic(wire)
    leaves = [leaf_hash(one) for record in records if record.kind == EVENTS for one in record.envelopes]
    assert list(enumerate(leaves)) == await logged(on_kafka)
    keys = Keys(origin("CONTOH", wire.name))
    keys.add(next(one.value.decode() for one in records if one.kind == KEY))
    for one in records:
        if one.kind == EVENTS:
            opened(f"{one.claim(keys.origin)}\n{one.signature}", [keys.newest])
    assert keys.open([one.value.decode() for one in records if one.kind == CHECKPOINT][-1]).size == 12


async def test_a_topic_that_is_younger_than_the_log_gets_all_of_it(wire: Wire, on_kafka: Place) -> None:
    away = replace(on_kafka, settings=replace(on_kafka.settings, kafka_bootstrap_servers="127.0.0.1:1"))
    async with at_work(wire, away) as run:
        await write(run, 5)
        await eventually(lambda: _count(on_kafka, 5))
        await run.store.pool.execute("UPDATE work.bookmarks SET log_index = 3")
    async with at_work(wire, on_kafka):
        await published(wire, 5)
    assert next(one.first for one in await topic(wire) if one.kind == EVENTS) == 0


async def _count(place: Place, events: int) -> bool:
    return len(await logged(place)) == events


async def test_after_a_restore_what_was_published_comes_back_and_new_events_come_behind_it(
    wire: Wire, on_kafka: Place, postgres_admin_url: str
) -> None:
    async with at_work(wire, on_kafka) as run:
        await write(run, 4)
        await published(wire, 4)
    backup = await copied(on_kafka, postgres_admin_url)
    async with at_work(wire, on_kafka) as run:
        await write(run, 3)
        await published(wire, 7)
    lost = await logged(on_kafka)
    async with at_work(wire, backup) as run:
        await eventually(lambda: _count(backup, 7), within=30)
        await write(run, 2)
        await published(wire, 9)
        again = await run.store.pool.fetchval("SELECT count(*) FROM work.commands WHERE caller = 'restored'")
    assert (await logged(backup))[:7] == lost
    assert again == 3


async def test_what_was_signed_after_the_backup_comes_back_even_where_no_event_is_missing(
    wire: Wire, on_kafka: Place, postgres_admin_url: str
) -> None:
    async with open_store(on_kafka.settings, wire.name, [LEDGER.catalogue]) as store:
        await store.append([unit(uuid4(), Counted(by=1)), unit(uuid4(), Counted(by=1))])
    connection = await asyncpg.connect(on_kafka.settings.database_url)
    await (await Sequencer.start(connection)).tick()
    await connection.close()
    backup = await copied(on_kafka, postgres_admin_url)
    async with at_work(wire, on_kafka):
        await published(wire, 2)
    async with open_store(backup.settings, wire.name, [LEDGER.catalogue]) as store:
        await store.append([unit(uuid4(), Counted(by=1))])
    await recovered(wire, backup)
    assert await signed(backup) == await signed(on_kafka)
    async with at_work(wire, backup):
        await published(wire, 3)
    assert len(await signed(backup)) == 2


async def signed(place: Place) -> list[str]:
    connection = await asyncpg.connect(place.settings.database_url)
    rows = await connection.fetch("SELECT note FROM event.checkpoints ORDER BY tree_size")
    await connection.close()
    return [row["note"] for row in rows]


async def test_a_restored_log_stops_where_somebody_wrote_what_the_topic_has_otherwise(
    wire: Wire, on_kafka: Place, postgres_admin_url: str
) -> None:
    owner = uuid4()
    async with at_work(wire, on_kafka) as run:
        await write(run, 1, owner=owner)
        await published(wire, 1)
    placed, unplaced = [await copied(on_kafka, postgres_admin_url) for _ in range(2)]
    async with at_work(wire, on_kafka) as run:
        await write(run, 1, owner=owner, expected=1)
        await published(wire, 2)
    kafka_away = replace(placed, settings=replace(placed.settings, kafka_bootstrap_servers="127.0.0.1:1"))
    async with at_work(wire, kafka_away) as run:
        await write(run, 1, owner=owner, expected=1)
        await eventually(lambda: _count(placed, 2))
    with pytest.raises(FeedDiffers):
        await recovered(wire, placed)
    async with open_store(unplaced.settings, wire.name, [LEDGER.catalogue]) as store:
        await store.append([unit(owner, Counted(by=1), expected=1)])
    with pytest.raises(RestoredDiffers):
        await recovered(wire, unplaced)
    assert len(await logged(unplaced)) == 1


async def test_a_moved_database_waits_for_the_topic(wire: Wire, place: Place) -> None:
    connection = await asyncpg.connect(place.settings.database_url)
    await Sequencer.start(connection)
    away = replace(place, settings=replace(place.settings, kafka_bootstrap_servers="127.0.0.1:1"))
    await recovered(wire, away)
    await connection.execute("UPDATE work.cursor SET timeline = 99")
    await connection.close()
    with pytest.raises(FeedNeeded):
        await recovered(wire, away)


async def test_a_log_that_takes_longer_to_bring_back_than_a_transaction_may_last_comes_back(
    wire: Wire, on_kafka: Place, postgres_admin_url: str
) -> None:
    backup = await copied(on_kafka, postgres_admin_url)
    async with at_work(wire, on_kafka) as run:
        await write(run, 2)
        await published(wire, 2)
    slow, watcher = (
        await asyncpg.connect(backup.owner_url),
        await asyncpg.connect(asyncpg_url(postgres_admin_url)),
    )

    async def it_has_waited() -> bool:
        return bool(await watcher.fetchval(HAS_WAITED, slow.get_server_pid()))

    async with slow.transaction():
        await slow.execute("LOCK TABLE event.log IN EXCLUSIVE MODE")
        returning = asyncio.create_task(recovered(wire, backup, transaction_timeout="300ms"))
        await eventually(it_has_waited)
    await returning
    await asyncio.gather(slow.close(), watcher.close())
    assert await logged(backup) == await logged(on_kafka)


async def test_a_leader_stays_one_while_kafka_is_silent(
    wire: Wire, on_kafka: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(leadership, "LEASE", 0.4)
    monkeypatch.setattr(recovery, "ANSWERS_WITHIN", 1.0)
    async with proxy.Wire(int(wire.servers.rpartition(":")[2])).strung() as silent:
        silent.asking.clear()
        settings = replace(on_kafka.settings, kafka_bootstrap_servers=f"127.0.0.1:{silent.port}")
        await recovered(wire, replace(on_kafka, settings=settings), idle_session_timeout="400ms")


async def test_a_reader_of_the_topic_that_is_cut_off_while_it_starts_is_closed(wire: Wire) -> None:
    async with proxy.Wire(int(wire.servers.rpartition(":")[2])).strung() as silent, nothing_unclosed():
        silent.asking.clear()
        asking = asyncio.create_task(LogFeed(f"127.0.0.1:{silent.port}", wire.name).end())
        await eventually(silent.is_connected)
        asking.cancel()
        await asyncio.gather(asking, return_exceptions=True)
        del asking


async def test_the_topic_of_another_log_is_not_taken_for_ours(
    wire: Wire, on_kafka: Place, fresh_database: FreshDatabase, postgres_admin_url: str
) -> None:
    backup = await copied(on_kafka, postgres_admin_url)
    async with at_work(wire, on_kafka) as run:
        await write(run, 2)
        await published(wire, 2)
    foreign = replace(backup.settings, signing_key_file=(await fresh_database()).signing_key_file)
    with pytest.raises(SigningKeyWrong):
        await recovered(wire, Place(backup.owner_url, foreign))
    assert await logged(backup) == []
    async with at_work(wire, Place(backup.owner_url, foreign)) as run:
        await write(run, 1)

        async def stopped() -> bool:
            return "sequencer" in run.failed

        await eventually(stopped, within=20)
    assert (await feed_of(wire).end()).next_index == 2
