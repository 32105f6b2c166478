"""Ready means that work gets done: whatever stands still although there is work is named, idleness is not."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from uuid import uuid4

import asyncpg
from sqlalchemy import Table

from shared.progress import Progress
from shared.projection.projection import Change, Reader
from shared.service import Running, Service, running
from shared.store.store import Store
from shared.store.unit import Recorded
from tests.eventually import eventually
from tests.shared.conftest import Place
from tests.shared.messaging.test_kafka import Wire, reaches, wire
from tests.shared.toy import BALANCE, TABLES, Counted, unit

__all__ = ["wire"]


@dataclass(frozen=True)
class Stuck:
    """A reader that waits for ever until it is let go."""

    let_go: asyncio.Event = field(default_factory=asyncio.Event)
    reader: str = "stuck.v1"
    tables: tuple[Table, ...] = TABLES

    async def changes(self, rows: Sequence[Recorded], store: Store) -> list[Change]:
        del rows, store
        await self.let_go.wait()
        return []


def test_who_has_nothing_to_do_is_never_stalled() -> None:
    progress = Progress(after=30)
    for now in range(0, 1000, 10):
        progress.seen("publisher", 7, 0, now=now)
        assert not progress.stalled(now=now)


def test_who_is_slow_is_not_stalled() -> None:
    progress = Progress(after=30)
    for now in range(0, 1000, 25):
        progress.seen("publisher", now, 1_000_000, now=now)
        assert not progress.stalled(now=now)


def test_work_that_comes_after_long_idleness_has_its_time() -> None:
    progress = Progress(after=30)
    progress.seen("publisher", 7, 0, now=100)
    progress.seen("publisher", 7, 1, now=105)
    assert not progress.stalled(now=129)
    assert progress.stalled(now=131) == {"publisher": "no progress for 31 s"}
    progress.seen("publisher", 8, 0, now=132)
    assert not progress.stalled(now=133)


@asynccontextmanager
async def impatient(service: Service, place: Place) -> AsyncIterator[Running]:
    async with running(service, replace(place.settings, stalled_after=0.6)) as run:
        yield run


@asynccontextmanager
async def holding(place: Place, rows: str) -> AsyncIterator[None]:
    """Somebody else's transaction that has locked `rows` and does not end."""
    holder = await asyncpg.connect(place.settings.database_url)
    try:
        async with holder.transaction():
            await holder.execute(f"SELECT FROM {rows} FOR UPDATE")
            yield
    finally:
        await holder.close()


async def becomes(run: Running, *, ready: bool, naming: str = "") -> None:
    async def look() -> bool:
        said = await run.health()
        return said["ready"] is ready and (not naming or naming in said["failed"])

    await eventually(look)


async def everything_moves(run: Running) -> None:
    await run.store.append([unit(uuid4(), Counted(by=1))])

    async def at_rest() -> bool:
        said = await run.health()
        return bool(said["ready"]) and not any(said["lag"].values())

    await eventually(at_rest)


def reading(service: Service, *readers: Reader) -> Service:
    return replace(service, readers=lambda _store: readers)


async def test_a_reader_that_hangs_is_named_until_it_goes_on(wire: Wire, on_kafka: Place) -> None:
    stuck = Stuck()
    async with impatient(reading(wire.service(consumes=False), stuck), on_kafka) as run:
        await run.store.append([unit(uuid4(), Counted(by=1))])
        await becomes(run, ready=False, naming="projection stuck.v1")
        stuck.let_go.set()
        await becomes(run, ready=True)


async def test_a_bookmark_that_somebody_holds_is_named(wire: Wire, on_kafka: Place) -> None:
    async with impatient(wire.service(consumes=False, publishes=True), on_kafka) as run:
        await everything_moves(run)
        async with holding(on_kafka, "work.bookmarks"):
            await run.store.append([unit(uuid4(), Counted(by=1))])
            await becomes(run, ready=False, naming="publisher")
            await becomes(run, ready=False, naming=f"projection {BALANCE.reader}")
        await becomes(run, ready=True)


async def test_a_sequencer_that_stands_still_is_named(wire: Wire, on_kafka: Place) -> None:
    async with impatient(wire.service(consumes=False), on_kafka) as run:
        await everything_moves(run)
        async with holding(on_kafka, "work.cursor"):
            await run.store.append([unit(uuid4(), Counted(by=1))])
            await becomes(run, ready=False, naming="sequencer")
        await becomes(run, ready=True)


async def test_a_consumer_that_stands_still_is_named(wire: Wire, on_kafka: Place) -> None:
    first, second = uuid4(), uuid4()
    async with impatient(wire.service(), on_kafka) as run:
        await wire.send(first, 1, index=0)
        await reaches(run, first, 1)
        async with holding(on_kafka, "work.high_water"):
            await wire.send(second, 1, index=1)
            await becomes(run, ready=False, naming=f"consumer group-{wire.topic}")
        await reaches(run, second, 1)
        await becomes(run, ready=True)


async def test_kafka_away_is_named_when_there_is_something_to_say(wire: Wire, place: Place) -> None:
    async with impatient(wire.service(consumes=False, publishes=True), place) as run:
        await run.store.append([unit(uuid4(), Counted(by=1))])
        await becomes(run, ready=False, naming="publisher")
