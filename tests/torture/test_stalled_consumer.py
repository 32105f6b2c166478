"""A consumer behind a wire that loses what it asks for: it starts anew, and then its process leaves."""

import asyncio
import sys
from collections.abc import AsyncIterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID, uuid4

import psutil
import pytest
from aiokafka import AIOKafkaProducer

from shared.embedded.kafka import start_kafka
from shared.embedded.ports import HOST, free_port
from shared.embedded.processes import end, start
from shared.messaging.consumer import Consumer
from shared.messaging.pulse import SOFTWARE_ERROR, Pulse, Stalled
from shared.messaging.topics import Topic, ensure
from shared.store.store import Store
from tests.eventually import eventually
from tests.torture import pair
from tests.torture.conftest import Ground
from tests.torture.pair import PARTITIONS, CountedV1, ledger
from tests.torture.proxy import KafkaWire


@dataclass
class Line:
    """A Kafka that is reached by a wire alone, and a producer on it."""

    wire: KafkaWire
    producer: AIOKafkaProducer
    sent: int = 0

    @property
    def servers(self) -> str:
        return f"{HOST}:{self.wire.port}"

    async def send(self, owner: UUID) -> None:
        """One more count of `owner`."""
        said = CountedV1(owner=owner, year=2026, by=1).model_dump_json().encode()
        about = {"ce_type": CountedV1.ce_type(), "ce_id": str(uuid4()), "ce_logindex": str(self.sent)}
        headers = [(name, value.encode()) for name, value in about.items()]
        self.sent += 1
        await self.producer.send_and_wait(
            CountedV1.topic, said, key=str(owner).encode(), partition=0, headers=headers
        )


@pytest.fixture
async def line(tmp_path: Path) -> AsyncIterator[Line]:
    target = free_port()
    async with KafkaWire(target).strung() as wire:
        kafka = await asyncio.to_thread(start_kafka, tmp_path / "kafka", port=target, advertised=wire.port)
        try:
            await ensure(f"{HOST}:{wire.port}", [Topic(CountedV1.topic, PARTITIONS)])
            async with AIOKafkaProducer(bootstrap_servers=f"{HOST}:{wire.port}") as producer:
                yield Line(wire, producer)
        finally:
            kafka.stop()


async def counted(store: Store, owner: UUID, times: int) -> None:
    async def look() -> bool:
        return len(await store.read(ledger(owner, 2026))) == times

    await eventually(look, within=60)


async def test_a_process_whose_fetches_get_lost_leaves_and_its_successor_goes_on(
    other_ground: Ground, line: Line, tmp_path: Path
) -> None:
    owner, settings = uuid4(), other_ground.settings
    env = {
        "ENVIRONMENT": "test",
        "AGENCY": settings.agency,
        "PORT": str(free_port()),
        "DATABASE_URL": settings.database_url,
        "KAFKA_BOOTSTRAP_SERVERS": line.servers,
        "KAFKA_PARTITIONS": str(PARTITIONS),
        "MASTER_KEY_FILE": str(settings.master_key_file),
        "SIGNING_KEY_FILE": str(settings.signing_key_file),
        "STALLED_AFTER_SECONDS": "1",
        "OIDC_ISSUER": "none",
        "OIDC_JWKS_URL": "none",
    }

    def receiver() -> psutil.Popen:
        return start([sys.executable, "-m", "tests.torture.part", "receiver"], log=tmp_path / "log", env=env)

    first = receiver()
    sent = 1
    try:
        await line.send(owner)
        await counted(other_ground.store, owner, sent)
        line.wire.loses = {KafkaWire.FETCH}

        async def deaf() -> bool:
            return line.wire.lost > 0

        await eventually(deaf)

        async def it_left() -> bool:
            """The loss may have been another reader's, and the first message on its way already."""
            nonlocal sent
            await line.send(owner)
            sent += 1
            return first.poll() is not None

        await eventually(it_left, within=120, every=1)
        assert first.wait(0) == SOFTWARE_ERROR
    finally:
        end(first, within=5)
    line.wire.loses.clear()
    second = receiver()
    try:
        await counted(other_ground.store, owner, sent)
    finally:
        end(second, within=5)


async def test_connections_that_went_silent_are_found_out_by_fresh_ones(
    other_ground: Ground, line: Line
) -> None:
    owner = uuid4()
    [inbox] = pair.receiver().inboxes(other_ground.store, other_ground.settings)
    topics = [Topic(CountedV1.topic, PARTITIONS)]
    consumer = Consumer(inbox, line.servers, topics, Pulse(inbox.consumer, after=1))
    running = asyncio.create_task(consumer.run())
    await line.send(owner)
    await counted(other_ground.store, owner, 1)
    line.wire.freeze()
    async with AIOKafkaProducer(bootstrap_servers=line.servers) as line.producer:
        await line.send(owner)
        with pytest.raises(Stalled, match=r"no progress"):
            await asyncio.wait_for(running, 30)
        running = asyncio.create_task(consumer.run())
        await counted(other_ground.store, owner, 2)
    running.cancel()
    with suppress(asyncio.CancelledError):
        await running
