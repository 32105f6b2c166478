"""`jejak bench engine`: the event engine beside others on one PostgreSQL, in interleaved rounds."""

import asyncio
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.progress import Progress
from rich.table import Table

from services.cli.bench.contenders import CONTENDERS
from services.cli.bench.figures import machine
from services.cli.bench.ground import Ground, ground, measure, ours
from services.cli.language import words

JEJAK, BARE, SAME = "jejak", "one bare INSERT", "same work in asyncpg"
# What the issue asks of us: our rate over theirs, at 1, 32 and 128 clients.
TARGETS = {SAME: {1: 1.0, 32: 3.0, 128: 4.0}, BARE: {1: 0.65, 32: 2.0, 128: 2.7}}
Figures = dict[str, Any]


@dataclass
class Rounds:
    """Every single measurement, by contender and number of clients, in the order of the rounds."""

    seen: dict[tuple[str, int], list[Figures]] = field(default_factory=dict)

    def add(self, name: str, clients: int, figures: Figures) -> None:
        self.seen.setdefault((name, clients), []).append(figures)

    def middle(self, name: str, clients: int, what: str) -> float | None:
        """The median of one figure, None where it was not run."""
        found = [one[what] for one in self.seen.get((name, clients), []) if what in one]
        return median(found) if found else None

    def ratio(self, name: str, other: str, clients: int) -> float | None:
        """The median of the rounds' own ratios: what slows a round slows both."""
        pairs = zip(self.seen.get((name, clients), []), self.seen.get((other, clients), []), strict=False)
        found = [
            mine["rate"] / theirs["rate"] for mine, theirs in pairs if "rate" in mine and "rate" in theirs
        ]
        return round(median(found), 2) if found else None

    def why_not(self, name: str) -> str | None:
        """The reason for which a contender was not run."""
        said = (
            one["not_run"]
            for (who, _), all_of in self.seen.items()
            if who == name
            for one in all_of[:1]
            if "not_run" in one
        )
        return next(said, None)


def command(
    *,
    seconds: Annotated[float, typer.Option(min=0.5, max=60, help="of each measurement")] = 4,
    rounds: Annotated[int, typer.Option(min=1, max=20)] = 3,
    clients: Annotated[str, typer.Option(help="comma separated")] = "1,32,128",
    to: Annotated[Path | None, typer.Option("--json", help="write the figures here")] = None,
) -> None:
    """Measure the engine and its contenders; starts a PostgreSQL unless DATABASE_URL names one."""
    counts = [int(one) for one in clients.split(",")]
    found = asyncio.run(appended(counts, seconds, rounds))
    console = Console(highlight=False)
    console.print(table(found, counts, rounds))
    console.print(words("bench-machine", **machine()), markup=False)
    if to:
        report = {"machine": machine(), "append": told(found)}
        to.write_text(json.dumps(report, indent=1) + "\n", encoding="utf-8")


async def appended(counts: Sequence[int], seconds: float, rounds: int) -> Rounds:
    """Append measurements: in every round each contender in turn, each in a fresh database."""
    found = Rounds()
    with Progress(transient=True) as progress:
        task = progress.add_task(words("bench-engine-running"), total=rounds * len(counts) * len(CONTENDERS))
        async with ground() as place:
            for _ in range(rounds):
                for count in counts:
                    for name in CONTENDERS:
                        found.add(name, count, await one_append(place, name, count, seconds))
                        progress.advance(task)
    return found


async def one_append(place: Ground, name: str, clients: int, seconds: float) -> Figures:
    """One contender, once."""
    async with place.fresh() as made:
        argv = ours("contenders", name, made.app_url, made.master_key_file, clients, seconds)
        return await asyncio.to_thread(measure, argv)


def table(found: Rounds, counts: Iterable[int], rounds: int) -> Table:
    """Who did how much, and how often ours fits into theirs, beside what was asked."""
    made = Table(box=None, title=words("bench-engine-title", what="append", rounds=rounds))
    for column in ("clients", "", "events/s", "p50 ms", "p99 ms", "client CPU µs", "jejak ×", "asked ×"):
        made.add_column(column, justify="left" if column == "" else "right")
    for count in counts:
        for name in dict.fromkeys(who for who, _ in found.seen):
            made.add_row(str(count), name, *row(found, name, count))
    return made


def row(found: Rounds, name: str, count: int) -> list[str]:
    """One line of the table, without its two names."""
    if reason := found.why_not(name):
        return [words("bench-not-run", reason=reason)]
    figures = [found.middle(name, count, what) for what in ("rate", "p50", "p99", "cpu")]
    times = None if name == JEJAK else found.ratio(JEJAK, name, count)
    shown = ["" if one is None else f"{one:,.1f}" for one in figures]
    asked = TARGETS.get(name, {}).get(count)
    return [*shown, "" if times is None else f"{times:.2f}", "" if asked is None else f"{asked:g}"]


def told(found: Rounds) -> list[Figures]:
    """All that was seen, for a file."""
    return [
        {"contender": name, "clients": count, "jejak_times": found.ratio(JEJAK, name, count), "runs": runs}
        for (name, count), runs in found.seen.items()
    ]
