"""Writes the log topic: each event before anything public about it, checkpoints and keys as they come."""

import asyncio
import time
from collections.abc import Sequence
from pathlib import Path

import asyncpg
from aiokafka import AIOKafkaProducer

from shared.messaging.log_feed import CHECKPOINT, KEY, FeedEnd, FeedRecord, LogFeed, pieces
from shared.messaging.producers import SENT_WITHIN
from shared.sealed_log.checkpoint import origin
from shared.sealed_log.key_file import KeyFile
from shared.sealed_log.sealer import EVERY
from shared.store.canonical import envelope
from shared.store.statements import AFTER
from shared.store.store import Store

BATCH = 1000
LEAF = "SELECT leaf_hash FROM event.log WHERE log_index = $1"
KEYS = "SELECT note FROM event.signing_keys WHERE number >= $1 ORDER BY number"
CHECKPOINTS = """
SELECT tree_size, note FROM event.checkpoints WHERE tree_size > $1 AND tree_size <= $2
ORDER BY tree_size LIMIT 1000
"""


class FeedDiffers(Exception):
    """The log topic holds another event under an index than the database: one of them was replaced."""


class FeedWriter:
    """One leader's place in the log topic. What is there already is not sent again.

    Events are signed, since a restore believes them before a checkpoint is about them; unsigned they go
    where the key is missing, which the sealer says: that must not stop them.
    """

    def __init__(
        self, store: Store, producer: AIOKafkaProducer, topic: str, end: FeedEnd, key_file: Path
    ) -> None:
        self._store = store
        self._producer = producer
        self._topic = topic
        self._key = KeyFile(key_file, origin(store.agency, store.service))
        self._signer = self._key.signer()
        self._keys = 0
        self._next = end.next_index
        self._sealed = end.sealed
        self._look_again = 0.0

    @classmethod
    async def resumed(
        cls, store: Store, producer: AIOKafkaProducer, feed: LogFeed, key_file: Path
    ) -> "FeedWriter":
        """Where the topic ends, if that is this log's. Raises FeedDiffers, KafkaError."""
        end = await feed.end()
        await check(store.pool, end)
        writer = cls(store, producer, feed.topic.name, end, key_file)
        await writer._keys_so_far()
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
            signer = self._signer
            records = pieces(self._next, new)
            await self._send([one if signer is None else one.signed(signer) for one in records])
            self._next += len(new)

    async def checkpoints(self) -> None:
        """Send those that are new and whose events are all there; a look for them is as rare as they are.

        With a new key its note goes before them, and the next events are signed by it.
        """
        if time.monotonic() < self._look_again:
            return
        self._look_again = time.monotonic() + EVERY / 2
        self._signer = self._key.signer()
        found = await self._store.pool.fetch(CHECKPOINTS, self._sealed, self._next)
        if found:
            await self._keys_so_far()
        for row in found:
            await self._send([FeedRecord(CHECKPOINT, 0, row["note"].encode())])
            self._sealed = row["tree_size"]

    async def _keys_so_far(self) -> None:
        for row in await self._store.pool.fetch(KEYS, self._keys):
            await self._send([FeedRecord(KEY, 0, row["note"].encode())])
            self._keys += 1

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
