"""`jejak up`: the whole system, in the foreground until Ctrl-C, or in the background."""

import asyncio
import json
import os
import signal
import time
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Annotated

import psutil
import typer
from rich.console import Console

from services.cli.fresh import start_over
from services.cli.home import Home, Notes
from services.cli.language import Told, words
from services.cli.sampling import play_sample
from services.cli.system import running_system
from services.cli.trained import kafka_trained
from shared.embedded import processes
from shared.embedded.ports import HOST, is_free, next_free_port
from shared.embedded.processes import AlreadyRunning, EmbeddedError, last_lines

FIRST_PORT = 8080
DETACHED_WITHIN = 300.0  # seconds, of which the sample may take 60


def command(
    *,
    detach: Annotated[bool, typer.Option(help="Jalan di latar belakang / run in the background")] = False,
    port: Annotated[int | None, typer.Option(min=1, max=65535, help="8080, else the next free one")] = None,
    fresh: Annotated[bool, typer.Option(help="Hapus semua data lalu mulai lagi / start over")] = False,
    no_sample: Annotated[
        bool, typer.Option("--no-sample", help="Tanpa data contoh / no sample data")
    ] = False,
) -> None:
    """Start everything and stay until Ctrl-C; the last line is the address and who can sign in."""
    home = Home.here()
    screen = Screen()
    if home.is_running:
        screen.runs_already(home)
        return
    stop = "jejak down" if detach else "Ctrl-C"
    try:
        if fresh:
            start_over(home, os.environ)
        if detach and (process := forked(home)):
            watch(process, home, screen)
            return
        asyncio.run(run(home, screen, port=port, sample=not no_sample, stop=stop))
    except AlreadyRunning:
        screen.runs_already(home)
    except (EmbeddedError, OSError) as reason:
        raise Told(words("not-started", reason=reason)) from None


class Terminal(Console):
    """A terminal that may be closed while we go on."""

    def on_broken_pipe(self) -> None:
        self.quiet = True


@dataclass
class Screen:
    """What the user sees: one line per step with the seconds since the start."""

    console: Console = field(default_factory=lambda: Terminal(highlight=False, soft_wrap=True))
    began: float = field(default_factory=time.monotonic)

    def line(self, key: str, **facts: object) -> None:
        self.console.print(words(key, **facts), markup=False)

    def runs_already(self, home: Home) -> None:
        notes = Notes.of(home)
        self.line("already-running" if notes.ready else "already-starting", address=notes.address)

    def step(self, key: str, **facts: object) -> None:
        seconds = f"{time.monotonic() - self.began:.1f}"
        self.console.print(f"{seconds:>6} s  {words(key, **facts)}", markup=False)


async def run(home: Home, screen: Screen, *, port: int | None, sample: bool, stop: str) -> None:
    """Start, play the sample at the first start, say how to `stop` it, wait for that, stop."""
    asked = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        loop.add_signal_handler(number, asked.set)
    working = asyncio.create_task(_work(home, screen, port, sample=sample, stop=stop))
    waiting = asyncio.create_task(asked.wait())
    await asyncio.wait((working, waiting), return_when=asyncio.FIRST_COMPLETED)
    waiting.cancel()
    working.cancel()
    with suppress(asyncio.CancelledError):
        await working


async def _work(home: Home, screen: Screen, port: int | None, *, sample: bool, stop: str) -> None:
    screen.step("starting")
    async with running_system(home, lambda: address(port), screen.step) as layout:
        if sample:
            await play_sample(layout, screen.step)
        screen.step("ready", stop=stop)
        screen.line("address", address=layout.address, people="; ".join(people(home)) or words("nobody-yet"))
        await kafka_trained(home.log("training"), screen.step)
        await asyncio.Event().wait()


def address(port: int | None) -> str:
    """The door's address. Raises Told when the port asked for is taken."""
    if port is not None and not is_free(port):
        raise Told(words("port-taken", port=port))
    found = port or next_free_port(FIRST_PORT)
    if found is None:
        raise Told(words("no-port", first=FIRST_PORT))
    return f"http://{HOST}:{found}"


def people(home: Home) -> list[str]:
    """The names of those sample people who have something to look at."""
    try:
        known = json.loads(home.people_file.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return []
    return [one["name"] for one in known if one.get("hint")]


def forked(home: Home) -> psutil.Process | None:
    """A second process that goes on from here in the background, its log begun anew; in that one None."""
    log = home.log("up")
    log.parent.mkdir(parents=True, exist_ok=True)
    log.write_bytes(b"")
    if number := os.fork():
        return psutil.Process(number)
    processes.detach(log)
    os.closerange(3, os.sysconf("SC_OPEN_MAX"))  # a script's pipe would stay open as long as the system
    return None


def watch(process: psutil.Process, home: Home, screen: Screen) -> None:
    """Show what it says until the system is ready. Raises Told when it ends or takes too long."""
    log = home.log("up")
    deadline = time.monotonic() + DETACHED_WITHIN
    shown = 0
    while True:
        ended = processes.has_ended(process)
        said = log.read_text(encoding="utf-8", errors="replace")
        screen.console.out(said[shown:], end="", highlight=False)
        shown = len(said)
        if ended and process.wait():
            raise Told(words("not-started", reason=last_lines(log)))
        if ended or is_ready(said, Notes.of(home).address):
            return
        if time.monotonic() > deadline:
            raise Told(words("not-ready", log=log))
        time.sleep(0.1)


def is_ready(said: str, address: str) -> bool:
    """Whether the last of what `up` said is its address; at a first start it is empty until one is chosen."""
    return bool(address) and said.rstrip().rpartition("\n")[2].startswith(f"{address} ")
