"""The log topic read as an audit wants it."""

from collections.abc import Callable, Collection

from shared.messaging.log_feed import CHECKPOINT, EVENTS, FeedUnreadable, LogFeed
from shared.sealed_log.audit.whole import Published
from shared.sealed_log.leaf import leaf_hash
from shared.sealed_log.tree import HASH


async def published(feed: LogFeed, advance: Callable[[int], None]) -> Published:
    """All leaf hashes and checkpoints of the topic. Raises FeedUnreadable, KafkaError.

    `advance` is told how many events were read.
    """
    found = Published()
    async for record in feed.records():
        if record.kind == CHECKPOINT:
            found.checkpoints[record.size] = record.value.decode()
        elif record.kind == EVENTS:
            _take(found, record.first, b"".join(map(leaf_hash, record.envelopes)))
            advance(len(record.envelopes))
    return found


def _take(found: Published, first: int, leaves: bytes) -> None:
    start = first * HASH
    if start > len(found.leaves):
        raise FeedUnreadable(f"the log topic leaves out event {len(found)}")
    known = found.leaves[start : start + len(leaves)]
    if known != leaves[: len(known)]:
        raise FeedUnreadable(f"the log topic holds two different events between {first} and {len(found)}")
    found.leaves += leaves[len(known) :]


async def originals(feed: LogFeed, wanted: Collection[int]) -> dict[int, bytes]:
    """The envelopes that the topic holds under these indexes."""
    found: dict[int, bytes] = {}
    async for record in feed.records():
        if record.kind == EVENTS:
            for index in range(record.first, record.behind):
                if index in wanted:
                    found[index] = record.envelopes[index - record.first]
    return found
