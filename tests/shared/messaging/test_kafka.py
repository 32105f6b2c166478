"""From an event to its effect elsewhere, on a real Kafka, with all that goes wrong on the way."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Any, ClassVar
from uuid import UUID, uuid4

import pytest
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer

from shared.contracts.contract import Contract
from shared.messaging.inbox import Inbox
from shared.messaging.incoming import Incoming
from shared.messaging.outgoing import Outgoing, Streams
from shared.messaging.reaction import Facts, MissingFact, Reaction
from shared.messaging.topics import COMPACTED, Topic, TopicMismatch, ensure
from shared.service import Running, Service, running
from shared.settings import Settings
from shared.store.store import Store
from shared.store.unit import Recorded, Unit
from tests.eventually import eventually
from tests.shared.conftest import Place
from tests.shared.toy import BALANCE, LEDGER, TABLES, Count, Counted, ledger_of, unit

Headers = list[tuple[str, bytes]]


class CountedV1(Contract):
    service: ClassVar[str] = "toy"
    name: ClassVar[str] = "Counted"
    topic: ClassVar[str] = "toy.events.v1"

    owner: UUID
    by: int


class Wire:
    """One test's topic, and a producer to write to it by hand."""

    def __init__(self, servers: str) -> None:
        self.servers = servers
        self.name = f"toy_{uuid4().hex}"
        self.topic = f"{self.name}.v1"
        self.facts: set[UUID] = set()
        self.poisoned = 0
        self.producer = AIOKafkaProducer(bootstrap_servers=servers, acks="all")

    async def send(
        self, owner: UUID, by: Any, *, index: int | None = None, headers: Headers | None = None
    ) -> None:
        body = by if isinstance(by, bytes) else CountedV1(owner=owner, by=by).model_dump_json().encode()
        found: Headers = [("ce_type", b"toy.Counted.v1"), ("ce_id", str(uuid4()).encode())]
        if index is not None:
            found.append(("ce_logindex", str(index).encode()))
        headers = found if headers is None else headers
        await self.producer.send_and_wait(
            self.topic, value=body, key=str(owner).encode(), partition=0, headers=headers
        )

    async def when_counted_count(self, incoming: Incoming[CountedV1], facts: Facts) -> list[Unit]:
        owner = incoming.message.owner
        if incoming.message.by == 13 and owner not in self.facts:
            raise MissingFact("owner")
        if incoming.message.by == 666:
            self.poisoned += 1
            raise RuntimeError("a bug in a handler")
        return await facts.decide(
            LEDGER, ledger_of(owner), Count(by=incoming.message.by), incoming, subject_id=owner
        )

    def service(self, *, consumes: bool = True, publishes: bool = False) -> Service:
        async def public(recorded: Recorded, _streams: Streams) -> list[Outgoing]:
            said = CountedV1(owner=recorded.subject_id or UUID(int=0), by=recorded.event.by)
            return [Outgoing(said.owner, said, self.topic)] if publishes else []

        def inboxes(store: Store, _settings: Settings) -> list[Inbox]:
            reaction = Reaction(self.topic, (CountedV1,), self.when_counted_count)
            return [Inbox(store, f"group-{self.topic}", [reaction])] if consumes else []

        return Service(
            name=self.name,
            aggregates=(LEDGER,),
            readers=lambda _store: [BALANCE],
            tables=TABLES,
            public=public,
            publishes=lambda _partitions: [Topic(self.topic, 4)],
            inboxes=inboxes,
            consumes=lambda _partitions: [Topic(self.topic, 4)],
        )


@pytest.fixture
async def wire(kafka_bootstrap: str) -> AsyncIterator[Wire]:
    made = Wire(kafka_bootstrap)
    await ensure(kafka_bootstrap, [Topic(made.topic, 4)])
    await made.producer.start()
    yield made
    await made.producer.stop()


@asynccontextmanager
async def consuming(wire: Wire, place: Place) -> AsyncIterator[Running]:
    async with running(wire.service(), place.settings) as run:
        yield run


def total(run: Running, owner: UUID) -> Callable[[], Any]:
    async def look() -> int:
        return sum(row.event.by for row in await run.store.read(ledger_of(owner)))

    return look


async def reaches(run: Running, owner: UUID, expected: int) -> None:
    async def look() -> bool:
        return bool(await total(run, owner)() == expected)

    await eventually(look)


async def parked(run: Running) -> list[str]:
    rows = await run.store.pool.fetch("SELECT cause FROM work.parked ORDER BY kafka_offset")
    return [row["cause"].split(":")[0] for row in rows]


async def test_a_message_that_comes_twice_has_one_effect(wire: Wire, on_kafka: Place) -> None:
    owner = uuid4()
    for by in (1, 1, 2):
        await wire.send(owner, by, index=by)
    async with consuming(wire, on_kafka) as run:
        await reaches(run, owner, 3)
        await wire.send(owner, 2, index=2)
        await wire.send(owner, 4, index=4)
        await reaches(run, owner, 7)


async def test_a_message_without_an_index_is_told_by_its_id(wire: Wire, on_kafka: Place) -> None:
    owner = uuid4()
    once: Headers = [("ce_type", b"toy.Counted.v1"), ("ce_id", str(uuid4()).encode())]
    await wire.send(owner, 5, headers=once)
    await wire.send(owner, 5, headers=once)
    await wire.send(owner, 1)
    async with consuming(wire, on_kafka) as run:
        await reaches(run, owner, 6)


async def test_many_messages_of_one_person_in_one_batch_all_count(wire: Wire, on_kafka: Place) -> None:
    owner = uuid4()
    for index in range(50):
        await wire.send(owner, 1, index=index)
    async with consuming(wire, on_kafka) as run:
        await reaches(run, owner, 50)
        versions = [row.stream_version for row in await run.store.read(ledger_of(owner))]
        assert versions == list(range(1, 51))


async def test_a_header_that_is_no_text_loses_nothing(wire: Wire, on_kafka: Place) -> None:
    owner = uuid4()
    await wire.send(owner, 1, index=0)
    foreign: Headers = [("trace", b"\xff\xfe"), ("ce_type", b"toy.Counted.v1"), ("ce_logindex", b"1")]
    await wire.send(owner, 2, headers=foreign)
    await wire.send(owner, 4, index=2)
    async with consuming(wire, on_kafka) as run:
        await reaches(run, owner, 7)


@pytest.mark.parametrize(
    ("body", "kind", "cause"),
    [
        (b"{not json", b"toy.Counted.v1", "NotUnderstood"),
        (b"{}", b"toy.Counted.v1", "NotUnderstood"),
        (b"{}", b"toy.Counted.v2", "NotUnderstood"),
    ],
    ids=["no JSON", "fields missing", "a newer version"],
)
async def test_what_is_not_understood_waits_with_the_later_ones_of_its_key(
    wire: Wire, on_kafka: Place, body: bytes, kind: bytes, cause: str
) -> None:
    bad, good = uuid4(), uuid4()
    await wire.send(bad, body, headers=[("ce_type", kind), ("ce_logindex", b"0")])
    await wire.send(bad, 1, index=1)
    await wire.send(good, 2, index=2)
    async with consuming(wire, on_kafka) as run:
        await reaches(run, good, 2)
        assert await parked(run) == [cause, "behind"]
        assert await run.store.read(ledger_of(bad)) == []


async def test_a_type_that_nobody_here_listens_to_is_passed_by(wire: Wire, on_kafka: Place) -> None:
    owner = uuid4()
    await wire.send(owner, b"{}", headers=[("ce_type", b"toy.Forgotten.v1"), ("ce_logindex", b"0")])
    await wire.send(owner, 1, index=1)
    async with consuming(wire, on_kafka) as run:
        await reaches(run, owner, 1)
        assert await parked(run) == []


async def test_what_comes_before_the_fact_it_needs_is_done_in_order_once_that_is_there(
    wire: Wire, on_kafka: Place
) -> None:
    owner = uuid4()
    await wire.send(owner, 13, index=0)
    await wire.send(owner, 2, index=1)
    async with consuming(wire, on_kafka) as run:

        async def waits() -> bool:
            return await parked(run) == ["MissingFact", "behind"]

        await eventually(waits)
        wire.facts.add(owner)
        await reaches(run, owner, 15)
        assert [row.event.by for row in await run.store.read(ledger_of(owner))] == [13, 2]
        assert await parked(run) == []


async def test_a_bug_in_a_handler_stops_only_its_key(wire: Wire, on_kafka: Place) -> None:
    poisoned, others = uuid4(), [uuid4() for _ in range(20)]
    await wire.send(poisoned, 666, index=0)
    for index, owner in enumerate(others, start=1):
        await wire.send(owner, 1, index=index)
    async with consuming(wire, on_kafka) as run:
        for owner in others:
            await reaches(run, owner, 1)
        assert await parked(run) == ["RuntimeError"]


async def test_a_refusal_is_an_answer_not_an_accident(wire: Wire, on_kafka: Place) -> None:
    owner = uuid4()
    await wire.send(owner, -1, index=0)
    await wire.send(owner, 1, index=1)
    async with consuming(wire, on_kafka) as run:
        await reaches(run, owner, 1)
        outcomes = await run.store.pool.fetchval("SELECT string_agg(outcome, '') FROM work.commands")
        assert "counts-only-up" in outcomes


async def test_public_events_arrive_in_order_under_their_key_and_number(wire: Wire, on_kafka: Place) -> None:
    owners = [UUID(int=at) for at in range(1, 6)]  # on more than one partition
    async with running(wire.service(consumes=False, publishes=True), on_kafka.settings) as run:
        for by in range(1, 11):
            await asyncio.gather(
                *(run.store.append([unit(o, Counted(by=by), expected=by - 1)]) for o in owners)
            )
        reader = AIOKafkaConsumer(wire.topic, bootstrap_servers=wire.servers, auto_offset_reset="earliest")
        await reader.start()
        try:
            async with asyncio.timeout(20):
                records = [await reader.getone() for _ in range(50)]
        finally:
            await reader.stop()
    indexes = sorted(int(dict(record.headers)["ce_logindex"]) for record in records)
    assert indexes == list(range(50))
    for owner in owners:
        mine = [CountedV1.model_validate_json(r.value).by for r in records if r.key == str(owner).encode()]
        assert mine == list(range(1, 11))
    places = {(record.key, record.partition) for record in records}
    assert len(places) == len(owners), "each key stays in one partition"
    assert len({partition for _, partition in places}) > 1


async def test_kafka_away_costs_nothing_but_lag(wire: Wire, on_kafka: Place) -> None:
    away = replace(on_kafka.settings, kafka_bootstrap_servers="127.0.0.1:1")
    owner = uuid4()
    async with running(wire.service(publishes=True), away) as run:
        await run.store.append([unit(owner, Counted(by=1))])

        async def projected() -> bool:
            return bool(await run.store.pool.fetchval("SELECT count(*) FROM read.balances"))

        await eventually(projected)
    async with running(wire.service(publishes=True), on_kafka.settings) as run:

        async def published() -> bool:  # the service hears itself, so the mark goes on from there
            return bool(
                await run.store.pool.fetchval(
                    "SELECT log_index >= 0 FROM work.bookmarks WHERE reader = 'publisher'"
                )
            )

        await eventually(published)


async def test_a_topic_with_another_number_of_partitions_refuses(wire: Wire) -> None:
    with pytest.raises(TopicMismatch, match="partitions is 4, must be 5"):
        await ensure(wire.servers, [Topic(wire.topic, 5)])


async def test_a_topic_with_other_settings_refuses(wire: Wire) -> None:
    await ensure(wire.servers, [Topic(wire.topic, 4)])
    with pytest.raises(TopicMismatch, match=r"cleanup\.policy is delete, must be compact"):
        await ensure(wire.servers, [Topic(wire.topic, 4, dict(COMPACTED))])


async def test_a_parked_bug_is_tried_again_and_holds_nobody_up(wire: Wire, on_kafka: Place) -> None:
    poisoned, other = uuid4(), uuid4()
    await wire.send(poisoned, 666, index=0)
    async with consuming(wire, on_kafka) as run:

        async def tried_again() -> bool:
            return wire.poisoned > 4

        await eventually(tried_again)
        await wire.send(other, 1, index=1)
        await reaches(run, other, 1)
        assert run.failed == {}
        assert await parked(run) == ["RuntimeError"]
