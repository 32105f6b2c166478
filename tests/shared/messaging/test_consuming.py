"""A consumer group on a real Kafka: batches that are broken, given away, or die in the middle."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass, field
from math import log2
from uuid import UUID, uuid4

import pytest
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer

from shared.messaging.consumer import TRIES, Consumer, Unsettled
from shared.messaging.inbox import Inbox
from shared.messaging.incoming import Incoming, Raw
from shared.messaging.reaction import Facts, Reaction
from shared.messaging.topics import Topic, ensure
from shared.store.store import Store
from shared.store.unit import Unit
from tests.eventually import eventually
from tests.shared.messaging.messages import TOPIC, CountedV1, counts, message, settle, when_counted_count

PARTITIONS, EACH = 2, 10


class Watched(Inbox):
    """Counts what it is asked to apply; the first `broken` times it fails whatever is asked."""

    applied = 0
    broken = 0

    async def apply(self, batch: Sequence[Raw], *, poison: str | None = None) -> None:
        self.applied += 1
        if self.applied <= self.broken:
            raise ValueError
        await super().apply(batch, poison=poison)


async def when_counted_fail_on_666(incoming: Incoming[CountedV1], facts: Facts) -> list[Unit]:
    if incoming.message.by == 666:
        raise RuntimeError
    return await when_counted_count(incoming, facts)


async def test_a_poison_message_is_found_by_halving_and_parked_alone(store: Store) -> None:
    size, owners = 256, [uuid4() for _ in range(256)]
    batch = [message(owner, 666 if at == 100 else 1, at) for at, owner in enumerate(owners)]
    later = message(owners[100], 2, size)
    inbox = Watched(store, "group", [Reaction(TOPIC, (CountedV1,), when_counted_fail_on_666)])
    await settle(inbox, *batch, later)
    rows = await store.pool.fetch("SELECT kafka_offset, cause FROM work.parked ORDER BY 1")
    assert [tuple(row) for row in rows] == [(100, "RuntimeError"), (size, "behind")]
    done = await store.pool.fetchval("SELECT count(*) FROM event.events")
    assert done == size - 1
    assert inbox.applied <= 2 * log2(size) + TRIES + 4


@dataclass
class Held:
    """A reaction that stops in the middle of its transaction until it is let go."""

    reached: asyncio.Event = field(default_factory=asyncio.Event)
    let_go: asyncio.Event = field(default_factory=asyncio.Event)

    async def when_counted_count(self, incoming: Incoming[CountedV1], facts: Facts) -> list[Unit]:
        self.reached.set()
        await self.let_go.wait()
        return await when_counted_count(incoming, facts)


class Member(Consumer):
    """One of a group; lets a test look at its client."""

    client: AIOKafkaConsumer | None = None

    async def _poll(self, client: AIOKafkaConsumer) -> tuple[object, ...]:
        self.client = client
        return await super()._poll(client)

    async def has_a_partition(self) -> bool:
        return self.client is not None and len(self.client.assignment()) == 1


@dataclass
class Group:
    """A topic with messages about ten people on two partitions, and who reads it."""

    store: Store
    servers: str
    topic: str
    producer: AIOKafkaProducer
    owners: list[UUID] = field(default_factory=lambda: [uuid4() for _ in range(10)])
    sent: int = 0

    async def send(self) -> None:
        """EACH messages about everybody, each in its sender's order."""
        for by in range(self.sent + 1, self.sent + EACH + 1):
            for at, owner in enumerate(self.owners):
                raw = message(owner, by, by * len(self.owners) + at, partition=at % PARTITIONS)
                await self.producer.send(
                    self.topic, raw.value, raw.key, raw.partition, headers=list(raw.headers)
                )
        await self.producer.flush()
        self.sent += EACH

    def member(self, held: Held | None = None) -> Member:
        handle = when_counted_count if held is None else held.when_counted_count
        inbox = Inbox(self.store, f"group-{self.topic}", [Reaction(self.topic, (CountedV1,), handle)])
        return Member(inbox, self.servers, [Topic(self.topic, PARTITIONS)])

    async def all_count_once(self) -> None:
        expected = list(range(1, self.sent + 1))

        async def look() -> bool:
            found = [await counts(self.store, owner) for owner in self.owners]
            assert all(one == expected[: len(one)] for one in found), found
            return all(one == expected for one in found)

        await eventually(look, within=40)


@pytest.fixture
async def group(store: Store, kafka_bootstrap: str) -> AsyncIterator[Group]:
    topic = f"toy.{uuid4().hex}.v1"
    await ensure(kafka_bootstrap, [Topic(topic, PARTITIONS)])
    async with AIOKafkaProducer(bootstrap_servers=kafka_bootstrap) as producer:
        yield Group(store, kafka_bootstrap, topic, producer)


@asynccontextmanager
async def running(member: Member) -> AsyncIterator[None]:
    """It consumes while the block runs, and dies with it."""
    task = asyncio.create_task(member.run())
    try:
        yield
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


async def test_a_batch_whose_partitions_move_away_under_it_is_done_once(group: Group) -> None:
    held = Held()
    first, second = group.member(held), group.member()
    await group.send()
    async with AsyncExitStack() as both:
        await both.enter_async_context(running(first))
        await held.reached.wait()
        await both.enter_async_context(running(second))
        await eventually(second.has_a_partition, within=40)
        held.let_go.set()
        await group.send()
        await group.all_count_once()
    commands = await group.store.pool.fetchval("SELECT count(*) FROM work.commands")
    assert commands == group.sent * len(group.owners)


async def test_a_member_that_dies_in_the_middle_of_a_batch_loses_nothing(group: Group) -> None:
    held = Held()
    await group.send()
    async with running(group.member(held)):
        await held.reached.wait()
    assert await counts(group.store, group.owners[0]) == []
    async with running(group.member()):
        await group.all_count_once()


async def test_a_batch_that_can_neither_be_handled_nor_parked_ends_the_session_and_is_not_passed(
    group: Group,
) -> None:
    await group.send()
    inbox = Watched(
        group.store, f"group-{group.topic}", [Reaction(group.topic, (CountedV1,), when_counted_count)]
    )
    inbox.broken = 1000
    consumer = Member(inbox, group.servers, [Topic(group.topic, PARTITIONS)])
    with pytest.raises(Unsettled, match="ValueError"):
        await asyncio.wait_for(consumer.run(), 40)
    inbox.broken = 0
    async with running(consumer):
        await group.all_count_once()


async def test_a_new_group_starts_with_what_was_said_before_it(group: Group) -> None:
    await group.send()
    async with running(group.member()):
        await group.all_count_once()
