"""`jejak bench rebuild`: a read table of ten events a record made anew, by the real upcasts and `evolve`."""

import asyncio
from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from services.cli.bench.figures import show
from services.cli.bench.ground import ground, measure
from services.cli.bench.job import Job
from services.cli.bench.load import YEAR
from services.cli.bench.peers import REBUILDER, REBUILDING, Peers
from services.cli.bench.rebuilding import SUMS, fill
from services.cli.bench.rounds import JEJAK, Figures, Rounds
from services.cli.language import Told, words
from shared.store.migrate import migrate

EXAMPLES = """
Examples:

  jejak bench rebuild

  jejak bench rebuild --peers tests/bench   (after: make bench-peers)

  jejak bench rebuild --events 10000000 --rounds 1 --json rebuild.json   (some 12 GB of disk)
"""
TRIAL = "rebuild"
COLUMNS = {"rate": "events/s", "copied": "events/s, copy", "cpu": "client CPU µs", "megabytes": "MB"}
TARGETS = {"rate": 100_000, "megabytes": 500}
PEER_EVENTS = 20_000  # its rate does not depend on how many follow


def command(
    *,
    events: Annotated[int, typer.Option(min=1000, max=20_000_000)] = 1_000_000,
    rounds: Annotated[int, typer.Option(min=1, max=20)] = 3,
    peers: Annotated[Path | None, typer.Option(help="the folder of other libraries' contenders")] = None,
    to: Annotated[Path | None, typer.Option("--json", help="write the figures here")] = None,
) -> None:
    """Measure rebuilds of one table, each in a process of its own, compared with the live one and swapped."""
    found = asyncio.run(measured(events, rounds, Peers.of(peers)))
    runs = {name: seen for (_, name), seen in found.seen.items()}
    show(table(found, events, rounds), found={"targets": TARGETS, "runs": runs}, to=to)


async def measured(events: int, rounds: int, peers: Peers | None) -> Rounds:
    """The figures of every round; the first rebuild of ours fills the live table and does not count."""
    found = Rounds()
    columns = TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn()
    with Progress(*columns, transient=True) as progress:
        task = progress.add_task(words("bench-engine-preparing"), total=rounds + 1)
        async with ground() as place, place.fresh() as made:
            await migrate(made.owner_url, made.app_role, tables=[SUMS], years=[YEAR])
            await fill(made.owner_url, events)
            await place.tidied(made)
            job = replace(place.job(made, JEJAK), url=made.owner_url)
            await ours(job)
            progress.advance(task)
            for _ in range(rounds):
                found.add(TRIAL, JEJAK, await ours(job))
                if peers:
                    found.add(TRIAL, REBUILDER, await peers.rebuild(place, PEER_EVENTS))
                progress.advance(task)
    return found


async def ours(job: Job) -> Figures:
    """One rebuild. Raises Told where it failed."""
    said = await asyncio.to_thread(measure, job.argv("rebuilding"))
    if "not_run" in said:
        raise Told(words("bench-not-run", reason=said["not_run"]))
    return said


def table(found: Rounds, events: int, rounds: int) -> Table:
    """Medians beside the targets, and how often a peer's rate fits into ours."""
    made = Table(box=None, title=words("bench-rebuild-title", events=f"{events:,}", rounds=rounds))
    made.add_column("")
    for heading in (*COLUMNS.values(), "jejak ×"):
        made.add_column(heading, justify="right")
    for name in [one for _, one in found.seen]:
        figures = [found.middle(TRIAL, name, what) for what in COLUMNS]
        reason = found.why_not(TRIAL, name)
        times = None if name == JEJAK else found.ratio(TRIAL, name)
        shown = ["" if one is None else f"{one:,.1f}" for one in figures]
        told = [words("bench-not-run", reason=reason)] if reason else shown
        made.add_row(name, *told, "" if times is None else f"{times:.1f}")
    asked = ["" if name not in TARGETS else f"{TARGETS[name]:,}" for name in COLUMNS]
    made.add_row(words("bench-target"), *asked, f"{REBUILDING:g}" if (TRIAL, REBUILDER) in found.seen else "")
    return made
