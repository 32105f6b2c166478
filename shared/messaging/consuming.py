"""A Kafka client that reads without a group, closed whatever becomes of it."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from aiokafka import AIOKafkaConsumer


@asynccontextmanager
async def consuming(servers: str, *topics: str, **options: Any) -> AsyncIterator[AIOKafkaConsumer]:
    """A started consumer; `options` are the client's own.

    It is closed also where its start is cut off, which its own context leaves open. Raises KafkaError.
    """
    consumer = AIOKafkaConsumer(*topics, bootstrap_servers=servers, **options)
    try:
        await consumer.start()
        yield consumer
    finally:
        await consumer.stop()
