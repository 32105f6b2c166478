"""Parts of an engine with one bug each, as others have shipped them: the checker must see every one."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Any
from uuid import uuid4

import asyncpg
from aiokafka import AIOKafkaConsumer
from faststream import AckPolicy
from faststream.kafka import KafkaBroker
from faststream.kafka.annotations import KafkaMessage

from shared.messaging.incoming import Raw
from shared.store.stream import Stream
from tests.torture.seen import Answer, Request

PLACES = """
INSERT INTO event.log (log_index, plan_year, stream_id, stream_version, event_id, leaf_hash, epoch)
SELECT (SELECT count(*) FROM event.log) + row_number() OVER (ORDER BY {order}) - 1,
       plan_year, stream_id, stream_version, event_id, '', 1
FROM event.events e WHERE {fresh}
"""
NAIVE_CURSOR = PLACES.format(
    order="insert_order",
    fresh="insert_order > (SELECT coalesce(max(insert_order), 0) FROM event.log JOIN event.events"
    " USING (plan_year, stream_id, stream_version))",
)
XMIN_WATERMARK = PLACES.format(
    order="xid, insert_order",
    fresh="xid < pg_snapshot_xmin(pg_current_snapshot()) AND NOT EXISTS ("
    "SELECT FROM event.log l WHERE l.event_id = e.event_id)",
)
# No look whether the version before is there.
FROM_NOWHERE = """
INSERT INTO event.events (event_id, agency, service, stream_kind, stream_id, plan_year, stream_version, type,
    schema_version, actor_id, acting_role, command_id, correlation_id, data)
SELECT gen_random_uuid(), 'CONTOH', 'sender', 'ledger', stream_id, plan_year, version, 'Counted', 1,
    command_id, 'employee', command_id, command_id, format('{"by":%s}', token)
FROM unnest($1::uuid[], $2::uuid[], $3::smallint[], $4::integer[], $5::integer[])
    WITH ORDINALITY AS e(command_id, stream_id, plan_year, version, token, at) ORDER BY at
"""
ON_CONFLICT_TAIL = FROM_NOWHERE + "ON CONFLICT DO NOTHING"


async def insert(connection: asyncpg.Connection, statement: str, *requests: Request) -> list[Answer]:
    """Insert the events of all requests in the order given; whoever misses one is told so."""
    rows = [
        (one.command_id, one.stream_id, one.plan_year, one.expected + at, token)
        for one in requests
        for at, token in enumerate(one.tokens, start=1)
    ]
    done = await connection.execute(statement, *map(list, zip(*rows, strict=True)))
    return [Answer.APPENDED if done == f"INSERT 0 {len(rows)}" else Answer.CONFLICT] * len(requests)


def request(stream: Stream, *tokens: int, expected: int = 0) -> Request:
    return Request(uuid4(), stream.stream_id, stream.plan_year, expected, tokens)


Apply = Callable[[Sequence[Raw]], Awaitable[None]]


class Died(Exception):
    """The process ended here."""


async def die(_batch: Sequence[Raw]) -> None:
    raise Died


class FastStreamConsumer:
    """Acknowledges as FastStream's policy says: its default commits what nobody has handled yet."""

    def __init__(self, policy: AckPolicy | None = None) -> None:
        self.policy = {} if policy is None else {"ack_policy": policy}

    async def run(self, servers: str, topic: str, apply: Apply) -> None:
        """Until one batch is applied, or the process dies of it."""
        broker = KafkaBroker(servers, logger=None, graceful_timeout=1)
        taken: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        options: dict[str, Any] = {"auto_offset_reset": "earliest", **self.policy}
        if not self.policy:
            options["auto_commit_interval_ms"] = 50

        async def handle(_body: Any, message: KafkaMessage) -> None:
            records: Any = message.raw_message
            try:
                await apply([Raw.of(record) for record in records])
                if self.policy:
                    await message.ack()
                settle(taken)
            except Died as death:
                settle(taken, death)
                await asyncio.Event().wait()

        broker.subscriber(topic, group_id=f"group.{topic}", batch=True, **options)(handle)
        await broker.start()
        try:
            await taken
        finally:
            await broker.stop()


def settle(future: "asyncio.Future[None]", error: Exception | None = None) -> None:
    if future.done():
        return
    if error is None:
        future.set_result(None)
    else:
        future.set_exception(error)


class PlainConsumer:
    """Commits offsets before or after the transaction."""

    def __init__(self, *, offsets_first: bool) -> None:
        self.offsets_first = offsets_first

    async def run(self, servers: str, topic: str, apply: Apply) -> None:
        """One batch."""
        consumer = AIOKafkaConsumer(
            topic,
            bootstrap_servers=servers,
            group_id=f"group.{topic}",
            enable_auto_commit=False,
            auto_offset_reset="earliest",
        )
        await consumer.start()
        try:
            batch: list[Raw] = []
            while not batch:
                polled = await consumer.getmany(timeout_ms=500)
                batch = [Raw.of(record) for records in polled.values() for record in records]
            if self.offsets_first:
                await consumer.commit()
            await apply(batch)
            if not self.offsets_first:
                await consumer.commit()
        finally:
            await consumer.stop()


class ForgetfulCommit:
    """A group commit that, when the database fails, forgets those who wait for it."""

    def __init__(self, flush: Callable[[Sequence[Request]], Awaitable[list[Answer]]]) -> None:
        self._flush = flush

    async def submit(self, request: Request) -> Answer:
        future: asyncio.Future[Answer] = asyncio.get_running_loop().create_future()
        self._writing = asyncio.create_task(self._write(request, future))
        return await future

    async def _write(self, request: Request, future: "asyncio.Future[Answer]") -> None:
        try:
            future.set_result((await self._flush([request]))[0])
        except OSError:
            return
