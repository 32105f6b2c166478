"""`<service>.log.v1`: everything a service's log holds, for whoever wants to witness it or restore from it.

One partition, kept for ever. A record is events (header `first`: the log index of the first; the
envelopes as they were hashed, one a line; header `signature`: who signs that they stand there), a
checkpoint, or a change of keys (signed notes). A record may come twice, never with another content.
"""

import base64
from collections.abc import AsyncGenerator, AsyncIterator, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from hashlib import sha256
from typing import Any

from aiokafka import AIOKafkaConsumer, TopicPartition

from shared.messaging.consuming import consuming
from shared.messaging.topics import FOREVER, Topic, ensure
from shared.sealed_log.checkpoint import Checkpoint, text_of
from shared.sealed_log.leaf import leaf_hash
from shared.sealed_log.note import NoteWrong, Signer

EVENTS, CHECKPOINT, KEY = "events", "checkpoint", "key"
PIECE = 400_000  # bytes of envelopes in one record
LARGEST = 4 * 1024 * 1024  # bytes of a record that the topic takes
WINDOW = 64  # records looked at first from the end


class FeedUnreadable(Exception):
    """The log topic holds something that is no record of a log, or leaves something out."""


@dataclass(frozen=True, slots=True)
class FeedRecord:
    """One record. `first` is the log index of the first event, 0 for notes.

    `signature` is the line of a signed note; none where events were sent without a signing key.
    """

    kind: str
    first: int
    value: bytes
    signature: str = ""

    @classmethod
    def of(cls, record: Any) -> "FeedRecord":
        """From a record of Kafka. Raises FeedUnreadable."""
        headers = dict(record.headers)
        try:
            return cls._of(headers["kind"].decode(), headers, record.value or b"")
        except (AttributeError, KeyError, TypeError, ValueError, NoteWrong) as error:
            raise FeedUnreadable(f"{record.topic}, offset {record.offset}: no record of a log") from error

    @classmethod
    def _of(cls, kind: str, headers: Mapping[str, bytes], value: bytes) -> "FeedRecord":
        if kind == EVENTS:
            signature = headers.get("signature", b"").decode(errors="replace")
            return cls(kind, _index(headers["first"]), value, signature)
        if kind == CHECKPOINT:
            _checkpoint(value)
        elif kind == KEY:
            value.decode()
        return cls(kind, 0, value)

    @property
    def headers(self) -> list[tuple[str, bytes]]:
        kind = [("kind", self.kind.encode())]
        place = [("first", str(self.first).encode())] if self.kind == EVENTS else []
        return [*kind, *place, *([("signature", self.signature.encode())] if self.signature else [])]

    def claim(self, log: str) -> str:
        """What is signed of events: which log, from which index on, and the hash of all of them.

        Neither a checkpoint nor a change of keys reads like it.
        """
        return f"{log}\n{EVENTS}\n{self.first}\n{base64.b64encode(sha256(self.value).digest()).decode()}\n"

    def signed(self, signer: Signer) -> "FeedRecord":
        """These events with a signature of the log's key."""
        return replace(self, signature=signer.sign(self.claim(signer.verifier.name)))

    @property
    def size(self) -> int:
        """How many events a checkpoint is about. Raises NoteWrong."""
        return _checkpoint(self.value).size

    @property
    def envelopes(self) -> list[bytes]:
        """As they were hashed."""
        return self.value.split(b"\n")

    @property
    def behind(self) -> int:
        """The index after the last event."""
        return self.first + self.value.count(b"\n") + 1


@dataclass(frozen=True, slots=True)
class FeedEnd:
    """How far a topic is: the next index, the leaf hash of the last event, the last checkpoint's size."""

    next_index: int = 0
    leaf: bytes | None = None
    sealed: int = 0


def _checkpoint(note: bytes) -> Checkpoint:
    """What it says, its signature unchecked."""
    return Checkpoint.parse(text_of(note.decode()))


def _index(said: bytes) -> int:
    if (index := int(said)) < 0:
        raise ValueError("before the first event")
    return index


def pieces(first: int, envelopes: Sequence[bytes]) -> Iterator[FeedRecord]:
    """`envelopes`, from index `first` on, as records of a size that Kafka takes."""
    start, size = 0, 0
    for at, one in enumerate(envelopes):
        if size and size + len(one) > PIECE:
            yield FeedRecord(EVENTS, first + start, b"\n".join(envelopes[start:at]))
            start, size = at, 0
        size += len(one) + 1
    if envelopes:
        yield FeedRecord(EVENTS, first + start, b"\n".join(envelopes[start:]))


class LogFeed:
    """One service's log topic, for reading."""

    def __init__(self, servers: str, service: str) -> None:
        self._servers = servers
        self.topic = Topic(f"{service}.log.v1", 1, FOREVER | {"max.message.bytes": str(LARGEST)})

    async def ensure(self) -> None:
        """Create the topic where it is missing. Raises TopicMismatch, KafkaError."""
        await ensure(self._servers, [self.topic])

    async def end(self) -> FeedEnd:
        """How far the topic is, found from its last records. Raises FeedUnreadable, KafkaError."""
        async with self._consumer() as (consumer, place, first, last):
            window, start = WINDOW, last
            found: list[FeedRecord] = []
            while start > first and not {EVENTS, CHECKPOINT} <= {one.kind for one in found}:
                start = max(first, last - window)
                found = [one async for one in _read(consumer, place, start, last)]
                window *= 4
        return _end(found)

    async def records(self) -> AsyncGenerator[FeedRecord]:
        """Everything the topic holds now, oldest first. Raises FeedUnreadable, KafkaError."""
        async with self._consumer() as (consumer, place, first, last):
            async for one in _read(consumer, place, first, last):
                yield one

    @asynccontextmanager
    async def _consumer(self) -> AsyncIterator[tuple[AIOKafkaConsumer, TopicPartition, int, int]]:
        options = {"enable_auto_commit": False, "max_partition_fetch_bytes": LARGEST}
        async with consuming(self._servers, **options) as consumer:
            place = TopicPartition(self.topic.name, 0)
            consumer.assign([place])
            first = (await consumer.beginning_offsets([place]))[place]
            last = (await consumer.end_offsets([place]))[place]
            yield consumer, place, first, last


async def _read(
    consumer: AIOKafkaConsumer, place: TopicPartition, start: int, end: int
) -> AsyncIterator[FeedRecord]:
    consumer.seek(place, start)
    while await consumer.position(place) < end:
        for record in (await consumer.getmany(place, timeout_ms=500)).get(place, []):
            if record.offset < end:
                yield FeedRecord.of(record)


def _end(found: Sequence[FeedRecord]) -> FeedEnd:
    events = [one for one in found if one.kind == EVENTS]
    sealed = [one.size for one in found if one.kind == CHECKPOINT]
    if not events:
        return FeedEnd(sealed=max(sealed, default=0))
    last = max(events, key=lambda one: one.behind)
    return FeedEnd(last.behind, leaf_hash(last.envelopes[-1]), max(sealed, default=0))
