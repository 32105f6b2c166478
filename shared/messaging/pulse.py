"""Feels whether a consumer still moves: a client can stay alive, connected and silent for ever."""

import asyncio
import os
import time
from collections.abc import Callable, Collection
from contextlib import suppress
from typing import Any

import structlog
from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.errors import KafkaError

from shared.progress import Progress

log = structlog.get_logger()
STALLED_AFTER = 30.0  # seconds
STALLS_BEFORE_LEAVING = 3
ANSWER_WITHIN = 5.0
SOFTWARE_ERROR = 70  # as in sysexits.h
POLLS = "polls"

Offsets = dict[TopicPartition, int]


class Stalled(Exception):
    """There is something to consume, and nothing moves."""


def leave() -> None:
    """End this process at once: every part of it bears that, and its supervisor starts a fresh one."""
    os._exit(SOFTWARE_ERROR)


class Pulse:
    """The signs of life of one consumer. `leave` is called when fresh clients did not help either."""

    def __init__(
        self, consumer: str, *, after: float = STALLED_AFTER, leave: Callable[[], None] = leave
    ) -> None:
        self._consumer = consumer
        self._after = after
        self._leave = leave
        self._signs = 0
        self.stalls = 0
        self.begin()

    def begin(self) -> None:
        """A fresh client."""
        self._progress = Progress(self._after)
        self._progress.seen(POLLS, self._signs, 1, now=time.monotonic())
        self.is_busy = False

    def alive(self) -> None:
        """A poll, or an attempt at a batch: also one that fails because the database is away."""
        self._signs += 1

    async def judge(self, client: Any, servers: str) -> None:
        """Raises Stalled. A Kafka that answers nobody is no stall: that is waited for."""
        places = client.assignment() if client else frozenset()
        ends = await ends_of(client, places, servers) if places else {}
        self.feel({place: await position(client, place) for place in ends}, ends)

    def feel(self, positions: Offsets, ends: Offsets) -> None:
        """One look: polls must go on, and each partition unless a batch is under way. Raises Stalled."""
        now = time.monotonic()
        self._progress.seen(POLLS, self._signs, 1, now=now)
        for place, end in ends.items():
            lag = 0 if self.is_busy else end - positions[place]
            self._progress.seen(named(place), positions[place], lag, now=now)
        self._progress.keep({POLLS, *map(named, ends)})
        if stalled := self._progress.stalled(now=now):
            self._stalled(", ".join(f"{part}: {how}" for part, how in stalled.items()))

    def _stalled(self, how: str) -> None:
        self.stalls += 1
        if self.stalls >= STALLS_BEFORE_LEAVING:
            log.critical("consumer stays stalled: leaving for a restart", consumer=self._consumer, how=how)
            self._leave()
        raise Stalled(how)


def named(place: TopicPartition) -> str:
    return f"{place.topic}/{place.partition}"


async def position(client: Any, place: TopicPartition) -> int:
    """Where the client will read next; -1 while it can't find out."""
    with suppress(KafkaError, TimeoutError):
        async with asyncio.timeout(ANSWER_WITHIN):
            return int(await client.position(place))
    return -1


async def ends_of(client: Any, places: Collection[TopicPartition], servers: str) -> Offsets:
    """Where partitions end: by the client's own connections, else by fresh ones; empty when Kafka is away."""
    with suppress(KafkaError, TimeoutError):
        async with asyncio.timeout(ANSWER_WITHIN):
            return dict(await client.end_offsets(places))
    with suppress(KafkaError, OSError, TimeoutError):
        async with asyncio.timeout(ANSWER_WITHIN), AIOKafkaConsumer(bootstrap_servers=servers) as fresh:
            return dict(await fresh.end_offsets(places))
    return {}
