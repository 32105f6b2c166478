"""A consumer that is alive and does not move is noticed, and starts with fresh clients or leaves."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress
from uuid import uuid4

import pytest
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition
from aiokafka.abc import ConsumerRebalanceListener
from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.errors import GroupCoordinatorNotAvailableError

from shared.messaging import pulse
from shared.messaging.consumer import Consumer
from shared.messaging.inbox import Inbox
from shared.messaging.pulse import STALLS_BEFORE_LEAVING, Pulse, Stalled
from shared.messaging.reaction import Reaction
from shared.messaging.topics import Topic, ensure
from shared.store.store import Store
from tests.eventually import eventually
from tests.shared.messaging.messages import CountedV1, counts, message, when_counted_count
from tests.torture import proxy
from tests.unclosed import nothing_unclosed


class Watched(Consumer):
    """Lets a test hold the client that the consumer uses."""

    client: AIOKafkaConsumer | None = None

    async def _poll(self, client: AIOKafkaConsumer) -> tuple[object, ...]:
        self.client = client
        return await super()._poll(client)

    async def is_assigned(self) -> bool:
        return self.client is not None and bool(self.client.assignment())


@pytest.fixture
async def topic(kafka_bootstrap: str) -> str:
    name = f"toy.{uuid4().hex}.v1"
    await ensure(kafka_bootstrap, [Topic(name, 1)])
    return name


@pytest.fixture
async def producer(kafka_bootstrap: str) -> AsyncIterator[AIOKafkaProducer]:
    async with AIOKafkaProducer(bootstrap_servers=kafka_bootstrap) as made:
        yield made


def consumer(store: Store, servers: str, topic: str, watching: Pulse) -> Watched:
    inbox = Inbox(store, f"group-{topic}", [Reaction(topic, (CountedV1,), when_counted_count)])
    return Watched(inbox, servers, [Topic(topic, 1)], watching)


async def test_a_client_that_fetches_no_more_is_replaced(
    store: Store, kafka_bootstrap: str, topic: str, producer: AIOKafkaProducer
) -> None:
    one = consumer(store, kafka_bootstrap, topic, Pulse("group", after=1))
    running = asyncio.create_task(one.run())

    await eventually(one.is_assigned)
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


class Dawdler(ConsumerRebalanceListener):  # type: ignore[misc]
    """A member of the group that, once in it, takes its time to give its partitions up."""

    def __init__(self) -> None:
        self.is_in, self.may_go_on = asyncio.Event(), asyncio.Event()

    async def on_partitions_revoked(self, revoked: set[TopicPartition]) -> None:
        del revoked
        if self.is_in.is_set():
            await self.may_go_on.wait()

    def on_partitions_assigned(self, assigned: set[TopicPartition]) -> None:
        del assigned
        self.is_in.set()


async def test_a_member_that_waits_too_long_for_its_partitions_starts_again(
    store: Store, kafka_bootstrap: str, topic: str
) -> None:
    one = consumer(store, kafka_bootstrap, topic, Pulse("group", after=1))
    running = asyncio.create_task(one.run())

    await eventually(one.is_assigned)
    group = {"bootstrap_servers": kafka_bootstrap, "group_id": f"group-{topic}"}
    dawdler, third = Dawdler(), AIOKafkaConsumer(topic, **group)
    second = AIOKafkaConsumer(**group)
    second.subscribe([topic], listener=dawdler)
    await second.start()
    await asyncio.wait_for(dawdler.is_in.wait(), 20)
    joining = asyncio.create_task(third.start())
    with pytest.raises(Stalled, match="joining: no progress for 1 s"):
        await asyncio.wait_for(running, 20)
    dawdler.may_go_on.set()
    await joining
    await asyncio.gather(second.stop(), third.stop())


async def test_a_client_that_takes_long_to_end_does_not_stay_in_its_group(
    store: Store, kafka_bootstrap: str, topic: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("shared.messaging.consumer.ENDS_WITHIN", 0)
    one = consumer(store, kafka_bootstrap, topic, Pulse("group"))
    running = asyncio.create_task(one.run())

    admin = AIOKafkaAdminClient(bootstrap_servers=kafka_bootstrap)
    await admin.start()

    async def members() -> int:
        (answer,) = await admin.describe_consumer_groups([f"group-{topic}"])
        return len(answer.groups[0][5])

    async def is_one() -> bool:
        with suppress(GroupCoordinatorNotAvailableError):  # a fresh Kafka names one a moment later
            return await members() == 1
        return False

    await eventually(is_one)
    running.cancel()
    with suppress(asyncio.CancelledError):
        await running

    async def nobody() -> bool:
        return await members() == 0

    await eventually(nobody)
    await admin.close()


async def test_who_asks_a_silent_kafka_is_closed(
    kafka_bootstrap: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pulse, "ANSWER_WITHIN", 0.5)
    async with proxy.Wire(int(kafka_bootstrap.rpartition(":")[2])).strung() as silent, nothing_unclosed():
        silent.asking.clear()
        asked = pulse.answered(f"127.0.0.1:{silent.port}", lambda fresh: fresh.topics())
        assert await asked is None
        assert await silent.is_connected()


def test_what_stays_stalled_leaves_for_a_restart() -> None:
    left: list[str] = []
    pulse = Pulse("group", after=0, leave=lambda: left.append("left"))
    for _ in range(STALLS_BEFORE_LEAVING):
        assert left == []
        pulse.begin()
        with pytest.raises(Stalled, match="polls: no progress"):
            pulse.feel({}, {})
    assert left == ["left"]
