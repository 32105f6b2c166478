"""Judges whether a consumer still moves: a client can stay alive, connected and silent for ever."""

import asyncio
import os
import time
from collections.abc import Callable
from typing import Any

import structlog
from aiokafka import TopicPartition
from aiokafka.errors import KafkaError

log = structlog.get_logger()
STALLED_AFTER = 30.0  # seconds
STALLS_BEFORE_LEAVING = 3
ANSWER_WITHIN = 5.0
SOFTWARE_ERROR = 70  # as in sysexits.h


class Stalled(Exception):
    """There is something to consume, and nothing moves."""


def leave() -> None:
    """End this process at once: every part of it bears that, and its supervisor starts a fresh one."""
    os._exit(SOFTWARE_ERROR)


class Progress:
    """The last sign of life of one consumer. `leave` is called when fresh clients did not help either."""

    def __init__(
        self, consumer: str, *, after: float = STALLED_AFTER, leave: Callable[[], None] = leave
    ) -> None:
        self._consumer = consumer
        self._after = after
        self._leave = leave
        self._alive = time.monotonic()
        self._since: dict[TopicPartition, tuple[int, float]] = {}
        self.stalls = 0
        self.is_busy = False

    def begin(self) -> None:
        """A fresh client."""
        self.alive()
        self._since = {}
        self.is_busy = False

    def alive(self) -> None:
        """A poll, or an attempt at a batch: also one that fails because the database is away."""
        self._alive = time.monotonic()

    async def judge(self, client: Any) -> None:
        """Raises Stalled. Kafka not answering is no stall: that is waited for."""
        silent = time.monotonic() - self._alive
        if silent > self._after:
            self._stalled(f"no poll for {silent:.0f} s")
        try:
            async with asyncio.timeout(ANSWER_WITHIN):
                ends = await client.end_offsets(client.assignment())
                positions = {place: await client.position(place) for place in ends}
        except (KafkaError, TimeoutError):
            return
        self._compare(positions, ends)

    def _compare(self, positions: dict[TopicPartition, int], ends: dict[TopicPartition, int]) -> None:
        now = time.monotonic()
        before, self._since = self._since, {}
        for place, position in positions.items():
            was, since = before.get(place, (-1, now))
            still = was == position and position < ends[place] and not self.is_busy
            self._since[place] = (position, since if still else now)
            if still and now - since > self._after:
                self._stalled(f"{place.topic}/{place.partition} stays at {position} of {ends[place]}")

    def _stalled(self, how: str) -> None:
        self.stalls += 1
        if self.stalls >= STALLS_BEFORE_LEAVING:
            log.critical("consumer stays stalled: leaving for a restart", consumer=self._consumer, how=how)
            self._leave()
        raise Stalled(how)
