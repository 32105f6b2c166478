"""Erasing in one service: as it is said, at the start, from several processes, and after a restore."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, suppress
from dataclasses import replace
from datetime import UTC, datetime
from uuid import UUID, uuid4

import asyncpg
import pytest
from aiokafka import AIOKafkaProducer
from structlog.testing import capture_logs

from shared.contracts.planning import ERASURES, PersonErasedV1
from shared.embedded.kafka import running_kafka
from shared.erasure import eraser as erasing
from shared.erasure.eraser import TOPIC, Eraser, Order, OwnOrders
from shared.erasure.record import CATALOGUE, ErasureDone, erasure_stream
from shared.messaging.log_feed import EVENTS, FeedRecord, LogFeed
from shared.messaging.topics import ensure
from shared.store.encrypted import Encrypted
from shared.store.files import EncryptedFiles
from shared.store.store import Store, open_store
from tests.eventually import eventually
from tests.shared.conftest import Place
from tests.shared.toy import LEDGER, Noted, ledger_of, unit
from tests.torture.proxy import Wire

NOWHERE = "127.0.0.1:9"
NAMED = "INSERT INTO read.people (employee_id, person_version, nip, full_name) VALUES ($1, 1, '1', 'Sari')"
PARK = """
INSERT INTO work.parked (consumer, topic, partition, kafka_offset, key, headers, value, cause)
VALUES ('toy', 'results', 0, 0, $1, '[]', 'Sari', 'test')
"""


@pytest.fixture(scope="module")
def kafka_bootstrap(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A broker of our own: everybody's services hear the one topic of erasures."""
    with running_kafka(tmp_path_factory.mktemp("kafka")) as bootstrap:
        yield bootstrap


@pytest.fixture
async def place(place: Place) -> Place:
    """A database that nobody told anything yet."""
    connection = await asyncpg.connect(place.settings.database_url)
    await connection.execute("DELETE FROM work.erasures_read")
    await connection.close()
    return place


@asynccontextmanager
async def opened(place: Place) -> AsyncIterator[Store]:
    async with open_store(place.settings, "toy", [LEDGER.catalogue, CATALOGUE]) as store:
        yield store


def eraser_of(store: Store, place: Place, servers: str | None = None, own: OwnOrders | None = None) -> Eraser:
    files = EncryptedFiles(place.settings.evidence_dir, store.keyring)
    return Eraser(store, servers or place.settings.kafka_bootstrap_servers, files, demo=False, own=own)


async def order(place: Place, owner: UUID) -> None:
    """Planning's word on the topic of erasures."""
    await ensure(place.settings.kafka_bootstrap_servers, [TOPIC])
    async with AIOKafkaProducer(bootstrap_servers=place.settings.kafka_bootstrap_servers) as producer:
        body = PersonErasedV1(employee_id=owner, ground="retention-ended").model_dump_json().encode()
        said = [("ce_type", b"planning.PersonErased.v1"), ("ce_id", str(uuid4()).encode())]
        await producer.send_and_wait(ERASURES, value=body, key=str(owner).encode(), headers=said)


async def known(store: Store, place: Place) -> tuple[UUID, UUID]:
    """Somebody of whom there is everything that can be erased, and the id of the file."""
    owner, file_id = uuid4(), uuid4()
    await store.append([unit(owner, Noted(note=Encrypted.of("rahasia")))])
    await EncryptedFiles(place.settings.evidence_dir, store.keyring).write(
        b"bukti", subject_id=owner, file_id=file_id
    )
    await store.pool.execute(NAMED, owner)
    await store.pool.execute(PARK, str(owner).encode())
    return owner, file_id


async def note(store: Store, owner: UUID) -> str | None:
    (row,) = await store.read(ledger_of(owner))
    await store.keyring.load([owner])
    return store.keyring.open(row.event.note)


async def erasures_of(store: Store, owner: UUID) -> list[object]:
    return [one.event for one in await store.read(erasure_stream(owner))]


async def test_whoever_was_erased_so_far_is_erased_before_a_service_opens(on_kafka: Place) -> None:
    async with opened(on_kafka) as store:
        owner, file_id = await known(store, on_kafka)
        await order(on_kafka, owner)
        await eraser_of(store, on_kafka).open()
        assert await note(store, owner) is None
        assert await erasures_of(store, owner) == [ErasureDone()]
        assert not list(on_kafka.settings.evidence_dir.rglob(str(file_id)))
        files = EncryptedFiles(on_kafka.settings.evidence_dir, store.keyring)
        assert await files.read(subject_id=owner, file_id=file_id, digest="") is None
        row = await store.pool.fetchrow("SELECT * FROM read.people WHERE employee_id = $1", owner)
        assert row is not None
        assert (row["full_name"], row["nip"], row["erased"]) == (None, None, True)
        assert await store.pool.fetchval("SELECT count(*) FROM work.parked") == 0


async def test_every_running_process_forgets_and_it_is_said_once(on_kafka: Place) -> None:
    async with opened(on_kafka) as store, opened(on_kafka) as rival:
        owner, _ = await known(store, on_kafka)
        assert [await note(one, owner) for one in (store, rival)] == ["rahasia", "rahasia"]
        erasers = [eraser_of(one, on_kafka) for one in (store, rival)]
        for one in erasers:
            await one.open()
        running = [asyncio.create_task(one.run()) for one in erasers]
        await order(on_kafka, owner)

        async def forgotten() -> bool:
            return [await note(one, owner) for one in (store, rival)] == [None, None]

        await eventually(forgotten)
        assert await erasures_of(store, owner) == [ErasureDone()]
        for task in running:
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task


@pytest.fixture(params=["nobody", "a silent one"])
async def no_kafka(
    request: pytest.FixtureRequest, on_kafka: Place, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[str]:
    """An address at which nobody answers."""
    monkeypatch.setattr(erasing, "ANSWERS_WITHIN", 2)
    port = int(on_kafka.settings.kafka_bootstrap_servers.rpartition(":")[2])
    async with Wire(port).strung() as wire:
        wire.asking.clear()
        yield NOWHERE if request.param == "nobody" else f"127.0.0.1:{wire.port}"


async def test_a_restored_database_waits_to_hear_whom_to_forget(
    on_kafka: Place, no_kafka: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(erasing, "PAUSE", 0.01)
    async with opened(on_kafka) as store:
        owner, _ = await known(store, on_kafka)
        await order(on_kafka, owner)
        await store.pool.execute("INSERT INTO work.erasures_read (which) VALUES ('of another server')")
        eraser = eraser_of(store, on_kafka, no_kafka)
        with capture_logs() as logs:
            opening = asyncio.create_task(eraser.open())

            async def waits() -> bool:
                return any(one["event"].startswith("waits for kafka") for one in logs)

            await eventually(waits)
            assert not opening.done()
            eraser._servers = on_kafka.settings.kafka_bootstrap_servers
            await opening
        assert await note(store, owner) is None


async def log_topic_says(place: Place, next_index: int) -> None:
    feed = LogFeed(place.settings.kafka_bootstrap_servers, "toy")
    await feed.ensure()
    record = FeedRecord(EVENTS, next_index - 1, b"{}")
    async with AIOKafkaProducer(bootstrap_servers=place.settings.kafka_bootstrap_servers) as producer:
        await producer.send_and_wait(feed.topic.name, value=record.value, headers=record.headers)


async def test_who_orders_erasures_heeds_no_other_unless_its_log_is_still_to_be_brought_back(
    on_kafka: Place,
) -> None:
    own = OwnOrders("Noted", lambda owner: ledger_of(UUID(int=owner.int ^ 1)))
    async with opened(on_kafka) as store:
        (other, _), owner = await known(store, on_kafka), uuid4()
        given = replace(unit(owner, Noted(note=Encrypted.of("perintah"))), stream=own.record_of(owner))
        await store.append([given, unit(owner, Noted(note=Encrypted.of("rahasia")))])
        for one in (other, owner):
            await order(on_kafka, one)
        eraser = eraser_of(store, on_kafka, own=own)
        with capture_logs() as logs:
            await eraser.open()
        assert (await note(store, owner), await note(store, other)) == (None, "rahasia")
        refused = {one["employee"] for one in logs if one["event"] == "erasure_not_ordered_here"}
        assert (str(other) in refused, str(owner) in refused) == (True, False)
        await log_topic_says(on_kafka, 10)
        await eraser_of(store, on_kafka, own=own).open()
        assert await note(store, other) is None


async def test_the_database_that_was_told_opens_without_kafka(on_kafka: Place) -> None:
    async with opened(on_kafka) as store:
        await known(store, on_kafka)
        assert not await eraser_of(store, on_kafka)._is_as_it_was()
        await eraser_of(store, on_kafka).open()
        await eraser_of(store, on_kafka, NOWHERE).open()


async def test_a_fresh_database_has_nobody_to_forget(place: Place) -> None:
    async with opened(place) as store:
        await eraser_of(store, place, NOWHERE).open()
        await known(store, place)
        await eraser_of(store, place, NOWHERE).open()


async def test_a_database_that_knows_a_name_alone_waits_as_well(place: Place) -> None:
    async with opened(place) as store:
        await store.pool.execute(
            "INSERT INTO read.people (employee_id, full_name, erased) VALUES ($1, 'Sari', false)", uuid4()
        )
        assert not await eraser_of(store, place, NOWHERE)._is_as_it_was()


async def test_it_is_said_only_when_the_files_are_gone(
    on_kafka: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(erasing, "AGAIN", 0.01)
    async with opened(on_kafka) as store:
        owner, file_id = await known(store, on_kafka)
        (file,) = on_kafka.settings.evidence_dir.rglob(str(file_id))
        folder, elsewhere = file.parent, on_kafka.settings.evidence_dir / "another disk"
        folder.rename(elsewhere)
        folder.symlink_to(elsewhere)  # what lies behind a link is not followed, for root neither
        await order(on_kafka, owner)
        eraser = eraser_of(store, on_kafka)
        with capture_logs() as logs:
            await eraser.open()
            trying = asyncio.create_task(eraser.try_again())

            def told() -> list[str]:
                return [one["event"] for one in logs if one.get("employee") == str(owner)]

            async def tried_again() -> bool:
                return len(told()) > 1

            await eventually(tried_again)
            assert set(told()) == {"files of an erased person are still there"}
            assert (await note(store, owner), await erasures_of(store, owner)) == (None, [])
            folder.unlink()
            elsewhere.rename(folder)

            async def said() -> bool:
                return await erasures_of(store, owner) == [ErasureDone()]

            await eventually(said)
            assert not folder.exists()
        assert told()[-1] == "person erased"
        trying.cancel()
        with suppress(asyncio.CancelledError):
            await trying


async def test_files_that_were_left_are_removed_at_the_next_start(on_kafka: Place) -> None:
    async with opened(on_kafka) as store:
        owner, file_id = await known(store, on_kafka)
        (file,) = on_kafka.settings.evidence_dir.rglob(str(file_id))
        folder, elsewhere = file.parent, on_kafka.settings.evidence_dir / "another disk"
        folder.rename(elsewhere)
        folder.symlink_to(elsewhere)
        await order(on_kafka, owner)
        await eraser_of(store, on_kafka).open()
        assert await erasures_of(store, owner) == []
        folder.unlink()
        elsewhere.rename(folder)
        await eraser_of(store, on_kafka).open()
        assert await erasures_of(store, owner) == [ErasureDone()]
        assert not folder.exists()


async def test_erased_by_several_at_once_is_erased_once(place: Place) -> None:
    async with opened(place) as store:
        owner, _ = await known(store, place)
        said = Order(employee_id=owner, event_id=uuid4(), at=datetime.now(UTC), correlation_id=uuid4())
        await asyncio.gather(*(eraser_of(store, place, NOWHERE).erase([said]) for _ in range(4)))
        assert await erasures_of(store, owner) == [ErasureDone()]
        await store.pool.execute("DELETE FROM work.commands")  # as after ninety days
        await store.pool.execute("UPDATE work.keys SET erased_at = erased_at")
        await eraser_of(store, place, NOWHERE).erase([said])
        assert await erasures_of(store, owner) == [ErasureDone()]
