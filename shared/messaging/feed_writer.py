"""Writes the log topic: each event before anything public about it, checkpoints and keys as they come."""

import asyncio
import time
from collections.abc import Sequence

import asyncpg
from aiokafka import AIOKafkaProducer

from shared.messaging.log_feed import CHECKPOINT, KEY, FeedEnd, FeedRecord, LogFeed, pieces
from shared.messaging.producers import SENT_WITHIN
from shared.sealed_log.sealer import EVERY
from shared.store.canonical import envelope
from shared.store.statements import AFTER
from shared.store.store import Store

BATCH = 1000
LEAF = "SELECT leaf_hash FROM event.log WHERE log_index = $1"
KEYS = "SELECT note FROM event.signing_keys ORDER BY number"
CHECKPOINTS = """
SELECT tree_size, note FROM event.checkpoints WHERE tree_size > $1 AND tree_size <= $2
ORDER BY tree_size LIMIT 1000
"""


class FeedDiffers(Exception):
    """The log topic holds another event under an index than the database: one of them was replaced."""


class FeedWriter:
    """One leader's place in the log topic. What is there already is not sent again."""

    def __init__(self, store: Store, producer: AIOKafkaProducer, topic: str, end: FeedEnd) -> None:
        self._store = store
        self._producer = producer
        self._topic = topic
        self._next = end.next_index
        self._sealed = end.sealed
        self._look_again = 0.0

    @classmethod
    async def resumed(cls, store: Store, producer: AIOKafkaProducer, feed: LogFeed) -> "FeedWriter":
        """Where the topic ends, if that is this log's. Raises FeedDiffers, KafkaError."""
        end = await feed.end()
        await check(store.pool, end)
        writer = cls(store, producer, feed.topic.name, end)
        for row in await store.pool.fetch(KEYS):
            await writer._send([FeedRecord(KEY, 0, row["note"].encode())])
        return writer

    async def catch_up(self, until: int) -> None:
        """Send what the topic lacks up to index `until`: it may be younger than the log."""
        while self._next <= until:
            rows = await self._store.pool.fetch(AFTER, self._next - 1, BATCH)
            await self.events(self._next, [envelope(row) for row in rows])

    async def events(self, first: int, envelopes: Sequence[bytes]) -> None:
        """Send the envelopes of the log from index `first` on; return when Kafka has them.

        Raises TimeoutError, KafkaError.
        """
        new = envelopes[max(self._next - first, 0) :]
        if new:
            await self._send(list(pieces(self._next, new)))
            self._next += len(new)

    async def checkpoints(self) -> None:
        """Send those that are new and whose events are all there; a look for them is as rare as they are."""
        if time.monotonic() < self._look_again:
            return
        self._look_again = time.monotonic() + EVERY / 2
        for row in await self._store.pool.fetch(CHECKPOINTS, self._sealed, self._next):
            await self._send([FeedRecord(CHECKPOINT, 0, row["note"].encode())])
            self._sealed = row["tree_size"]

    async def _send(self, records: list[FeedRecord]) -> None:
        async with asyncio.timeout(SENT_WITHIN):
            sent = [
                await self._producer.send(self._topic, value=one.value, headers=one.headers, partition=0)
                for one in records
            ]
            await asyncio.gather(*sent)


async def check(pool: asyncpg.Pool | asyncpg.Connection, end: FeedEnd) -> None:
    """Raises FeedDiffers unless the last event of the topic is the log's event of that index."""
    if end.leaf is None:
        return
    index = end.next_index - 1
    stored = await pool.fetchval(LEAF, index)
    if stored is None:
        raise FeedDiffers(f"the log topic holds event {index}, the database does not: was it restored?")
    if stored != end.leaf:
        raise FeedDiffers(f"the log topic holds another event {index} than the database")
