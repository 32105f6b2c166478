"""After a restore the log goes on behind what was published: what is missing comes back from the log topic.

Asked at every start of a sequencer; must be answered when the cluster or its timeline is another one.
"""

import asyncio
from dataclasses import dataclass, field
from pathlib import Path

import asyncpg
import structlog
from aiokafka.errors import KafkaError

from shared.messaging.feed_writer import check
from shared.messaging.imported import insert
from shared.messaging.log_feed import CHECKPOINT, EVENTS, KEY, FeedEnd, FeedRecord, FeedUnreadable, LogFeed
from shared.sealed_log.checkpoint import Keys
from shared.sealed_log.leaf import leaf_hash
from shared.sealed_log.note import VerifierKey
from shared.sealed_log.rotation import HAND_OVER
from shared.sealed_log.sealer import SINCE, SigningKeyWrong, signing_key
from shared.sealed_log.sequencer import TAKE_EPOCH
from shared.sealed_log.stored import keys_of, newest_checkpoint, tree_at
from shared.sealed_log.tree import Tree

log = structlog.get_logger()
ANSWERS_WITHIN = 5.0
PLACE = """
SELECT c.next_index, c.cluster, c.timeline, s.system_identifier AS cluster_now,
       ('x' || left(pg_walfile_name(pg_current_wal_insert_lsn()), 8))::bit(32)::integer AS timeline_now
FROM work.cursor c, pg_control_system() s
"""
ARRIVED = "UPDATE work.cursor SET timeline = $1 WHERE timeline IS DISTINCT FROM $1"
GO_ON = "UPDATE work.cursor SET next_index = $1 WHERE epoch = $2"


class FeedNeeded(Exception):
    """The database was restored, and the log topic that knows what is missing does not answer."""


async def recover(connection: asyncpg.Connection, feed: LogFeed, key_file: Path, log_name: str) -> None:
    """See to it that the log holds all that was published, before anything new gets its place.

    Raises FeedNeeded, FeedDiffers, FeedUnreadable, RestoredDiffers, SigningKeyWrong: nothing may be
    sequenced then.
    """
    (place,) = await connection.fetch(PLACE)
    moved = any(place[one] not in (None, place[f"{one}_now"]) for one in ("cluster", "timeline"))
    try:
        async with asyncio.timeout(ANSWERS_WITHIN):
            await feed.ensure()
            end = await feed.end()
    except (KafkaError, OSError) as error:
        if moved:
            raise FeedNeeded(f"restored: {feed.topic.name} must say what is missing") from error
        log.info("kafka is away, the log topic was not compared", cause=type(error).__name__)
        return
    if end.next_index > place["next_index"]:
        await _bring_back(connection, feed, signing_key(key_file, log_name).verifier, end)
    else:
        await check(connection, end)
    await connection.execute(ARRIVED, place["timeline_now"])


async def _bring_back(connection: asyncpg.Connection, feed: LogFeed, ours: VerifierKey, end: FeedEnd) -> None:
    async with connection.transaction():
        (taken,) = await connection.fetch(TAKE_EPOCH)
        keys = await keys_of(connection, ours.name)
        returning = Returning(connection, keys, await _tree(connection, keys), taken["epoch"])
        first = returning.tree.size
        async for record in feed.records():
            await returning.take(record)
        if returning.tree.size != end.next_index:
            raise FeedUnreadable(f"{feed.topic.name} ends before event {end.next_index}")
        if keys.newest != ours:
            raise SigningKeyWrong(f"{feed.topic.name} is signed by another key than ours")
        await connection.execute(GO_ON, returning.tree.size, taken["epoch"])
    log.warning("brought back from the log topic", first=first, events=end.next_index - first)


async def _tree(connection: asyncpg.Connection, keys: Keys) -> Tree:
    """The tree over all that the restored log holds."""
    last = await newest_checkpoint(connection, keys) if keys.changes else None
    tree = Tree() if last is None else await tree_at(connection, last[1].size)
    while rows := await connection.fetch(SINCE, tree.size, 10_000):
        tree.grow([row["leaf_hash"] for row in rows])
    return tree


@dataclass(slots=True)
class Returning:
    """Takes the topic's records in turn and inserts what the log lacks; every checkpoint must agree."""

    connection: asyncpg.Connection
    keys: Keys
    tree: Tree
    epoch: int
    waiting: list[bytes] = field(default_factory=list)  # leaves above the last checkpoint
    signed: Tree = field(init=False)

    def __post_init__(self) -> None:
        self.signed = Tree(self.tree.size, [list(nodes) for nodes in self.tree.edge])

    async def take(self, record: FeedRecord) -> None:
        """One record. Raises FeedUnreadable, RestoredDiffers, and what `Keys` raises."""
        if record.kind == EVENTS and record.behind > self.tree.size:
            await self._events(record)
        elif record.kind == KEY:
            await self._key(record.value.decode())
        elif record.kind == CHECKPOINT:
            self._checkpoint(record.value.decode())

    async def _events(self, record: FeedRecord) -> None:
        if record.first > self.tree.size:
            raise FeedUnreadable(f"the log topic leaves out event {self.tree.size}")
        new = record.envelopes[self.tree.size - record.first :]
        leaves = [leaf_hash(one) for one in new]
        await insert(self.connection, self.tree.size, new, leaves, self.epoch)
        self.tree.grow(leaves)
        self.waiting += leaves

    async def _key(self, note: str) -> None:
        if note in self.keys.notes:
            return
        self.keys.add(note)
        number = len(self.keys.changes) - 1
        await self.connection.execute(HAND_OVER, number, str(self.keys.newest), note)

    def _checkpoint(self, note: str) -> None:
        found = self.keys.open(note)
        if found.size <= self.signed.size:
            return
        count = found.size - self.signed.size
        self.signed.grow(self.waiting[:count])
        del self.waiting[:count]
        if self.signed.root() != found.root:
            raise FeedUnreadable(f"the log topic's events are not those signed at {found.size}")
