"""Hands messages to Kafka's client packed by partition: one batch costs the client what one message did."""

import asyncio
from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Any, NamedTuple

from aiokafka import AIOKafkaProducer
from aiokafka.partitioner import murmur2

from shared.messaging.outgoing import Headers

LARGEST_BATCH = 262_144  # bytes, as much as a broker takes from one partition without being asked
KEYS = 20_000


class Message(NamedTuple):
    """One record, encoded. `value` None is a tombstone."""

    topic: str
    key: bytes
    value: bytes | None
    headers: Headers  # a list, as the client takes nothing else


async def send_all(
    producer: AIOKafkaProducer, messages: Iterable[Message], partitions: Mapping[str, int]
) -> "list[asyncio.Future[Any]]":
    """Hand over all messages, those of one partition in order; the futures are done when Kafka has them.

    `partitions` says how many each topic has. Raises KafkaError.
    """
    futures: list[asyncio.Future[Any]] = []
    open_batches: dict[tuple[str, int], Any] = {}
    for one in messages:
        place = (one.topic, partition_of(one.key, partitions[one.topic]))
        batch = open_batches.get(place)
        if batch is None:
            batch = open_batches[place] = producer.create_batch()
        if not _took(batch, one):
            futures.append(await producer.send_batch(batch, place[0], partition=place[1]))
            open_batches[place] = batch = producer.create_batch()
            _took(batch, one)  # the first of a batch has room, however large
    for (topic, partition), batch in open_batches.items():
        futures.append(await producer.send_batch(batch, topic, partition=partition))
    return futures


def _took(batch: Any, one: Message) -> bool:
    return batch.append(timestamp=None, key=one.key, value=one.value, headers=one.headers) is not None


@lru_cache(maxsize=KEYS)
def partition_of(key: bytes, partitions: int) -> int:
    """Where every client of Kafka's own puts `key`: murmur2, its sign bit off, modulo."""
    hashed: int = murmur2(key)
    return (hashed & 0x7FFFFFFF) % partitions
