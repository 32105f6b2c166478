"""Erases in one service whoever planning says is erased: at the start everybody so far, then as it is said.

Every process reads the whole topic of erasures when it starts, from its first message, before it opens: a
database that came back from a backup learns so whom to forget. The topic holds one message per erased person.
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from uuid import UUID, uuid5

import structlog
from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.errors import KafkaError

from shared.contracts.planning import ERASURES, PersonErasedV1
from shared.erasure.record import ErasureDone, erasure_stream
from shared.messaging.consuming import consuming
from shared.messaging.incoming import Raw, understood
from shared.messaging.log_feed import LogFeed
from shared.messaging.topics import Topic, ensure
from shared.people_feed import LOCK_PEOPLE
from shared.store.away import is_database_away
from shared.store.files import EncryptedFiles
from shared.store.store import Store
from shared.store.stream import Stream
from shared.store.unit import Intent, Unit

log = structlog.get_logger()
SYSTEM = UUID(int=0)
COMMANDS = UUID("b5d0f9a4-0c1d-5b7e-9f54-6a656a616b32")
TOPIC = Topic(ERASURES, 1)
PLACE = TopicPartition(ERASURES, 0)
ANSWERS_WITHIN, PAUSE, POLL = 20.0, 1.0, 500  # seconds, seconds, milliseconds
AGAIN = 60.0  # seconds until files that could not be removed are tried again

PERSON = """
INSERT INTO read.people (employee_id, erased) SELECT unnest($1::uuid[]), true
ON CONFLICT (employee_id) DO UPDATE SET nip = NULL, full_name = NULL, erased = true
"""
REBUILT = "SELECT work.erase_in_rebuild($1::uuid[])"
PARKED = "DELETE FROM work.parked WHERE key = $1"
# A database that was put back is another server, or a server started again, or other tables.
WHICH = """
SELECT concat_ws('/', system_identifier, pg_postmaster_start_time(), d.oid, c.oid, c.relfilenode) AS which
FROM pg_control_system(), pg_database d, pg_class c
WHERE d.datname = current_database() AND c.oid = 'work.keys'::regclass
"""
KNOWN = "SELECT which FROM work.erasures_read"
KNOWS_SOMEBODY = """
SELECT EXISTS (SELECT FROM work.keys)
    OR EXISTS (SELECT FROM read.people WHERE nip IS NOT NULL OR full_name IS NOT NULL)
"""
REMEMBER = """
INSERT INTO work.erasures_read (which) VALUES ($1) ON CONFLICT (only_row) DO UPDATE SET which = excluded.which
"""

GIVEN = """
SELECT e.subject_id FROM unnest($1::smallint[], $2::uuid[]) AS asked(plan_year, stream_id)
JOIN event.events e USING (plan_year, stream_id) WHERE e.type = $3
"""
NEXT_INDEX = "SELECT next_index FROM work.cursor"


@dataclass(frozen=True, slots=True)
class OwnOrders:
    """Where the service that orders erasures keeps its orders: which event, in whose record."""

    event_type: str
    record_of: Callable[[UUID], Stream]


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """Whom to erase; `event_id` is planning's PersonErased, which this follows from."""

    employee_id: UUID
    event_id: UUID
    at: datetime
    correlation_id: UUID
    traceparent: str | None = None


class Eraser:
    """Erases in one service, in one process. With `own` it heeds only what its own log ordered."""

    def __init__(
        self, store: Store, servers: str, files: EncryptedFiles, *, demo: bool, own: OwnOrders | None = None
    ) -> None:
        self._store = store
        self._servers = servers
        self._files = files
        self._demo = demo
        self._own = own
        self._next = 0
        self._unfinished: dict[UUID, Order] = {}

    async def open(self) -> None:
        """Return when everybody who was erased so far is erased here.

        Kafka is waited for, unless this very database, on a server that ran ever since, was told before, or
        holds no key and no name at all: then there is nothing that a backup could have brought back.
        Raises NotUnderstood.
        """
        while True:
            try:
                async with asyncio.timeout(ANSWERS_WITHIN), self._reading() as consumer:
                    await self._read_on(consumer, (await consumer.end_offsets([PLACE]))[PLACE])
            except (KafkaError, OSError) as error:
                if is_database_away(error) and not isinstance(error, KafkaError | TimeoutError):
                    raise
                if await self._is_as_it_was():
                    return
                log.warning("waits for kafka to tell who was erased", cause=type(error).__name__)
                await asyncio.sleep(PAUSE)
            else:
                await self._store.pool.execute(REMEMBER, await self._store.pool.fetchval(WHICH))
                return

    async def run(self) -> None:
        """Erase whoever is erased from now on, until cancelled. Kafka away is waited for."""
        while True:
            try:
                async with self._reading() as consumer:
                    while True:
                        await self._read_on(consumer, self._next + 1)
            except KafkaError as error:
                log.warning("eraser waits for kafka", cause=type(error).__name__)
            await asyncio.sleep(PAUSE)

    async def try_again(self) -> None:
        """Erase again those whose files could not be removed, until cancelled."""
        while True:
            await asyncio.sleep(AGAIN)
            if self._unfinished:
                await self.erase(list(self._unfinished.values()))

    async def erase(self, orders: Sequence[Order]) -> None:
        """Take key, files, name and parked messages of each away, and say so; once, however often asked.

        It is not said of whom a file is still there: `try_again` does, when it is gone.
        """
        ids = [one.employee_id for one in orders]
        known = await self._store.keyring.erased(ids)
        said = {one.stream_id for one in await self._store.read_many([erasure_stream(one) for one in ids])}
        for one in ids:
            self._store.keyring.forget(one)
        await self._nameless(list(known))
        for order in orders:
            without_files = await self._without_files(order)
            is_to_be_said = without_files and erasure_stream(order.employee_id).stream_id not in said
            if order.employee_id not in known or is_to_be_said:
                await self._erase(order, says_so=without_files)

    @asynccontextmanager
    async def _reading(self) -> AsyncIterator[AIOKafkaConsumer]:
        async with asyncio.timeout(ANSWERS_WITHIN):
            await ensure(self._servers, [TOPIC])
        options = {"enable_auto_commit": False, "auto_offset_reset": "earliest"}
        async with consuming(self._servers, **options) as consumer:
            consumer.assign([PLACE])
            consumer.seek(PLACE, self._next)
            yield consumer

    async def _read_on(self, consumer: AIOKafkaConsumer, end: int) -> None:
        while await consumer.position(PLACE) < end:
            found = await consumer.getmany(timeout_ms=POLL)
            if records := found.get(PLACE, []):
                orders = [order for one in records if (order := order_of(Raw.of(one)))]
                await self.erase(await self._given(orders, self._own) if self._own else orders)
                self._next = records[-1].offset + 1

    async def _given(self, orders: list[Order], own: OwnOrders) -> list[Order]:
        """Those that stand in our own log; all of them while events of it are still to be brought back."""
        records = [own.record_of(one.employee_id) for one in orders]
        places = [one.plan_year for one in records], [one.stream_id for one in records]
        given = {row[0] for row in await self._store.pool.fetch(GIVEN, *places, own.event_type)}
        foreign = [one for one in orders if one.employee_id not in given]
        if foreign and await self._lacks_events():
            return orders
        for one in foreign:
            log.error("erasure_not_ordered_here", employee=str(one.employee_id), message=str(one.event_id))
        return [one for one in orders if one.employee_id in given]

    async def _lacks_events(self) -> bool:
        feed = LogFeed(self._servers, self._store.service)
        await feed.ensure()
        return (await feed.end()).next_index > int(await self._store.pool.fetchval(NEXT_INDEX))

    async def _is_as_it_was(self) -> bool:
        pool = self._store.pool
        which = await pool.fetchval(WHICH)
        if await pool.fetchval(KNOWN) == which:
            return True
        if await pool.fetchval(KNOWS_SOMEBODY):
            return False
        await pool.execute(REMEMBER, which)
        return True

    async def _nameless(self, ids: list[UUID]) -> None:
        async with self._store.pool.acquire() as connection, connection.transaction():
            await connection.execute(LOCK_PEOPLE)
            await connection.execute(PERSON, ids)
            await connection.execute(REBUILT, ids)

    async def _without_files(self, order: Order) -> bool:
        who = order.employee_id
        try:
            await self._files.erase(who)
        except OSError as error:
            self._unfinished[who] = order
            log.warning("files of an erased person are still there", employee=str(who), errno=error.errno)
            return False
        self._unfinished.pop(who, None)
        return True

    async def _erase(self, order: Order, *, says_so: bool) -> None:
        store = self._store
        async with store.pool.acquire() as connection, connection.transaction():
            await connection.execute(LOCK_PEOPLE)
            await store.keyring.erase(order.employee_id, connection)
            await connection.execute(PERSON, [order.employee_id])
            await connection.execute(REBUILT, [order.employee_id])
            await connection.execute(PARKED, str(order.employee_id).encode())
            if says_so:
                # A conflict means that it was said before, as its command id would.
                await store.append([self._done(order)], connection=connection)
        if says_so:
            store.written.set()
            log.info("person erased", employee=str(order.employee_id))

    def _done(self, order: Order) -> Unit:
        stream = erasure_stream(order.employee_id)
        return Unit(
            intent=Intent(
                command_id=uuid5(COMMANDS, f"{self._store.service}/{order.employee_id}"),
                caller="erasure",
                request_hash=sha256(order.employee_id.bytes).digest(),
                actor_id=SYSTEM,
                acting_role="system",
                at=order.at,
                correlation_id=order.correlation_id,
                causation_id=order.event_id,
                traceparent=order.traceparent,
                recorded_at=order.at if self._demo else None,
            ),
            outcome={"stream_id": str(stream.stream_id), "version": 1},
            stream=stream,
            events=(ErasureDone(),),
            subject_id=order.employee_id,
            is_effect=True,
        )


def order_of(raw: Raw) -> Order | None:
    """What a message of the topic orders. Raises NotUnderstood: who can't read an order must not open."""
    incoming = understood(raw, (PersonErasedV1,))
    if incoming is None or not isinstance(incoming.message, PersonErasedV1):
        return None
    return Order(
        employee_id=incoming.message.employee_id,
        event_id=incoming.event_id,
        at=incoming.time,
        correlation_id=incoming.correlation_id,
        traceparent=incoming.traceparent,
    )
