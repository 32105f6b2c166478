"""A consumer that is alive and does not move is noticed, and starts with fresh clients or leaves."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress
from uuid import uuid4

import pytest
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition

from shared.messaging.consumer import Consumer
from shared.messaging.inbox import Inbox
from shared.messaging.pulse import STALLS_BEFORE_LEAVING, Pulse, Stalled
from shared.messaging.reaction import Reaction
from shared.messaging.topics import Topic, ensure
from shared.store.store import Store
from tests.eventually import eventually
from tests.shared.messaging.messages import CountedV1, counts, message, when_counted_count


class Watched(Consumer):
    """Lets a test hold the client that the consumer uses."""

    client: AIOKafkaConsumer | None = None

    async def _poll(self, client: AIOKafkaConsumer) -> tuple[object, ...]:
        self.client = client
        return await super()._poll(client)


@pytest.fixture
async def topic(kafka_bootstrap: str) -> str:
    name = f"toy.{uuid4().hex}.v1"
    await ensure(kafka_bootstrap, [Topic(name, 1)])
    return name


@pytest.fixture
async def producer(kafka_bootstrap: str) -> AsyncIterator[AIOKafkaProducer]:
    async with AIOKafkaProducer(bootstrap_servers=kafka_bootstrap) as made:
        yield made


def consumer(store: Store, servers: str, topic: str, pulse: Pulse) -> Watched:
    inbox = Inbox(store, f"group-{topic}", [Reaction(topic, (CountedV1,), when_counted_count)])
    return Watched(inbox, servers, [Topic(topic, 1)], pulse)


async def test_a_client_that_fetches_no_more_is_replaced(
    store: Store, kafka_bootstrap: str, topic: str, producer: AIOKafkaProducer
) -> None:
    one = consumer(store, kafka_bootstrap, topic, Pulse("group", after=1))
    running = asyncio.create_task(one.run())

    async def assigned() -> bool:
        return one.client is not None and bool(one.client.assignment())

    await eventually(assigned)
    assert one.client is not None
    one.client.pause(TopicPartition(topic, 0))
    owner = uuid4()
    raw = message(owner, 1, 0)
    await producer.send_and_wait(topic, key=raw.key, value=raw.value, headers=list(raw.headers))
    with pytest.raises(Stalled, match=r"/0: no progress for 1 s"):
        await asyncio.wait_for(running, 20)
    running = asyncio.create_task(one.run())

    async def counted() -> bool:
        return await counts(store, owner) == [1]

    await eventually(counted)
    running.cancel()
    with suppress(asyncio.CancelledError):
        await running


def test_what_stays_stalled_leaves_for_a_restart() -> None:
    left: list[str] = []
    pulse = Pulse("group", after=0, leave=lambda: left.append("left"))
    for _ in range(STALLS_BEFORE_LEAVING):
        assert left == []
        pulse.begin()
        with pytest.raises(Stalled, match="polls: no progress"):
            pulse.feel({}, {})
    assert left == ["left"]
