"""`jejak bench http`: one more planned result on somebody's draft, by as many people as there are drafts."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from itertools import cycle, islice
from pathlib import Path
from statistics import median
from typing import Annotated, Any

import typer
import uvloop
from rich.table import Table

from services.cli.bench.beside import beside
from services.cli.bench.drafts import Draft, drafted
from services.cli.bench.figures import Spread, memory_of, show
from services.cli.bench.pressure import Pressure, closed_loop, open_loop
from services.cli.language import Told, words
from services.cli.stage import Stage, running_stage, until

YEAR = 2026
BODY = json.dumps(
    {"title": "Berkas kepegawaian dimutakhirkan setiap bulan", "kind": "main"}, separators=(",", ":")
).encode()
DRAIN = 300.0  # seconds
MEMORY = {"most_idle": 150, "most_loaded": 300}  # MB
CLOSED = {"rate": 1500, "p99": 110.0}
OPEN = {1: {"rate": 500, "p99": 25.0}, 2: {"rate": 870, "p99": 60.0}}  # by number of API processes


@dataclass(frozen=True, slots=True)
class Load:
    """`seconds` of each loop, `rate` a second in the open one."""

    seconds: int
    connections: int
    rate: int
    rounds: int


def command(
    *,
    seconds: Annotated[int, typer.Option(min=1, max=600)] = 10,
    connections: Annotated[int, typer.Option(min=1, max=1000, help="of the closed loop")] = 64,
    rate: Annotated[
        int | None,
        typer.Option(min=1, max=10_000, help="per second, of the open loop; the target's unless given"),
    ] = None,
    processes: Annotated[int, typer.Option(min=1, max=2, help="of planning; a second one is started")] = 1,
    rounds: Annotated[int, typer.Option(min=1, max=20, help="medians of so many are told")] = 3,
    people: Annotated[int, typer.Option(min=1, max=100_000)] = 1000,
    to: Annotated[Path | None, typer.Option("--json", help="write the figures here")] = None,
) -> None:
    """Measure the running system's planning: token, policy, validation, idempotency, a durable event."""
    every = rate or int(OPEN[processes]["rate"])
    found = uvloop.run(measured(Load(seconds, connections, every, rounds), people, processes))
    show(table(found), words("bench-memory", **found["memory"], **MEMORY), found=found, to=to)


async def measured(load: Load, people: int, processes: int) -> dict[str, Any]:
    """The median round on as many drafts as people."""
    async with running_stage() as stage:
        url = stage.notes.urls["planning"]
        memory = {"idle": memory_of(url)}
        drafts = await drafted(stage, url, people, load.connections, YEAR)
        with beside(stage.home, "planning", processes - 1) as others:
            seen = [await one_round(stage, load, [url, *others], drafts) for _ in range(load.rounds)]
        memory["loaded"] = memory_of(url)
    return {
        **asdict(load),
        "people": people,
        "processes": processes,
        "seen": seen,
        **{name: medians([one[name] for one in seen]) for name in ("closed", "open")},
        "memory": memory,
        "targets": {"closed": CLOSED, "open": OPEN[processes]},
    }


async def one_round(stage: Stage, load: Load, urls: Sequence[str], drafts: Sequence[Draft]) -> dict[str, Any]:
    """The closed loop, then the open one, each when nothing waits any more of what was before."""
    await until(stage.has_settled, within=DRAIN)
    closed = await closed_loop(urls, asking(drafts), load.connections, load.seconds)
    await until(stage.has_settled, within=DRAIN)
    opened = await open_loop(urls, islice(asking(drafts), load.seconds * load.rate), load.rate)
    return {"closed": figures(closed), "open": figures(opened)}


def medians(runs: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Of each figure."""
    return {name: median(one[name] for one in runs) for name in runs[0]}


def asking(drafts: Sequence[Draft]) -> Iterator[bytes]:
    """One more planned result on each draft in turn, for ever."""
    for one in cycle(drafts):
        yield one.ask("{plan}/results", BODY)


def figures(run: Pressure) -> dict[str, Any]:
    """Rate, refusals and times in milliseconds. Raises Told where nothing was accepted."""
    if not run.accepted:
        raise Told(words("bench-nothing-accepted", answer=run.answers[-1].body.decode()[:300]))
    return {"rate": round(run.rate), "refused": run.refused, **asdict(Spread.of(run.accepted))}


def table(found: dict[str, Any]) -> Table:
    """The figures beside the targets."""
    made = Table(box=None, title=words("bench-http-title", **found))
    for column in ("", "/s", "p50", "p90", "p99", "max", ""):
        made.add_column(column, justify="right")
    for name in ("closed", "open"):
        run, target = found[name], found["targets"][name]
        times = (f"{run[key]:.1f}" for key in ("p50", "p90", "p99", "max"))
        aim = words("bench-http-target", **target)
        made.add_row(words(f"bench-http-{name}"), f"{run['rate']:.0f}", *times, aim)
    return made
