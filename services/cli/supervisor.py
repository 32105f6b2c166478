"""Keeps a set of processes alive: starts them, starts a crashed one again, ends all of them."""

import asyncio
import signal
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from urllib.error import URLError

import psutil

from shared.directly import open_directly
from shared.embedded import processes
from shared.embedded.processes import EmbeddedError, last_lines

READY_WITHIN = 90.0  # seconds; a first start compiles every module
LOOK_EVERY, ASK_EVERY = 0.25, 0.1  # seconds: whether one ended, and whether one that starts can work
FIRST_PAUSE, LONGEST_PAUSE = 0.5, 30.0
STEADY = 60.0  # seconds after which a crash counts as the first again

Tell = Callable[..., None]
Begin = Callable[..., psutil.Process]


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """A process to keep: `start` blocks until it is truly ready, and may raise EmbeddedError."""

    name: str
    start: Callable[[], psutil.Process]
    mark: Path
    log: Path
    how: signal.Signals = signal.SIGTERM


@dataclass(slots=True)
class Supervisor:
    """`tell(key, **facts)` speaks to the user in words of the wording module."""

    tell: Tell
    stopping: bool = False
    kept: list[Kept] = field(default_factory=list)
    tasks: list[asyncio.Task[None]] = field(default_factory=list)
    starting: set[asyncio.Task[psutil.Process]] = field(default_factory=set)

    def is_stopping(self) -> bool:
        """Whether nothing may be started any more."""
        return self.stopping

    async def start(self, *several: Kept) -> None:
        """Start all of these at once and keep them from now on. Raises EmbeddedError if one can't be."""
        self.kept += several
        started = await asyncio.gather(*(self._in_thread(one) for one in several))
        for one, process in zip(several, started, strict=True):
            self.tasks.append(asyncio.create_task(self._keep(one, process), name=one.name))

    async def stop(self) -> None:
        """End everything, those started last first, also what was just being started."""
        self.stopping = True
        for task in self.tasks:
            task.cancel()
        await asyncio.gather(*self.tasks, return_exceptions=True)
        await asyncio.gather(*self.starting, return_exceptions=True)
        servers = [one for one in self.kept if one.name in ("postgres", "kafka")]
        for group in ([one for one in self.kept if one not in servers], servers):
            end_together({one.mark: one.how for one in group})

    async def _in_thread(self, one: Kept) -> psutil.Process:
        """Start it in a thread that `stop` waits for, also when nobody else does any more."""
        starting = asyncio.create_task(asyncio.to_thread(one.start))
        self.starting.add(starting)
        starting.add_done_callback(self.starting.discard)
        return await asyncio.shield(starting)

    async def _keep(self, one: Kept, process: psutil.Process) -> None:
        pause, since = FIRST_PAUSE, time.monotonic()
        while True:
            code = await _ended(process)
            if time.monotonic() - since > STEADY:
                pause = FIRST_PAUSE
            self.tell("crashed", name=one.name, code=code, log=one.log)
            process, pause = await self._start_again(one, pause)
            since = time.monotonic()
            self.tell("back", name=one.name)

    async def _start_again(self, one: Kept, pause: float) -> tuple[psutil.Process, float]:
        while True:
            await asyncio.sleep(pause)
            pause = min(pause * 2, LONGEST_PAUSE)
            try:
                return await self._in_thread(one), pause
            except EmbeddedError as reason:
                self.tell("still-down", name=one.name, reason=reason)


async def _ended(process: psutil.Process) -> int | None:
    while True:
        try:
            return process.wait(0)
        except psutil.TimeoutExpired:
            await asyncio.sleep(LOOK_EVERY)


def end_together(several: Mapping[Path, signal.Signals]) -> None:
    """Ask all that the marks name to end, each by its own signal, then wait for each."""
    found = [(processes.remembered(mark), how) for mark, how in several.items()]
    alive = [(process, how) for process, how in found if process is not None]
    for process, how in alive:
        with suppress(psutil.NoSuchProcess):
            process.send_signal(how)
    for process, how in alive:
        processes.end(process, how=how)
    for mark in several:
        mark.unlink(missing_ok=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class Program:
    """One of our own processes, which says on `ready_url` when it can work; `begin` makes a process of it."""

    name: str
    begin: Begin
    argv: tuple[str, ...]
    env: Mapping[str, str]
    ready_url: str
    mark: Path
    log: Path

    def kept(self, supervisor: Supervisor) -> Kept:
        return Kept(name=self.name, start=lambda: self.start(supervisor), mark=self.mark, log=self.log)

    def start(self, supervisor: Supervisor) -> psutil.Process:
        """End what a crash left, start, wait until ready. Raises EmbeddedError."""
        processes.end_leftover(self.mark)
        if supervisor.stopping:
            raise EmbeddedError("stopping")
        try:
            process = self.begin(self.argv, log=self.log, env=self.env)
            processes.remember(self.mark, process)
        except psutil.NoSuchProcess:  # a fork that ended at once is no more, not even as a zombie of ours
            raise EmbeddedError(f"{self.name} ended while starting:\n{last_lines(self.log)}") from None
        deadline = time.monotonic() + READY_WITHIN
        while not answers_well(self.ready_url) and not supervisor.is_stopping():
            if processes.has_ended(process):
                raise EmbeddedError(f"{self.name} ended while starting:\n{last_lines(self.log)}")
            if time.monotonic() > deadline:
                processes.end(process)
                raise EmbeddedError(f"{self.name} was not ready within {READY_WITHIN:.0f} s ({self.log})")
            time.sleep(ASK_EVERY)
        return process


def answers_well(url: str) -> bool:
    """Whether `url` on this machine answers 200."""
    try:
        with open_directly(url, timeout=2) as answer:
            return bool(answer.status == 200)  # noqa: PLR2004
    except (URLError, OSError):
        return False
