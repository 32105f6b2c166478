"""`jejak status`: health, lag and memory of every process of the system on this machine."""

import json
import os
from dataclasses import dataclass
from typing import Any
from urllib.error import HTTPError, URLError

import psutil
import typer
from rich.console import Console
from rich.table import Table

from services.cli.home import Home, Notes, running
from services.cli.language import words
from services.cli.layout import ALL, PROGRAMS
from shared.directly import open_directly
from shared.embedded import processes

MEGABYTE = 1_000_000
SUPERVISOR = "jejak up"
NUMBERS = ("pid", "lag", "parked", "memory")


@dataclass(frozen=True, slots=True)
class Seen:
    """One process as seen now; `megabytes` counts shared pages once among those that share them."""

    name: str
    pid: int | None
    ready: bool
    lag: int | None
    parked: int | None
    failed: str
    megabytes: float


def command(*, as_json: bool = typer.Option(False, "--json", help="JSON")) -> None:
    """Show health, lag and memory; ends with 1 when something is not ready."""
    home = Home.here()
    notes, console = Notes.of(home), Console(highlight=False, soft_wrap=True)
    seen = look(home, notes)
    ready = bool(seen) and all(one.ready for one in seen)
    if as_json:
        console.print_json(json.dumps(report(seen, notes, ready=ready)))
    elif not home.is_running:
        console.print(words("not-running"), markup=False)
    else:
        console.print(table(seen))
        console.print(words("status-address", address=notes.address), markup=False)
    if not ready:
        raise typer.Exit(1)


def look(home: Home, notes: Notes) -> list[Seen]:
    """Every process of the system that runs under `home`; none when it does not run."""
    if not home.is_running:
        return []
    alive = running(home, ALL)
    shown = ALL if _own_servers(home) else ALL[2:]
    seen = [see(name, alive.get(name), notes.urls.get(name)) for name in shown]
    supervisor = processes.remembered(home.mark("up"))
    return seen if supervisor is None else [*seen, see_supervisor(supervisor, seen)]


def _own_servers(home: Home) -> bool:
    return home.mark("postgres").exists() or home.mark("kafka").exists()


def see(name: str, process: psutil.Process | None, url: str | None) -> Seen:
    """One process: by its own account where it gives one, else ready when alive."""
    if process is None:
        return Seen(name, None, ready=False, lag=None, parked=None, failed="", megabytes=0)
    said = health(url) if url else dict[str, Any](ready=name not in PROGRAMS)
    lags = said.get("lag")
    return Seen(
        name,
        process.pid,
        ready=bool(said.get("ready")),
        lag=max((lag for lag in lags.values() if lag is not None), default=0) if lags else None,
        parked=said.get("parked"),
        failed=", ".join(f"{part}: {why}" for part, why in said.get("failed", {}).items()),
        megabytes=memory(process, *process.children(recursive=True)),
    )


def see_supervisor(process: psutil.Process, others: list[Seen]) -> Seen:
    """The supervisor, with the nursery: what it started and no other row shows."""
    shown = {one.pid for one in others}
    own = [one for one in process.children() if one.pid not in shown]
    megabytes = memory(process, *own)
    return Seen(SUPERVISOR, process.pid, ready=True, lag=None, parked=None, failed="", megabytes=megabytes)


def health(url: str) -> dict[str, Any]:
    """What a program says of itself; nothing when it does not answer."""
    try:
        with open_directly(f"{url}/health/ready", timeout=2) as answer:
            said: dict[str, Any] = json.load(answer)
    except HTTPError as error:
        return dict(json.loads(error.read() or b"{}"))
    except (URLError, OSError, ValueError):
        return {}
    return said


def memory(*several: psutil.Process) -> float:
    """Megabytes of these processes, each shared page divided among those that share it."""
    total = 0
    for one in several:
        try:
            detail = one.memory_full_info()
            total += getattr(detail, "pss", 0) or detail.rss
        except psutil.Error:
            continue
    return total / MEGABYTE


def table(seen: list[Seen]) -> Table:
    made = Table(box=None, pad_edge=False)
    for column in ("process", "pid", "state", "lag", "parked", "memory"):
        made.add_column(words(f"status-{column}"), justify="right" if column in NUMBERS else "left")
    for one in seen:
        state = words("status-ready" if one.ready else "status-down")
        state += f" ({one.failed})" if one.failed else ""
        made.add_row(one.name, _(one.pid), state, _(one.lag), _(one.parked), f"{one.megabytes:.0f} MB")
    made.add_section()
    made.add_row(words("status-total"), "", "", "", "", f"{sum(one.megabytes for one in seen):.0f} MB")
    return made


def _(value: int | None) -> str:
    return "" if value is None else str(value)


def report(seen: list[Seen], notes: Notes, *, ready: bool) -> dict[str, Any]:
    """The same for a program to read."""
    return {
        "ready": ready,
        "address": notes.address if seen else None,
        "cores": os.cpu_count(),
        "megabytes": round(sum(one.megabytes for one in seen)),
        "processes": [
            {"name": one.name, "pid": one.pid, "ready": one.ready, "lag": one.lag, "parked": one.parked}
            | {"failed": one.failed, "megabytes": round(one.megabytes)}
            for one in seen
        ],
    }
