"""`jejak bench flow`: from an accepted command to its effect readable in the next service, open loop."""

import asyncio
import time
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Annotated, Any
from uuid import UUID

import typer
from rich.table import Table

from services.assessment.evaluation.decider import evaluation_stream
from services.cli.bench.figures import Spread, show
from services.cli.cast import ASSESSMENT, Indicator, Person, Plan
from services.cli.client import Refused
from services.cli.language import words
from services.cli.stage import Stage, drafted, running_stage, until

YEAR = 2025
UNIT = "Subbagian Umum dan Kepegawaian"
CONTENT = {"Berkas dimutakhirkan": [Indicator(title="Berkas", aspect="quantity", target="12", unit="berkas")]}
TARGETS = {"p50": 50.0, "p99": 250.0}  # milliseconds
AT_ONCE = 4
DRAIN, LOOK_EVERY = 30.0, 0.01  # seconds; looking costs the system too


@dataclass
class Flow:
    """What was sent and when; the effect of each is waited for by one reader: reading costs little."""

    auditor: Person
    answered: list[float] = field(default_factory=list)
    flowed: list[float] = field(default_factory=list)
    pending: dict[UUID, float] = field(default_factory=dict)
    sent_all: bool = False

    async def submit(self, who: Person, plan: Plan) -> None:
        """One command; its clock for the effect starts with the answer."""
        began = time.monotonic()
        await who.submits(plan)
        accepted = time.monotonic()
        self.answered.append(accepted - began)
        self.pending[evaluation_stream(who.employee_id, YEAR).stream_id] = accepted

    async def read(self) -> None:
        """Ask for the one that is awaited longest until all were seen; others come no earlier than it."""
        deadline = time.monotonic() + DRAIN + 600
        while (self.pending or not self.sent_all) and time.monotonic() < deadline:
            evaluation_id, since = next(iter(self.pending.items()), (None, 0.0))
            if evaluation_id is None or not await self.is_readable(evaluation_id):
                await asyncio.sleep(LOOK_EVERY)
                continue
            self.flowed.append(time.monotonic() - since)
            del self.pending[evaluation_id]

    async def is_readable(self, evaluation_id: UUID) -> bool:
        """Whether the next service answers with it."""
        try:
            await self.auditor.caller.read(f"{ASSESSMENT}/evaluations/{evaluation_id}")
        except Refused as refused:
            if refused.status != 404:  # noqa: PLR2004
                raise
            return False
        return True


def command(
    *,
    seconds: Annotated[int, typer.Option(min=1, max=600)] = 10,
    rate: Annotated[int, typer.Option(min=1, max=1000, help="per second")] = 50,
    to: Annotated[Path | None, typer.Option("--json", help="write the figures here")] = None,
) -> None:
    """Measure the running system; every command is a plan submitted, its effect the coming evaluation."""
    found = asyncio.run(measured(seconds * rate, rate))
    show(table(found), found=found, to=to)


async def measured(count: int, rate: int) -> dict[str, Any]:
    """The figures of `count` commands at `rate` a second."""
    async with running_stage() as stage:
        flow, drafts = await prepared(stage, count)
        reading = asyncio.create_task(flow.read())
        began = time.monotonic()
        sending = []
        for number, (who, plan) in enumerate(drafts):
            await asyncio.sleep(began + number / rate - time.monotonic())
            sending.append(asyncio.create_task(flow.submit(who, plan)))
        lasted = time.monotonic() - began
        await asyncio.gather(*sending)
        flow.sent_all = True
        await reading
    return {
        "commands": count,
        "rate": round(count / lasted, 1),
        "answered": asdict(Spread.of(flow.answered)),
        "flowed": asdict(Spread.of(flow.flowed)),
        "targets": TARGETS,
    }


async def prepared(stage: Stage, count: int) -> tuple[Flow, list[tuple[Person, Plan]]]:
    """Everybody with a plan that is ready to be submitted; nobody's token is fetched while measuring."""
    head = stage.person("Kepala Uji", "Kepala Subbagian", UNIT)
    hr = stage.person("Kepegawaian Uji", "Analis SDM Aparatur", UNIT, roles=("employee", "hr"))
    auditor = stage.person("Pemeriksa Uji", "Auditor", "Inspektorat", roles=("auditor",))
    staff = [stage.person(f"Pegawai Uji {n}", "Pengolah Data", UNIT, appraiser=head) for n in range(count)]
    stage.sign_in(stage.people)
    await hr.imports([head, hr, *staff])
    limit = asyncio.Semaphore(AT_ONCE)

    async def ready(who: Person) -> tuple[Person, Plan]:
        async with limit:
            return who, await drafted(who, YEAR, CONTENT)

    drafts = await asyncio.gather(*(ready(who) for who in staff))
    flow = Flow(auditor)
    await until(lambda: known(auditor))
    await until(stage.has_settled)
    return flow, drafts


async def known(auditor: Person) -> bool:
    """Whether assessment answers this reader at all."""
    await auditor.caller.read(f"{ASSESSMENT}/evaluations", limit=1)
    return True


def table(found: Mapping[str, Any]) -> Table:
    """The figures in milliseconds, beside the targets."""
    made = Table(box=None, title=words("bench-title", commands=found["commands"], rate=found["rate"]))
    for column in ("ms", "p50", "p90", "p99", "max"):
        made.add_column(column, justify="left" if column == "ms" else "right")
    for name in ("answered", "flowed"):
        made.add_row(words(f"bench-{name}"), *(f"{value:.1f}" for value in found[name].values()))
    made.add_row(words("bench-target"), f"{TARGETS['p50']:.0f}", "", f"{TARGETS['p99']:.0f}", "")
    return made
