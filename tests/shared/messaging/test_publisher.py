"""What goes out goes out in order, and whoever led before changes nothing any more."""

import asyncio
from dataclasses import replace
from pathlib import Path
from typing import ClassVar
from uuid import UUID, uuid4

import asyncpg
import pytest
from aiokafka import AIOKafkaConsumer
from aiokafka.errors import ProducerFenced

from shared.contracts.contract import Contract
from shared.embedded.kafka import start_kafka
from shared.messaging import producers as kafka_producers
from shared.messaging import publisher
from shared.messaging.feed_writer import FeedWriter
from shared.messaging.log_feed import LogFeed
from shared.messaging.outgoing import Outgoing, Streams
from shared.messaging.producers import Producers
from shared.messaging.publisher import MOVE, NEXT, WHERE_AM_I, Publisher
from shared.messaging.readying import messages
from shared.messaging.sending import Message
from shared.messaging.topics import COMPACTED, Topic, ensure
from shared.projection.runner import BOOKMARK
from shared.sealed_log.sequencer import Sequencer
from shared.store.statements import PUBLISHER
from shared.store.store import Store
from shared.store.unit import Recorded
from shared.tide import Tide
from tests.eventually import eventually
from tests.shared.conftest import Place
from tests.shared.toy import LEDGER, Counted, ledger_of, unit


class TotalV1(Contract):
    service: ClassVar[str] = "toy"
    name: ClassVar[str] = "Total"
    topic: ClassVar[str] = "toy.totals.v1"

    owner: UUID
    total: int


async def said(store: Store, owner: UUID, topic: str, total: int) -> Message:
    (row,) = (await store.read(ledger_of(owner)))[-1:]
    says = Outgoing(owner, TotalV1(owner=owner, total=total), topic)
    (found,) = messages(replace(row, log_index=total), [says])
    return found


async def newest(servers: str, topic: str, count: int) -> list[int]:
    reader = AIOKafkaConsumer(topic, bootstrap_servers=servers, auto_offset_reset="earliest")
    await reader.start()
    try:
        return [TotalV1.model_validate_json((await reader.getone()).value).total for _ in range(count)]
    finally:
        await reader.stop()


async def test_who_wakes_up_after_another_took_over_writes_no_more_on_a_compacted_topic(
    store: Store, on_kafka: Place
) -> None:
    servers, owner = on_kafka.settings.kafka_bootstrap_servers, uuid4()
    topics = [Topic(f"totals.{uuid4().hex}.v1", 1, dict(COMPACTED))]
    await ensure(servers, topics)
    await store.append([unit(owner, Counted(by=1))])
    async with Producers.started(servers, topics, store) as slept:
        await slept.publish([await said(store, owner, topics[0].name, 1)])
        async with Producers.started(servers, topics, store) as leads:
            await leads.publish([await said(store, owner, topics[0].name, 2)])
            with pytest.raises(ProducerFenced):
                await slept.publish([await said(store, owner, topics[0].name, 1)])
            await leads.publish([await said(store, owner, topics[0].name, 3)])
    assert await newest(servers, topics[0].name, 3) == [1, 2, 3]


async def test_a_kafka_that_takes_connections_and_says_nothing_is_not_waited_for_for_ever(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(kafka_producers, "ANSWERS_WITHIN", 0.3)
    silent = await asyncio.start_server(lambda _reader, _writer: None, "127.0.0.1", 0)
    port = silent.sockets[0].getsockname()[1]
    with pytest.raises(TimeoutError):
        async with Producers.started(f"127.0.0.1:{port}", [], store):
            pass
    silent.close()


async def test_a_producer_whose_kafka_is_gone_is_left_in_time(
    store: Store, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(kafka_producers, "ENDS_WITHIN", 0.3)
    topic, owner = Topic(f"totals.{uuid4().hex}.v1", 1), uuid4()
    await store.append([unit(owner, Counted(by=1))])
    kafka = await asyncio.to_thread(start_kafka, tmp_path)
    try:
        await ensure(kafka.bootstrap, [topic])
        async with asyncio.timeout(20), Producers.started(kafka.bootstrap, [topic], store) as producers:
            await producers.publish([await said(store, owner, topic.name, 1)])
            kafka.process.suspend()
            with pytest.raises(TimeoutError):
                async with asyncio.timeout(0.3):
                    await producers.publish([await said(store, owner, topic.name, 2)])
    finally:
        kafka.process.kill()


async def test_a_batch_is_published_in_one_statement_which_says_how_far_the_one_before_got(
    store: Store, on_kafka: Place
) -> None:
    topic = Topic(f"totals.{uuid4().hex}.v1", 1)
    servers = on_kafka.settings.kafka_bootstrap_servers
    key_file = on_kafka.settings.signing_key_file
    log_topic = LogFeed(servers, f"toy-{uuid4().hex}")
    await ensure(servers, [topic, log_topic.topic])

    async def public(row: Recorded, _streams: Streams) -> list[Outgoing]:
        owner = row.subject_id or uuid4()
        return [Outgoing(owner, TotalV1(owner=owner, total=row.event.by), topic.name)]

    asked: list[str] = []
    leader = await asyncpg.connect(on_kafka.settings.database_url)
    await leader.execute(BOOKMARK, PUBLISHER)
    sequencer = await Sequencer.start(await asyncpg.connect(on_kafka.settings.database_url))
    leader.add_query_logger(lambda record: asked.append(record.query))
    async with store.pool.acquire() as connection:
        connection.add_query_logger(lambda record: asked.append(record.query))
    reached = -1
    async with Producers.started(servers, [topic], store) as producers:
        publishing = Publisher(store, servers, [topic], public, key_file)
        feed = await FeedWriter.resumed(store, producers.plain, log_topic, key_file)
        for count in (1, 40):
            owners = [uuid4() for _ in range(count)]
            await store.append([unit(owner, Counted(by=1)) for owner in owners])
            await sequencer.tick()
            asked.clear()
            since, reached = reached, await publishing._step(leader, producers, feed, reached)
            assert reached - since == count
            await asyncio.sleep(0)  # the driver tells in the loop's next turn
            assert asked == [NEXT]
            assert await leader.fetchval(WHERE_AM_I, PUBLISHER) == since


WAL_WRITTEN = """
SELECT coalesce(sum(writes), 0)::bigint FROM pg_stat_get_backend_io($1) WHERE object = 'wal'
"""


async def test_the_mark_that_is_moved_with_a_look_does_not_wait_for_the_disk(
    store: Store, on_kafka: Place
) -> None:
    topic = Topic(f"totals.{uuid4().hex}.v1", 1)
    servers = on_kafka.settings.kafka_bootstrap_servers

    async def public(_row: Recorded, _streams: Streams) -> list[Outgoing]:
        return []

    publishing = Publisher(store, servers, [topic], public, on_kafka.settings.signing_key_file)
    await store.pool.execute(BOOKMARK, PUBLISHER)
    await store.append([unit(uuid4(), Counted(by=1))])
    await (await Sequencer.start(await asyncpg.connect(on_kafka.settings.database_url))).tick()
    durable = {"synchronous_commit": "on"}  # as on every server but that of the tests
    leader = await asyncpg.connect(on_kafka.settings.database_url, server_settings=durable)

    async def written() -> int:
        await leader.execute("SELECT pg_stat_force_next_flush()")
        found: int = await store.pool.fetchval(WAL_WRITTEN, leader.get_server_pid())
        return found

    async def has_moved() -> bool:
        return bool(await store.pool.fetchval(WHERE_AM_I, PUBLISHER) == 0)

    before = await written()
    running = asyncio.create_task(publishing.run(leader, Tide()))
    await eventually(has_moved, within=60)
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)
    assert await written() == before


async def test_a_backlog_is_made_ready_while_what_is_before_it_is_sent_and_stays_in_order(
    store: Store, on_kafka: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(publisher, "BATCH", 5)
    topic = Topic(f"totals.{uuid4().hex}.v1", 1)
    servers, owner = on_kafka.settings.kafka_bootstrap_servers, uuid4()
    key_file = on_kafka.settings.signing_key_file
    log_topic = LogFeed(servers, f"toy-{uuid4().hex}")
    await ensure(servers, [topic, log_topic.topic])
    await store.append([unit(owner, *(Counted(by=1) for _ in range(23)))])
    leader = await asyncpg.connect(on_kafka.settings.database_url)
    await leader.execute(BOOKMARK, PUBLISHER)
    await (await Sequencer.start(leader)).tick()
    asked: list[str] = []

    async def public(row: Recorded, streams: Streams) -> list[Outgoing]:
        ledger = await streams.state_at(LEDGER, row.stream, row.stream_version)
        return [Outgoing(owner, TotalV1(owner=owner, total=ledger.total), topic.name)]

    async with Producers.started(servers, [topic], store) as producers:
        publishing = Publisher(store, servers, [topic], public, key_file)
        feed = await FeedWriter.resumed(store, producers.plain, log_topic, key_file)
        leader.add_query_logger(lambda record: asked.append(record.query))
        reached = [-1]
        for steps in (3, 4):
            for _ in range(steps):
                reached.append(await publishing._step(leader, producers, feed, reached[-1]))
            reached.append(9)  # as a leader that comes later finds it
    assert reached == [-1, 4, 9, 14, 9, 14, 19, 22, 22, 9]
    assert await leader.fetchval(WHERE_AM_I, PUBLISHER) == 22
    assert sum(one in (NEXT, MOVE) for one in asked) == 7, "the leader asks something in every step"
    once, again = list(range(1, 16)), list(range(11, 24))
    assert await newest(servers, topic.name, 28) == [*once, *again]
    assert (await log_topic.end()).next_index == 23
