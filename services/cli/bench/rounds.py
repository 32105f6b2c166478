"""What interleaved rounds found: medians, ratios within a round, and the table of them."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from statistics import median
from typing import Any

from rich.table import Table

from services.cli.language import words

JEJAK = "jejak"
COLUMNS = ("rate", "p50", "p99", "cpu")
HEADINGS = ("", "", "events/s", "p50 ms", "p99 ms", "client CPU µs", "jejak ×", "asked")
NAMES = 2  # of the headings
Figures = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Trial:
    """One kind of work that contenders do in turn, each time alone on fresh ground.

    `asked` names them in order, each with what the issue asks: of us a rate, of others how many times
    theirs ours must be, or None.
    """

    name: str
    asked: Mapping[str, float | None]
    run: Callable[[str], Awaitable[Figures]]


@dataclass
class Rounds:
    """Every single measurement, by trial and contender, in the order of the rounds."""

    seen: dict[tuple[str, str], list[Figures]] = field(default_factory=dict)

    def add(self, trial: str, name: str, figures: Figures) -> None:
        self.seen.setdefault((trial, name), []).append(figures)

    def middle(self, trial: str, name: str, what: str) -> float | None:
        """The median of one figure, None where it was not run."""
        found = [one[what] for one in self.seen.get((trial, name), []) if what in one]
        return median(found) if found else None

    def ratio(self, trial: str, other: str) -> float | None:
        """The median of the rounds' own ratios, ours over theirs: what slows a round slows both."""
        pairs = zip(self.seen.get((trial, JEJAK), []), self.seen.get((trial, other), []), strict=False)
        found = [
            mine["rate"] / theirs["rate"] for mine, theirs in pairs if mine.get("rate") and theirs.get("rate")
        ]
        return round(median(found), 2) if found else None

    def why_not(self, trial: str, name: str) -> str | None:
        """The reason for which a contender was never run."""
        runs = self.seen.get((trial, name), [])
        reasons = [str(one["not_run"]) for one in runs if "not_run" in one]
        return reasons[0] if reasons and len(reasons) == len(runs) else None


def table(found: Rounds, trials: Sequence[Trial], rounds: int) -> Table:
    """Who did how much, and how often theirs fits into ours, beside what was asked."""
    made = Table(box=None, title=words("bench-engine-title", rounds=rounds))
    for at, column in enumerate(HEADINGS):
        made.add_column(column, justify="left" if at < NAMES else "right", no_wrap=at < NAMES)
    for trial in trials:
        for at, name in enumerate(trial.asked):
            made.add_row("" if at else trial.name, name, *row(found, trial, name))
    return made


def row(found: Rounds, trial: Trial, name: str) -> list[str]:
    """One line of the table, without its two names."""
    if reason := found.why_not(trial.name, name):
        return [words("bench-not-run", reason=reason)]
    figures = [found.middle(trial.name, name, what) for what in COLUMNS]
    times = None if name == JEJAK else found.ratio(trial.name, name)
    shown = ["" if one is None else f"{one:,.1f}" for one in figures]
    return [*shown, "" if times is None else f"{times:.2f}", aim(trial, name)]


def aim(trial: Trial, name: str) -> str:
    """What is asked of us beside a contender's name."""
    asked = trial.asked[name]
    if asked is None:
        return ""
    return f"{asked:,.0f}/s" if name == JEJAK else f"{asked:g}×"


def told(found: Rounds, trials: Sequence[Trial]) -> list[Figures]:
    """All that was seen, for a file."""
    return [
        {
            "trial": trial.name,
            "contender": name,
            "asked": trial.asked[name],
            "jejak_times": None if name == JEJAK else found.ratio(trial.name, name),
            "runs": found.seen.get((trial.name, name), []),
        }
        for trial in trials
        for name in trial.asked
    ]
