"""The checker is tested: each bug is planted once, on purpose, and seen; without it nothing is said.

Every interleaving is made by hand with open transactions, so that a bug shows every time.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from contextlib import AsyncExitStack, nullcontext
from dataclasses import replace
from uuid import uuid4

import asyncpg
import pytest
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition
from aiokafka.errors import KafkaError
from faststream import AckPolicy

from shared.messaging.inbox import Inbox
from shared.messaging.incoming import Raw
from shared.messaging.reaction import Reaction
from shared.messaging.topics import COMPACTED, Topic, ensure
from shared.sealed_log.sequencer import Sequencer
from shared.store.stream import Stream
from tests.eventually import eventually
from tests.torture import checker, planted
from tests.torture.collect import topic
from tests.torture.conftest import Ground
from tests.torture.pair import CountedV1, ledger, when_counted_count
from tests.torture.planted import FastStreamConsumer, ForgetfulCommit, PlainConsumer, die, insert, request
from tests.torture.seen import Answer, Database, Event, Request

Tick = Callable[[], Awaitable[object]]
Interleaving = Callable[[Ground, Tick], Awaitable[None]]


def a_stream() -> Stream:
    return ledger(uuid4(), 2026)


def told(said: Sequence[str], *words: str) -> bool:
    """Whether each of `words` stands in what the checker said, or it said nothing where there are none."""
    return all(any(word in one for one in said) for word in words) if words else not said


async def one_commits_late(ground: Ground, tick: Tick) -> None:
    async with ground.store.pool.acquire() as late, late.transaction():
        await ground.append(request(a_stream(), 1), connection=late)
        await ground.append(request(a_stream(), 2))
        await tick()
    await tick()


async def an_older_transaction_goes_on_behind_a_younger(ground: Ground, tick: Tick) -> None:
    stream = a_stream()
    async with ground.store.pool.acquire() as older, older.transaction():
        await older.fetchval("SELECT pg_current_xact_id()")
        await ground.append(request(stream, 1))
        await ground.append(request(stream, 2, expected=1), connection=older)
    await tick()


@pytest.mark.parametrize(
    ("statement", "interleaving", "said"),
    [
        (planted.NAIVE_CURSOR, one_commits_late, ["has 0 places in the log"]),
        (planted.XMIN_WATERMARK, an_older_transaction_goes_on_behind_a_younger, ["behind version 2"]),
        (None, one_commits_late, []),
        (None, an_older_transaction_goes_on_behind_a_younger, []),
    ],
    ids=["naive cursor", "xmin watermark", "ours, late", "ours, older"],
)
async def test_a_sequencer_that_loses_or_reorders(
    ground: Ground, statement: str | None, interleaving: Interleaving, said: list[str]
) -> None:
    connection = await ground.connect()
    ours = await Sequencer.start(connection)

    async def tick() -> object:
        return await (connection.execute(statement) if statement else ours.tick())

    await interleaving(ground, tick)
    held = await ground.holds()
    assert told(checker.check_log(held.events, held.log), *said)


async def test_the_tail_of_a_losing_command(ground: Ground) -> None:
    stream = a_stream()
    first = await ground.append(request(stream, 1))
    losing = request(stream, 2, 3)
    ours = await ground.append(losing)
    assert ours.answers == (Answer.CONFLICT,)
    assert told(checker.check_commands([first, ours], (await ground.holds()).events))
    answers = await insert(await ground.connect(), planted.ON_CONFLICT_TAIL, losing)
    asked = [first, replace(losing, answers=tuple(answers))]
    said = checker.check_commands(asked, (await ground.holds()).events)
    assert told(said, "is stored in part", "was told conflict, but is stored")


async def test_a_version_from_nowhere(ground: Ground) -> None:
    from_nowhere = request(a_stream(), 1, expected=4)
    assert (await ground.append(from_nowhere)).answers == (Answer.CONFLICT,)
    assert told(checker.check_streams((await ground.holds()).events))
    await insert(await ground.connect(), planted.FROM_NOWHERE, from_nowhere)
    assert told(checker.check_streams((await ground.holds()).events), "without [1], with [5]")


async def test_the_wrong_plan_year(ground: Ground) -> None:
    right = request(a_stream(), 1)
    asked = [await ground.append(one) for one in (right, replace(right, command_id=uuid4(), tokens=(2,)))]
    assert [one.answers for one in asked] == [(Answer.APPENDED,), (Answer.CONFLICT,)]
    assert told(checker.check_streams((await ground.holds()).events))
    await ground.append(replace(right, command_id=uuid4(), tokens=(3,), plan_year=2025))
    assert told(checker.check_streams((await ground.holds()).events), "stands in the plan years [2025, 2026]")


async def waits_for_a_lock(watcher: asyncpg.Connection, waiting: asyncpg.Connection) -> None:
    async def look() -> bool:
        sql = "SELECT cardinality(pg_blocking_pids($1)) > 0"
        return bool(await watcher.fetchval(sql, waiting.get_server_pid()))

    await eventually(look)


@pytest.mark.parametrize("sort", [False, True], ids=["unsorted", "sorted"])
async def test_an_unsorted_batch(ground: Ground, sort: bool) -> None:
    """Two batches hold each other's stream, each held in its middle by a third until both are there."""
    watcher, one, two, third = [await ground.connect() for _ in range(4)]
    mine, his, first_held, second_held = sorted((a_stream() for _ in range(4)), key=lambda s: s.stream_id)
    batches = [
        [request(stream, token) for token, stream in enumerate(streams, start=at)]
        for at, streams in ((1, (mine, first_held, his)), (11, (his, second_held, mine)))
    ]
    if sort:
        batches = [sorted(batch, key=lambda asked: asked.stream_id) for batch in batches]
    holding = third.transaction()
    await holding.start()
    await insert(third, planted.FROM_NOWHERE, request(first_held, 21), request(second_held, 22))
    writing = []
    for connection, batch in zip((one, two), batches, strict=True):
        writing.append(asyncio.create_task(insert(connection, planted.FROM_NOWHERE, *batch)))
        await waits_for_a_lock(watcher, connection)
    await holding.rollback()
    ended = await asyncio.gather(*writing, return_exceptions=True)
    deadlocks = sum(isinstance(error, asyncpg.DeadlockDetectedError) for error in ended)
    assert told(checker.check_deadlocks(deadlocks), *([] if sort else ["1 deadlock"]))


Consumer = FastStreamConsumer | PlainConsumer


@pytest.mark.parametrize(
    ("consumer", "said"),
    [
        (FastStreamConsumer(), ["event 1 ", "had 0 effects"]),
        (PlainConsumer(offsets_first=True), ["event 1 ", "had 0 effects"]),
        (FastStreamConsumer(AckPolicy.MANUAL), []),
        (PlainConsumer(offsets_first=False), []),
    ],
    ids=["default ack", "offset before transaction", "manual ack", "offset after transaction"],
)
async def test_a_consumer_that_dies_after_its_offset(
    other_ground: Ground, kafka_bootstrap: str, consumer: Consumer, said: list[str]
) -> None:
    name, owner = f"torture.{uuid4().hex}.v1", uuid4()
    await ensure(kafka_bootstrap, [Topic(name, 1)])
    sent = [Event(uuid4(), owner, 2026, version, version, uuid4()) for version in (1, 2)]
    inbox = Inbox(other_ground.store, "group", [Reaction(name, (CountedV1,), when_counted_count)])
    await say(kafka_bootstrap, name, sent[:1])
    with pytest.raises(planted.Died):
        await consumer.run(kafka_bootstrap, name, dying(kafka_bootstrap, name, consumer))
    await say(kafka_bootstrap, name, sent[1:])
    held = await other_ground.holds()
    while not any(one.token == 2 for one in held.events):
        await consumer.run(kafka_bootstrap, name, inbox.apply)
        held = await other_ground.holds()
    assert told(checker.check_effects(Database(sent, []), held), *said)


def dying(servers: str, name: str, consumer: Consumer) -> planted.Apply:
    """Die with the batch in hand: under the default ack, when its offset has been committed behind us."""
    if not isinstance(consumer, FastStreamConsumer) or consumer.policy:
        return die

    async def die_late(batch: Sequence[Raw]) -> None:
        await eventually(lambda: committed(servers, name))
        await die(batch)

    return die_late


async def committed(servers: str, name: str) -> bool:
    client = AIOKafkaConsumer(bootstrap_servers=servers, group_id=f"group.{name}", enable_auto_commit=False)
    await client.start()
    try:
        return bool(await client.committed(TopicPartition(name, 0)))
    finally:
        await client.stop()


async def say(servers: str, name: str, events: Sequence[Event]) -> None:
    async with AIOKafkaProducer(bootstrap_servers=servers) as producer:
        for event in events:
            await send(producer, name, event)


async def send(producer: AIOKafkaProducer, name: str, event: Event) -> None:
    said = CountedV1(owner=event.stream_id, year=event.plan_year, by=event.token)
    await producer.send_and_wait(
        name,
        value=said.model_dump_json().encode(),
        key=str(event.stream_id).encode(),
        headers=[
            ("ce_type", CountedV1.ce_type().encode()),
            ("ce_id", str(event.event_id).encode()),
            ("ce_logindex", str(event.version - 1).encode()),
        ],
    )


@pytest.mark.parametrize("fenced", [False, True], ids=["resumes", "is fenced"])
async def test_a_publisher_that_resumes_after_its_lease(kafka_bootstrap: str, fenced: bool) -> None:
    name, person = f"torture.{uuid4().hex}.v1", uuid4()
    await ensure(kafka_bootstrap, [Topic(name, 1, dict(COMPACTED))])
    old, new = (Event(uuid4(), person, 2026, version, version, uuid4()) for version in (1, 2))
    async with AsyncExitStack() as stack:
        leaders = []
        for _ in range(2):
            options = {"transactional_id": name} if fenced else {}
            leaders.append(
                await stack.enter_async_context(
                    AIOKafkaProducer(bootstrap_servers=kafka_bootstrap, **options)
                )
            )
        sleeper, successor = leaders
        await lead(successor, name, new, fenced=fenced)
        with pytest.raises(KafkaError) if fenced else nullcontext():
            await lead(sleeper, name, old, fenced=fenced)
    said = checker.check_newest_stays(await topic(kafka_bootstrap, name))
    assert told(said, *([] if fenced else ["keeps log index 0", "1 was sent"]))


async def lead(producer: AIOKafkaProducer, name: str, event: Event, *, fenced: bool) -> None:
    async with producer.transaction() if fenced else nullcontext():
        await send(producer, name, event)


async def test_a_future_that_nobody_resolves(ground: Ground) -> None:
    """The database fails under a batch; whoever waits must hear of it."""

    async def fails(_batch: Sequence[Request]) -> list[Answer]:
        raise ConnectionResetError

    forgotten, heard = request(a_stream(), 1), request(a_stream(), 2)
    answer = await ask(ForgetfulCommit(fails).submit(forgotten))
    said = checker.check_commands([replace(forgotten, answers=(answer,))], [])
    assert told(said, "was never answered")
    await ground.store._append_pool.expire_connections()
    await ground.store._append_pool.close()
    answer = await ask(ground.append(heard))
    said = checker.check_commands([replace(heard, answers=(answer,))], (await ground.holds()).events)
    assert told(said)


async def ask(asking: Awaitable[object]) -> Answer:
    try:
        async with asyncio.timeout(2):
            await asking
    except TimeoutError:
        return Answer.SILENCE
    except (OSError, asyncpg.InterfaceError):
        return Answer.UNKNOWN
    return Answer.APPENDED
