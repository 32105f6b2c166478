"""`jejak down`: stop the system that runs in the background, or what a killed one left behind."""

import signal
import time

from rich.console import Console

from services.cli.home import Home, running
from services.cli.language import Told, words
from services.cli.layout import ALL, PROGRAMS
from services.cli.supervisor import end_together
from shared.embedded import kafka, postgres, processes

STOPPED_WITHIN = 60.0


def command() -> None:
    """Stop everything; data stays."""
    home = Home.here()
    console = Console(highlight=False, soft_wrap=True)
    left = running(home, (*ALL, *home.further))
    supervisor = processes.remembered(home.mark("up"))
    if supervisor is None and not left:
        console.print(words("not-running"), markup=False)
        return
    if supervisor is not None:
        supervisor.terminate()
        deadline = time.monotonic() + STOPPED_WITHIN
        while home.is_running:
            if time.monotonic() > deadline:
                raise Told(words("not-stopped", seconds=int(STOPPED_WITHIN)))
            time.sleep(0.1)
    end_left(home)
    console.print(words("stopped"), markup=False)


def end_left(home: Home) -> None:
    """End what is still alive: programs first, so that they let go of the servers by themselves."""
    end_together({home.mark(name): signal.SIGTERM for name in (*PROGRAMS, *home.further)})
    kafka.end_leftover(home.folder / "kafka")
    postgres.end_leftover(home.folder / "postgres")
