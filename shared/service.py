"""One service at work in one process: its store, and what keeps the log, Kafka and the read tables moving."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from functools import partial
from time import monotonic
from typing import Any

import asyncpg
import structlog
from sqlalchemy import Table
from sqlalchemy.ext.asyncio import AsyncEngine

from shared.erasure.eraser import Eraser, OwnOrders
from shared.lags import Lag, lags, show
from shared.leadership import lead
from shared.messaging.consumer import Consumer
from shared.messaging.following import Following
from shared.messaging.inbox import Inbox
from shared.messaging.log_feed import LogFeed
from shared.messaging.outgoing import PublicEvents
from shared.messaging.publisher import Publisher
from shared.messaging.pulse import Pulse
from shared.messaging.recovery import recover
from shared.messaging.topics import Topic
from shared.metrics import Metrics
from shared.progress import Progress
from shared.projection import runner
from shared.projection.projection import Reader
from shared.sealed_log.checkpoint import origin
from shared.sealed_log.last_signed import LastSigned
from shared.sealed_log.sealer import seal
from shared.sealed_log.sequencer import sequence
from shared.settings import Settings
from shared.store.away import is_database_away
from shared.store.files import EncryptedFiles
from shared.store.housekeeping import tidy
from shared.store.statements import PUBLISHER
from shared.store.store import Store, open_store
from shared.store.unit import Aggregate
from shared.store.urls import engine_of
from shared.tide import Tide

log = structlog.get_logger()
AGAIN = 2.0
MOVING = ("sequencer", "sealer", "reader")


@dataclass(frozen=True, slots=True, kw_only=True)
class Service:
    """What a service is made of; its `app.py` says it once."""

    name: str
    aggregates: tuple[Aggregate[Any, Any, Any], ...]
    readers: Callable[[Store], Sequence[Reader]]
    tables: tuple[Table, ...]
    public: PublicEvents
    publishes: Callable[[int], Sequence[Topic]]
    inboxes: Callable[[Store, Settings], Sequence[Inbox]]
    consumes: Callable[[int], Sequence[Topic]]
    erasures: OwnOrders | None = None


@dataclass(slots=True)
class Running:
    """A service's engine while it runs. `failed` names the parts that are down, with their cause."""

    service: Service
    settings: Settings
    store: Store
    engine: AsyncEngine
    eraser: Eraser
    tide: Tide = field(default_factory=Tide)
    failed: dict[str, str] = field(default_factory=dict)
    readers: tuple[str, ...] = ()
    progress: Progress = field(init=False)
    following: list[Following] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.progress = Progress(self.settings.stalled_after)

    def told(self, reader: str, error: Exception | None) -> None:
        """One of the projections failed, or runs again."""
        if error is None:
            self.failed.pop(f"projection {reader}", None)
        else:
            self.failed[f"projection {reader}"] = type(error).__name__

    async def health(self) -> dict[str, Any]:
        """Lag in events, parked messages, and what is down or stands still although there is work."""
        found = await self.look()
        down = {**self.progress.stalled(now=monotonic()), **self.failed}
        return {
            "service": self.service.name,
            "ready": not down,
            "lag": {one.name or one.part: one.lag for one in found if one.part in MOVING},
            "parked": sum(one.lag for one in found if one.part in ("parked", "dead")),
            "failed": down,
        }

    async def look(self) -> list[Lag]:
        """How far everything is, also for Prometheus, and remembered to tell whether it moves."""
        found = await lags(self.store.pool, [PUBLISHER, *self.readers])
        show(found, self.store.metrics, [one.consumer for one in self.following])
        now = monotonic()
        for one in found:
            if one.part in MOVING:
                self.progress.seen(part_of(one), one.position, one.lag, now=now)
        for following in self.following:
            lag = await following.lag()
            self.progress.seen(f"consumer {following.consumer}", following.settled, lag, now=now)
        return found

    def sequenced(self, events: int) -> None:
        """The log has grown by so many events."""
        self.store.metrics.sequencer_ticks.inc()
        self.store.metrics.sequencer_events.inc(events)
        self.tide.rise()


@asynccontextmanager
async def running(
    service: Service, settings: Settings, metrics: Metrics | None = None
) -> AsyncIterator[Running]:
    """Run everything beside the API for as long as the context is open."""
    catalogues = [aggregate.catalogue for aggregate in service.aggregates]
    async with open_store(settings, service.name, catalogues, metrics) as store:
        eraser = Eraser(
            store,
            settings.kafka_bootstrap_servers,
            EncryptedFiles(settings.evidence_dir, store.keyring),
            demo=settings.is_demo,
            own=service.erasures,
        )
        await eraser.open()
        engine = reading_engine(settings.database_url)
        async with engine.connect():
            pass  # the first reader finds a connection
        run = Running(service, settings, store, engine, eraser)
        tasks = [asyncio.create_task(_kept(run, name, part), name=name) for name, part in _parts(run)]
        try:
            yield run
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            await engine.dispose()


def reading_engine(database_url: str) -> AsyncEngine:
    """For queries alone: each is a statement of its own, so BEGIN and ROLLBACK around it are left out."""
    return engine_of(
        database_url,
        pool_size=4,
        max_overflow=4,
        isolation_level="AUTOCOMMIT",
        pool_reset_on_return=None,
    )


def part_of(lag: Lag) -> str:
    """The name by which `failed` and the log know a part."""
    return lag.name if lag.name == PUBLISHER else f"projection {lag.name}" if lag.name else lag.part


async def watch(run: Running) -> None:
    """Look so often that standing still shows when nobody asks. A database away is told by others."""
    while True:
        try:
            await run.look()
        except Exception as error:
            if not is_database_away(error):
                raise
        await asyncio.sleep(run.settings.stalled_after / 6)


Part = Callable[[], Awaitable[None]]


def _parts(run: Running) -> list[tuple[str, Part]]:
    service, store, settings = run.service, run.store, run.settings
    partitions = settings.kafka_partitions
    publisher = Publisher(
        store,
        settings.kafka_bootstrap_servers,
        service.publishes(partitions),
        service.public,
        settings.signing_key_file,
    )

    feed = LogFeed(settings.kafka_bootstrap_servers, service.name)

    async def sequencing(connection: asyncpg.Connection) -> None:
        await recover(connection, feed, settings.signing_key_file, origin(settings.agency, service.name))
        await sequence(connection, store.written, run.sequenced)

    async def sealing(connection: asyncpg.Connection) -> None:
        place = settings.signing_key_file, settings.agency, service.name
        await seal(connection, place, run.tide, LastSigned(settings.checkpoint_file))

    async def publishing(connection: asyncpg.Connection) -> None:
        await publisher.run(connection, run.tide)

    parts: list[tuple[str, Part]] = [
        ("sequencer", partial(lead, settings.database_url, "sequencer", sequencing)),
        ("sealer", partial(lead, settings.database_url, "sealer", sealing)),
        ("publisher", partial(lead, settings.database_url, "publisher", publishing)),
        ("housekeeping", partial(tidy, store)),
        ("eraser", run.eraser.run),
        ("files of the erased", run.eraser.try_again),
        ("watch", partial(watch, run)),
    ]
    if readers := service.readers(store):
        run.readers = tuple(one.reader for one in readers)
        parts.append(("projections", partial(runner.run, store, readers, run.tide, run.told)))
    for inbox in service.inboxes(store, settings):
        pulse = Pulse(inbox.consumer, after=settings.stalled_after)
        consumer = Consumer(inbox, settings.kafka_bootstrap_servers, service.consumes(partitions), pulse)
        run.following.append(consumer.following)
        parts.append((f"consumer {inbox.consumer}", consumer.run))
    return parts


async def _kept(run: Running, name: str, part: Part) -> None:
    """Run a part for ever; one that fails is named in `failed`, logged, and started again."""
    while True:
        try:
            await part()
        except Exception as error:
            run.failed[name] = type(error).__name__
            log.exception("part failed", service=run.service.name, part=name)
        await asyncio.sleep(AGAIN)
        run.failed.pop(name, None)
