"""Feels whether a consumer still moves: a client can stay alive, connected and silent for ever."""

import asyncio
import os
import time
from collections.abc import Awaitable, Callable, Collection, Iterable
from contextlib import suppress
from typing import Any, TypeVar

import structlog
from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.abc import ConsumerRebalanceListener
from aiokafka.errors import KafkaError

from shared.messaging.consuming import consuming
from shared.progress import Progress

log = structlog.get_logger()
STALLED_AFTER = 30.0  # seconds
STALLS_BEFORE_LEAVING = 3
ANSWER_WITHIN = 5.0
LOOK_WITHIN = 30.0  # four answers at most; a client that does not let go of a look is left
SOFTWARE_ERROR = 70  # as in sysexits.h
POLLS, JOINING = "polls", "joining"

Offsets = dict[TopicPartition, int]
T = TypeVar("T")


class Stalled(Exception):
    """There is something to consume, and nothing moves."""


def leave() -> None:
    """End this process at once: every part of it bears that, and its supervisor starts a fresh one."""
    os._exit(SOFTWARE_ERROR)


class Rebalances(ConsumerRebalanceListener):  # type: ignore[misc]
    """Whether partitions are being given out anew: until then a client has none, so none is behind."""

    def __init__(self) -> None:
        self.are_over = False
        self.times = 0

    def on_partitions_revoked(self, revoked: Iterable[TopicPartition]) -> None:
        """What was ours may be anybody's."""
        del revoked
        self.are_over = False

    def on_partitions_assigned(self, assigned: Iterable[TopicPartition]) -> None:
        """These are ours now; there may be none for us."""
        del assigned
        self.are_over = True
        self.times += 1


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
        self.rebalances = Rebalances()
        self.is_busy = False

    def alive(self) -> None:
        """A poll, or an attempt at a batch: also one that fails because the database is away."""
        self._signs += 1

    async def judge(self, client: Any, servers: str) -> None:
        """Raises Stalled. A Kafka that answers nobody is no stall: that is waited for."""
        positions: Offsets = {}
        ends: Offsets = {}
        is_joining = False
        with suppress(TimeoutError):
            async with asyncio.timeout(LOOK_WITHIN):
                places = client.assignment() if client else frozenset()
                ends = await ends_of(client, places, servers) if places else {}
                positions = await positions_of(client, ends)
                topics = (
                    None if self.rebalances.are_over else await answered(servers, AIOKafkaConsumer.topics)
                )
                is_joining = topics is not None
        self.feel(positions, ends, is_joining=is_joining)

    def feel(self, positions: Offsets, ends: Offsets, *, is_joining: bool = False) -> None:
        """One look: polls and joining must go on, and each partition unless a batch is under way.

        Raises Stalled.
        """
        now = time.monotonic()
        self._progress.seen(POLLS, self._signs, 1, now=now)
        self._progress.seen(JOINING, self.rebalances.times, int(is_joining), now=now)
        for place, at in positions.items():
            lag = 0 if self.is_busy else ends[place] - at
            self._progress.seen(named(place), at, lag, now=now)
        self._progress.keep({POLLS, JOINING, *map(named, positions)})
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


async def positions_of(client: Any, places: Collection[TopicPartition]) -> Offsets:
    """The positions of several places, asked for at once."""
    found = await asyncio.gather(*(position(client, place) for place in places))
    return dict(zip(places, found, strict=True))


async def ends_of(client: Any, places: Collection[TopicPartition], servers: str) -> Offsets:
    """Where partitions end: by the client's own connections, else by fresh ones; empty when Kafka is away."""
    with suppress(KafkaError, TimeoutError):
        async with asyncio.timeout(ANSWER_WITHIN):
            return dict(await client.end_offsets(places))
    return dict(await answered(servers, lambda fresh: fresh.end_offsets(places)) or {})


async def answered(servers: str, ask: Callable[[Any], Awaitable[T]]) -> T | None:
    """What Kafka answers a client that is new to it; None where it does not answer."""
    with suppress(KafkaError, OSError, TimeoutError):
        async with asyncio.timeout(ANSWER_WITHIN), consuming(servers) as fresh:
            return await ask(fresh)
    return None
