"""After a restore the log goes on behind what was published: what is missing comes back from the log topic.

Asked at every start of a sequencer; must be answered when the cluster or its timeline is another one.
"""

import asyncio
from contextlib import aclosing
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

import asyncpg
import structlog
from aiokafka.errors import KafkaError

from shared.leadership import UNHURRIED, holding
from shared.messaging.feed_writer import check
from shared.messaging.imported import insert
from shared.messaging.log_feed import CHECKPOINT, EVENTS, KEY, FeedEnd, FeedRecord, FeedUnreadable, LogFeed
from shared.sealed_log.checkpoint import Keys
from shared.sealed_log.leaf import leaf_hash
from shared.sealed_log.note import NoteWrong, SignatureWrong, VerifierKey, opened
from shared.sealed_log.rotation import HAND_OVER
from shared.sealed_log.sealer import SigningKeyWrong, placed, signing_key
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
SEALED = "SELECT coalesce(max(tree_size), 0) FROM event.checkpoints"
# A sealer that began meanwhile stores the same: nodes follow from the leaves, a note from root and key.
SEALED_BEFORE = """
WITH grown AS (
    INSERT INTO event.nodes (level, position, hash)
    SELECT * FROM unnest($1::smallint[], $2::bigint[], $3::bytea[]) ON CONFLICT DO NOTHING
)
INSERT INTO event.checkpoints (tree_size, note) VALUES ($4, $5) ON CONFLICT DO NOTHING
"""
GO_ON = "UPDATE work.cursor SET next_index = $1 WHERE epoch = $2"


class FeedNeeded(Exception):
    """The database was restored, and the log topic that knows what is missing does not answer."""


class FeedUnsigned(Exception):
    """The log topic holds events that neither a checkpoint nor a signature says to be this log's."""


async def recover(connection: asyncpg.Connection, feed: LogFeed, key_file: Path, log_name: str) -> None:
    """See to it that the log holds all that was published, before anything new gets its place.

    Raises FeedNeeded, FeedDiffers, FeedUnreadable, FeedUnsigned, RestoredDiffers, SigningKeyWrong: nothing
    may be sequenced then, and nothing was brought back.
    """
    (place,) = await connection.fetch(PLACE)
    moved = any(place[one] not in (None, place[f"{one}_now"]) for one in ("cluster", "timeline"))
    try:
        async with asyncio.timeout(ANSWERS_WITHIN):
            await holding(connection, feed.ensure())
            end = await holding(connection, feed.end())
    except (KafkaError, OSError) as error:
        if moved:
            raise FeedNeeded(f"restored: {feed.topic.name} must say what is missing") from error
        log.info("kafka is away, the log topic was not compared", cause=type(error).__name__)
        return
    is_behind = end.next_index > place["next_index"]
    if not is_behind:
        await check(connection, end)
    if is_behind or end.sealed > await connection.fetchval(SEALED):
        await _bring_back(connection, feed, signing_key(key_file, log_name).verifier, end)
    await connection.execute(ARRIVED, place["timeline_now"])


async def _bring_back(connection: asyncpg.Connection, feed: LogFeed, ours: VerifierKey, end: FeedEnd) -> None:
    async with aclosing(feed.records()) as records, connection.transaction():
        await connection.execute(UNHURRIED)
        (taken,) = await connection.fetch(TAKE_EPOCH)
        keys = await keys_of(connection, ours.name)
        returning = await Returning.start(connection, keys, taken["epoch"])
        first = returning.tree.size
        while record := await holding(connection, anext(records, None)):
            await returning.take(record)
        if returning.tree.size < end.next_index:
            raise FeedUnreadable(f"{feed.topic.name} ends before event {end.next_index}")
        if keys.changes and keys.newest != ours:
            raise SigningKeyWrong(f"{feed.topic.name} is signed by another key than ours")
        returning.judge(ours)
        await connection.execute(GO_ON, returning.tree.size, taken["epoch"])
    log.warning("brought back from the log topic", first=first, events=returning.tree.size - first)


class Unproven(NamedTuple):
    """Events brought back that no checkpoint is about yet: up to which index, and who says what of them."""

    behind: int
    first: int
    claim: str
    signature: str


@dataclass(slots=True)
class Returning:
    """Takes the topic's records in turn and inserts what the log lacks; every checkpoint must agree.

    What is above the last one must be signed: anybody who may write to the topic can write an event.
    """

    connection: asyncpg.Connection
    keys: Keys
    epoch: int
    signed: Tree
    tree: Tree = field(init=False)
    waiting: list[bytes] = field(default_factory=list)  # leaves above the last checkpoint
    unproven: list[Unproven] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.tree = Tree(self.signed.size, [list(nodes) for nodes in self.signed.edge])

    @classmethod
    async def start(cls, connection: asyncpg.Connection, keys: Keys, epoch: int) -> "Returning":
        """From all that the restored log holds and has signed."""
        last = await newest_checkpoint(connection, keys) if keys.changes else None
        signed = Tree() if last is None else await tree_at(connection, last[1].size)
        made = cls(connection, keys, epoch, signed)
        while leaves := await placed(connection, made.tree.size, 10_000):
            made._grow(leaves)
        return made

    async def take(self, record: FeedRecord) -> None:
        """One record. Raises FeedUnreadable, RestoredDiffers, and what `Keys` raises."""
        if record.kind == EVENTS and record.behind > self.tree.size:
            await self._events(record)
        elif record.kind == KEY:
            await self._key(record.value.decode())
        elif record.kind == CHECKPOINT:
            await self._checkpoint(record.value.decode())

    def judge(self, ours: VerifierKey) -> None:
        """Raises FeedUnsigned where what came above the last checkpoint has no signature of the log's key."""
        later = [one.key for one in self.keys.changes if one.size > self.signed.size]
        trusted = [*self.keys.at(self.signed.size), *later, ours]
        for one in self.unproven:
            try:
                opened(f"{one.claim}\n{one.signature}", trusted)
            except (NoteWrong, SignatureWrong) as error:
                raise FeedUnsigned(
                    f"events {max(one.first, self.signed.size)} to {one.behind - 1} of the log topic are not "
                    f"signed by the log's key, and the last checkpoint is about {self.signed.size} events"
                ) from error

    async def _events(self, record: FeedRecord) -> None:
        if record.first > self.tree.size:
            raise FeedUnreadable(f"the log topic leaves out event {self.tree.size}")
        new = record.envelopes[self.tree.size - record.first :]
        leaves = [leaf_hash(one) for one in new]
        await insert(self.connection, self.tree.size, new, leaves, self.epoch)
        self._grow(leaves)
        claim = record.claim(self.keys.origin)
        self.unproven.append(Unproven(record.behind, record.first, claim, record.signature))

    def _grow(self, leaves: list[bytes]) -> None:
        self.tree.grow(leaves)
        self.waiting += leaves

    async def _key(self, note: str) -> None:
        if note in self.keys.notes:
            return
        self.keys.add(note)
        number = len(self.keys.changes) - 1
        await self.connection.execute(HAND_OVER, number, str(self.keys.newest), note)

    async def _checkpoint(self, note: str) -> None:
        found = self.keys.open(note)
        if found.size <= self.signed.size:
            return
        count = found.size - self.signed.size
        nodes = self.signed.grow(self.waiting[:count])
        del self.waiting[:count]
        if self.signed.root() != found.root:
            raise FeedUnreadable(f"the log topic's events are not those signed at {found.size}")
        places = [one.level for one in nodes], [one.position for one in nodes]
        self.unproven = [one for one in self.unproven if one.behind > found.size]
        await self.connection.execute(SEALED_BEFORE, *places, [one.hash for one in nodes], found.size, note)
