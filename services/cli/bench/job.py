"""What a measurement in a process of its own is told, and what all of them need."""

import asyncio
import sys
import time
from collections.abc import Awaitable, Callable, Coroutine
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import orjson
import uvloop

from services.cli.bench.contenders import Place
from services.cli.bench.load import SERVICE, processor_seconds
from services.cli.bench.public import Topics
from shared.collector import spare_the_collector

PARTITIONS = 48
LOOK_EVERY = 0.01


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """One measurement: who, where, and how much."""

    name: str
    url: str
    key: str
    signing: str
    kafka: str = ""
    run: str = ""
    events: int = 0
    rate: int = 0
    seconds: float = 0

    @property
    def place(self) -> Place:
        """The database, and the key file of our store."""
        return Place(self.url, Path(self.key), 1)

    @property
    def service(self) -> str:
        """A name of the run's own, and so a log topic: one that held another log would be refused."""
        return f"{SERVICE}-{self.run}"

    def topics(self, *, both: bool) -> Topics:
        """The run's own."""
        return Topics(self.run, PARTITIONS, both=both)

    def argv(self, module: str) -> list[str]:
        """The command that does it."""
        return [sys.executable, "-m", f"services.cli.bench.{module}", orjson.dumps(asdict(self)).decode()]


def run(main: Callable[[Job], Coroutine[Any, Any, dict[str, Any]]]) -> None:
    """Do the job that the command names, and say what `main` found."""
    found = uvloop.run(main(Job(**orjson.loads(sys.argv[1]))))
    sys.stdout.write(orjson.dumps(found).decode() + "\n")


async def clocked(work: Awaitable[int]) -> dict[str, float]:
    """Events a second of `work`, which says how many it did, and this process's µs for each."""
    spare_the_collector()
    began, used = time.perf_counter(), processor_seconds()
    events = await work
    lasted, spent = time.perf_counter() - began, processor_seconds() - used
    return {"rate": round(events / lasted, 1), "cpu": round(spent / events * 1e6, 1), "events": events}


async def until(condition: Callable[[], Awaitable[bool]], *, beside: Coroutine[Any, Any, None]) -> None:
    """Let `beside` run until `condition` holds; what `beside` raises is raised."""
    task = asyncio.create_task(beside)
    while not task.done() and not await condition():  # noqa: ASYNC110 - the database is asked
        await asyncio.sleep(LOOK_EVERY)
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task
