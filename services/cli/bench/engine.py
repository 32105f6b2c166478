"""`jejak bench engine`: the event engine beside others on one PostgreSQL and Kafka, in interleaved rounds."""

import asyncio
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from services.cli.bench.figures import show
from services.cli.bench.ground import ground
from services.cli.bench.peers import Peers
from services.cli.bench.rounds import Rounds, Trial, table, told
from services.cli.bench.trials import KINDS, Plan, planned
from services.cli.language import Told, words

EXAMPLES = """
Examples:

  jejak bench engine

  jejak bench engine --only append --clients 32,128 --rounds 5

  jejak bench engine --peers tests/bench --json engine.json   (after: make bench-peers)

  jejak bench engine --only backlog,projection --events 300000
"""


def command(
    *,
    only: Annotated[str, typer.Option(help="comma separated, of " + ", ".join(KINDS))] = ",".join(KINDS),
    seconds: Annotated[float, typer.Option(min=0.5, max=60, help="of each measurement in time")] = 4,
    rounds: Annotated[int, typer.Option(min=1, max=20)] = 3,
    clients: Annotated[str, typer.Option(help="comma separated, of append")] = "1,32,128",
    events: Annotated[int, typer.Option(min=1000, max=5_000_000, help="of a backlog")] = 100_000,
    rate: Annotated[int, typer.Option(min=1, max=100_000, help="events a second into the chain")] = 8000,
    peers: Annotated[Path | None, typer.Option(help="the folder of other libraries' contenders")] = None,
    to: Annotated[Path | None, typer.Option("--json", help="write the figures here")] = None,
) -> None:
    """Measure the engine and its contenders; starts servers unless the environment names them."""
    plan = Plan(seconds, events, rate, [int(one) for one in clients.split(",")], Peers.of(peers))
    kinds = only.split(",")
    if unknown := set(kinds) - set(KINDS):
        raise Told(words("bench-unknown", names=", ".join(sorted(unknown)), known=", ".join(KINDS)))
    trials, found = asyncio.run(measured(kinds, plan, rounds))
    show(table(found, trials, rounds), found={"trials": told(found, trials)}, to=to)


async def measured(kinds: Sequence[str], plan: Plan, rounds: int) -> tuple[list[Trial], Rounds]:
    """In every round each contender of each trial in turn, each on fresh ground."""
    found = Rounds()
    columns = TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn()
    with Progress(*columns, transient=True) as progress:
        task = progress.add_task(words("bench-engine-preparing"), total=None)
        async with ground() as place, planned(kinds, plan, place) as trials:
            progress.update(task, total=rounds * sum(len(trial.asked) for trial in trials))
            for _ in range(rounds):
                for trial in trials:
                    for name in trial.asked:
                        progress.update(task, description=f"{trial.name}: {name}")
                        found.add(trial.name, name, await trial.run(name))
                        progress.advance(task)
    return trials, found
