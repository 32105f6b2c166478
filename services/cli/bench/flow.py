"""`jejak bench flow`: from an accepted command to its effect readable in the next service, open loop."""

import asyncio
import json
import time
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Annotated, Any

import typer
import uvloop
from rich.table import Table

from services.assessment.evaluation.decider import evaluation_stream
from services.cli.bench.drafts import Draft, drafted
from services.cli.bench.figures import Spread, show
from services.cli.bench.pressure import Answer, Wires, at_rate, bearer, request
from services.cli.cast import ASSESSMENT
from services.cli.language import Told, words
from services.cli.stage import Stage, running_stage, until

YEAR = 2025
RESULT = {"title": "Berkas dimutakhirkan", "kind": "main"}
INDICATOR = {"title": "Berkas", "aspect": "quantity", "target": "12", "unit": "berkas", "direction": "higher"}
TARGETS = {"p50": 50.0, "p99": 250.0}  # milliseconds
AT_ONCE, LOOKING = 4, 2
DRAIN = 30.0  # seconds
LOOK_EVERY, OF_WAITED = 0.01, 0.2  # seconds, and a share: looking costs the system too
OK, CREATED, NOT_FOUND = 200, 201, 404


@dataclass
class Flow:
    """Sends commands and looks for the effect of each, the oldest first: effects come nearly in order."""

    planning: Wires
    assessment: Wires
    looking: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(LOOKING))
    answered: list[float] = field(default_factory=list)
    flowed: list[float] = field(default_factory=list)

    async def submit(self, due: float, draft: Draft) -> None:
        """One command; its clock for the effect starts with the answer. Raises Told where it is refused."""
        accepted = checked(await self.planning.ask(draft.ask("{plan}/submission"), due), OK)
        self.answered.append(accepted.seconds)
        since = time.perf_counter()
        async with self.looking:
            await self.see(draft, since)
        self.flowed.append(time.perf_counter() - since)

    async def see(self, draft: Draft, since: float) -> None:
        """Return when the next service shows the employee the evaluation of their plan. Raises Told.

        What takes long is looked for less often: it is told as later than it was, never as earlier.
        """
        while not await self.is_there(draft):
            waited = time.perf_counter() - since
            if waited > DRAIN:
                raise Told(words("waited-in-vain", seconds=DRAIN))
            await asyncio.sleep(max(LOOK_EVERY, waited * OF_WAITED))

    async def is_there(self, draft: Draft) -> bool:
        """Whether the next service has the evaluation. Raises Told."""
        evaluation = evaluation_stream(draft.employee_id, YEAR).stream_id
        look = request("GET", f"{ASSESSMENT}/evaluations/{evaluation}", b"", **bearer(draft.token))
        return checked(await self.assessment.ask(look), OK, NOT_FOUND).status == OK

    async def plan(self, draft: Draft) -> None:
        """What a plan must hold before it can be submitted."""
        said = await self.planning.ask(draft.ask("{plan}/results", json.dumps(RESULT).encode()))
        result = json.loads(checked(said, CREATED).body)["result_id"]
        path = "{plan}/results/{result}/indicators"
        said = await self.planning.ask(draft.ask(path, json.dumps(INDICATOR).encode(), result=result))
        checked(said, CREATED)


def checked(answer: Answer, *statuses: int) -> Answer:
    """An answer with one of `statuses`. Raises Told."""
    if answer.status not in statuses:
        raise Told(words("bench-nothing-accepted", answer=answer.body.decode()[:300]))
    return answer


def command(
    *,
    seconds: Annotated[int, typer.Option(min=1, max=600)] = 10,
    rate: Annotated[int, typer.Option(min=1, max=1000, help="per second")] = 50,
    to: Annotated[Path | None, typer.Option("--json", help="write the figures here")] = None,
) -> None:
    """Measure the running system; every command is a plan submitted, its effect the coming evaluation."""
    found = uvloop.run(measured(seconds * rate, rate))
    show(table(found), found=found, to=to)


async def measured(count: int, rate: int) -> dict[str, Any]:
    """The figures of `count` commands at `rate` a second."""
    async with running_stage() as stage:
        urls = stage.notes.urls
        drafts = await drafted(stage, urls["planning"], count, AT_ONCE, YEAR)
        with Wires([urls["planning"]]) as planning, Wires([urls["assessment"]]) as assessment:
            flow = Flow(planning, assessment)
            await prepared(stage, flow, drafts)
            lasted = await at_rate(rate, flow.submit, drafts)
    return {
        "commands": count,
        "rate": round(count / lasted, 1),
        "answered": asdict(Spread.of(flow.answered)),
        "flowed": asdict(Spread.of(flow.flowed)),
        "targets": TARGETS,
    }


async def prepared(stage: Stage, flow: Flow, drafts: Sequence[Draft]) -> None:
    """Every plan ready to be submitted, everybody known to both services, and nothing under way any more."""
    limit = asyncio.Semaphore(AT_ONCE)

    async def ready(draft: Draft) -> None:
        async with limit:
            await flow.plan(draft)
            await flow.is_there(draft)

    await asyncio.gather(*(ready(one) for one in drafts))
    await until(stage.has_settled)


def table(found: Mapping[str, Any]) -> Table:
    """The figures in milliseconds, beside the targets."""
    made = Table(box=None, title=words("bench-title", commands=found["commands"], rate=found["rate"]))
    for column in ("ms", "p50", "p90", "p99", "max"):
        made.add_column(column, justify="left" if column == "ms" else "right")
    for name in ("answered", "flowed"):
        made.add_row(words(f"bench-{name}"), *(f"{value:.1f}" for value in found[name].values()))
    made.add_row(words("bench-target"), f"{TARGETS['p50']:.0f}", "", f"{TARGETS['p99']:.0f}", "")
    return made
