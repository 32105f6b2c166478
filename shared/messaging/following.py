"""How far a consumer has come, by what its Kafka client knows already: the broker is not asked."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from time import time
from typing import Any

from aiokafka.errors import KafkaError

from shared.metrics import Metrics

SOON = 0.2


class Following:
    """One consumer in one process. `settled` counts the messages that are done with."""

    def __init__(self, consumer: str, metrics: Metrics) -> None:
        self.consumer = consumer
        self.settled = 0
        self._subscriber: Any = None
        self._under_way = self._behind = 0
        self._messages = metrics.consumer_messages.labels(consumer)
        self._seconds = metrics.consumer_seconds.labels(consumer)
        self._lag = metrics.consumer_lag.labels(consumer)
        self._poll_age = metrics.consumer_poll_age.labels(consumer)

    def through(self, subscriber: Any) -> None:
        """Ask this FastStream subscriber's client from now on."""
        self._subscriber = subscriber

    @contextmanager
    def batch(self, messages: int) -> Iterator[None]:
        """While a batch is being settled it belongs to the lag, although Kafka has delivered it."""
        self._under_way = messages
        with self._seconds.time():
            yield
        self._under_way = 0
        self.settled += messages
        self._messages.inc(messages)

    async def lag(self) -> int:
        """Messages on this process's partitions that are not settled, as of what Kafka last answered."""
        with suppress(KafkaError, TimeoutError):  # the partitions are changing hands: as it was
            async with asyncio.timeout(SOON):
                self._behind, last = await self._looked()
                self._poll_age.set(max(time() - last / 1000, 0) if last else 0)
        lag = self._under_way + self._behind
        self._lag.set(lag)
        return lag

    async def _looked(self) -> tuple[int, int]:
        client: Any = getattr(self._subscriber, "consumer", None)
        behind = last = 0
        for place in client.assignment() if client else ():
            if place in client.assignment() and (end := client.highwater(place)) is not None:
                last = max(last, client.last_poll_timestamp(place) or 0)
                behind += max(end - await client.position(place), 0)
        return behind, last
