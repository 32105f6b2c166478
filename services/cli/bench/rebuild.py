"""`jejak bench rebuild`: a read table of ten events a record made anew, by the real upcasts and `evolve`."""

import asyncio
import json
from dataclasses import replace
from pathlib import Path
from statistics import median
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from services.cli.bench.figures import machine
from services.cli.bench.ground import ground, measure
from services.cli.bench.load import YEAR
from services.cli.bench.rebuilding import SUMS, fill
from services.cli.bench.rounds import Figures
from services.cli.language import Told, words
from shared.store.migrate import migrate

EXAMPLES = """
Examples:

  jejak bench rebuild

  jejak bench rebuild --events 10000000 --rounds 1 --json rebuild.json   (some 12 GB of disk)
"""
COLUMNS = {"rate": "events/s", "copied": "events/s, copy", "cpu": "client CPU µs", "megabytes": "MB"}
TARGETS = {"rate": 100_000, "megabytes": 500}


def command(
    *,
    events: Annotated[int, typer.Option(min=1000, max=20_000_000)] = 1_000_000,
    rounds: Annotated[int, typer.Option(min=1, max=20)] = 3,
    to: Annotated[Path | None, typer.Option("--json", help="write the figures here")] = None,
) -> None:
    """Measure rebuilds of one table, each in a process of its own, compared with the live one and swapped."""
    found = asyncio.run(measured(events, rounds))
    console = Console(highlight=False)
    console.print(table(found))
    console.print(words("bench-machine", **machine()), markup=False)
    if to:
        report = {"machine": machine(), "targets": TARGETS, "runs": found}
        to.write_text(json.dumps(report, indent=1) + "\n", encoding="utf-8")


async def measured(events: int, rounds: int) -> list[Figures]:
    """The figures of every round; the first rebuild fills the live table and does not count."""
    found: list[Figures] = []
    columns = TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn()
    with Progress(*columns, transient=True) as progress:
        task = progress.add_task(words("bench-engine-preparing"), total=rounds + 1)
        async with ground() as place, place.fresh() as made:
            await migrate(made.owner_url, made.app_role, tables=[SUMS], years=[YEAR])
            await fill(made.owner_url, events)
            await place.tidied(made)
            job = replace(place.job(made, "jejak"), url=made.owner_url)
            for _ in range(rounds + 1):
                said = await asyncio.to_thread(measure, job.argv("rebuilding"))
                if "not_run" in said:
                    raise Told(words("bench-not-run", reason=said["not_run"]))
                found.append(said)
                progress.advance(task)
    return found[1:]


def table(found: list[Figures]) -> Table:
    """Medians beside the targets."""
    title = words("bench-rebuild-title", events=f"{found[0]['events']:,}", rounds=len(found))
    made = Table(box=None, title=title)
    for heading in COLUMNS.values():
        made.add_column(heading, justify="right")
    made.add_row(*(f"{median(one[name] for one in found):,.1f}" for name in COLUMNS))
    made.add_row(f"{TARGETS['rate']:,}", "", "", f"{TARGETS['megabytes']}")
    return made
