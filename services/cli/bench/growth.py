"""`jejak bench growth`: whether appending, looking up and memory stay what they were as the log grows."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from statistics import median
from typing import Annotated

import asyncpg
import typer
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from services.cli.bench.figures import show
from services.cli.bench.filling import BLOCK, fill_events, fill_streams
from services.cli.bench.ground import Ground, ground, measure
from services.cli.language import Told, words
from shared.embedded.provision import Provisioned

EXAMPLES = """
Examples:

  jejak bench growth

  jejak bench growth --events 10000000 --json growth.json   (some 20 GB of disk)
"""
SMALL = 100_000
PER_COMMIT = 50_000
MOST = 1.3  # times the small log's figure


def command(
    *,
    events: Annotated[int, typer.Option(min=2 * SMALL, max=20_000_000)] = 1_000_000,
    seconds: Annotated[float, typer.Option(min=0.5, max=60, help="of appending in each round")] = 3,
    rounds: Annotated[int, typer.Option(min=1, max=20)] = 5,
    to: Annotated[Path | None, typer.Option("--json", help="write the figures here")] = None,
) -> None:
    """Measure a log of 100,000 events and a large one in turn; a plan that scans or sorts ends it."""
    found = asyncio.run(measured(events, seconds, rounds))
    show(table(found, events, rounds), found={"events": events, "runs": found}, to=to)


Runs = dict[str, list[dict[str, float]]]


async def measured(events: int, seconds: float, rounds: int) -> Runs:
    """Every round's figures of both logs, in milliseconds but for memory (MB) and rates."""
    found: Runs = {"small": [], "large": []}
    columns = TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn()
    async with AsyncExitStack() as stack:
        progress = stack.enter_context(Progress(*columns, transient=True))
        task = progress.add_task(words("bench-growth-filling"), total=events + SMALL)
        place = await stack.enter_async_context(ground())
        logs = {
            name: await stack.enter_async_context(grown(place, count, lambda n: progress.advance(task, n)))
            for name, count in (("small", SMALL), ("large", events))
        }
        progress.update(task, description=words("bench-growth-measuring"), completed=0, total=2 * rounds)
        for _ in range(rounds):
            for name, made in logs.items():
                job = place.job(made, "jejak", seconds=seconds, events=SMALL if name == "small" else events)
                said = await asyncio.to_thread(measure, job.argv("growing"))
                if "not_run" in said:
                    raise Told(words("bench-not-run", reason=said["not_run"]))
                found[name].append(said)
                progress.advance(task)
    return found


@asynccontextmanager
async def grown(place: Ground, events: int, told: Callable[[int], None]) -> AsyncIterator[Provisioned]:
    """A database with so many events, commands and places in the log, as years of use leave it."""
    async with place.fresh() as made:
        owner = await asyncpg.connect(made.owner_url)
        await fill_streams(owner, events)
        for first in range(0, events, BLOCK):
            count = min(BLOCK, events - first)
            await fill_events(owner, first, count, commit=PER_COMMIT, placed=True)
            told(count)
        await owner.close()
        await place.tidied(made)
        yield made


def table(found: Runs, events: int, rounds: int) -> Table:
    """Medians of both, and how often the small one's fits into the large one's, beside what is allowed."""
    title = words("bench-growth-title", events=f"{events:,}", rounds=rounds)
    made = Table(box=None, title=title)
    for at, column in enumerate(("", f"{SMALL:,}", f"{events:,}", "×", "asked")):
        made.add_column(column, justify="right" if at else "left")
    for what in found["small"][0]:
        small, large = (median(run[what] for run in found[name]) for name in ("small", "large"))
        asked = f"≤ {MOST:g}" if what.endswith("ms") else ""
        made.add_row(what, f"{small:,.2f}", f"{large:,.2f}", f"{large / small:.2f}", asked)
    return made
