"""Kafka's producers of one leader: idempotent, in order, and abandoned rather than flushed."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager

import structlog
from aiokafka import AIOKafkaProducer

from shared.messaging.log_feed import LARGEST
from shared.messaging.sending import LARGEST_BATCH, Message, send_all
from shared.messaging.topics import Topic
from shared.store.store import Store

log = structlog.get_logger()
# Seconds. The client waits for some things for ever, also when what it waited for has come back meanwhile.
ANSWERS_WITHIN, SENT_WITHIN, ENDS_WITHIN = 30.0, 90.0, 5.0


class Producers:
    """One for the topics that keep everything, and a fenced one for those of which only the newest stays.

    A reader of the log tells a late repeat by its index. On a compacted topic it would be what stays: there
    whoever starts later shuts out whoever led before, also one that wakes up in the middle of sending.
    """

    def __init__(
        self, plain: AIOKafkaProducer, fenced: AIOKafkaProducer | None, topics: Sequence[Topic]
    ) -> None:
        self.plain, self._fenced = plain, fenced
        self._partitions = {one.name: one.partitions for one in topics}
        self._compacted = {one.name for one in topics if one.is_compacted}

    @classmethod
    @asynccontextmanager
    async def started(cls, servers: str, topics: Sequence[Topic], store: Store) -> AsyncIterator["Producers"]:
        """Both connected; abandoned, not flushed, at the end."""
        name = f"{store.agency}.{store.service}.compacted"
        async with AsyncExitStack() as stack:
            plain = await stack.enter_async_context(producing(servers))
            is_needed = any(one.is_compacted for one in topics)
            fenced = await stack.enter_async_context(producing(servers, name)) if is_needed else None
            yield cls(plain, fenced, topics)

    async def publish(self, messages: Sequence[Message]) -> None:
        """Send all, each topic in order; return when Kafka has them. Raises KafkaError."""
        plain = [one for one in messages if one.topic not in self._compacted]
        newest = [one for one in messages if one.topic in self._compacted]
        sent = await send_all(self.plain, plain, self._partitions)
        if newest and self._fenced is not None:
            async with self._fenced.transaction():
                await asyncio.gather(*await send_all(self._fenced, newest, self._partitions))
        await asyncio.gather(*sent)


@asynccontextmanager
async def producing(servers: str, transactional_id: str | None = None) -> AsyncIterator[AIOKafkaProducer]:
    """A started producer that waits until all brokers have a message; abandoned at the end."""
    producer = AIOKafkaProducer(
        bootstrap_servers=servers,
        enable_idempotence=True,
        acks="all",
        compression_type="zstd",
        transactional_id=transactional_id,
        max_request_size=LARGEST,
        max_batch_size=LARGEST_BATCH,
    )
    try:
        async with asyncio.timeout(ANSWERS_WITHIN):
            await producer.start()
        yield producer
    finally:
        await abandon(producer)


async def abandon(producer: AIOKafkaProducer) -> None:
    """End a producer without flushing: what it had not sent is sent again, in order, from the bookmark.

    One that does not end in time is left to itself: closed, it takes nothing more.
    """
    producer._closed = True  # noqa: SLF001 - stop() would flush, and so send later events before earlier ones
    try:
        async with asyncio.timeout(ENDS_WITHIN):
            if producer._sender is not None:  # noqa: SLF001
                await producer._sender.close()  # noqa: SLF001
    except TimeoutError:
        log.warning("a producer does not end")
    await producer.client.close()
