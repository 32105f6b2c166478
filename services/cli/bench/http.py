"""`jejak bench http`: one more planned result on somebody's draft, by as many people as there are drafts."""

import asyncio
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from itertools import cycle, islice
from pathlib import Path
from statistics import median
from typing import Annotated, Any
from uuid import UUID, uuid4

import typer
import uvloop
from rich.table import Table

from services.cli.bench.beside import beside
from services.cli.bench.figures import Spread, memory_of, show
from services.cli.bench.pressure import Pressure, bearer, closed_loop, open_loop, request
from services.cli.cast import PLANNING
from services.cli.language import Told, words
from services.cli.stage import Stage, running_stage, until
from services.planning.plan.decider import plan_stream

YEAR = 2026
UNIT = "Subbagian Umum dan Kepegawaian"
BODY = json.dumps(
    {"title": "Berkas kepegawaian dimutakhirkan setiap bulan", "kind": "main"}, separators=(",", ":")
).encode()
TOKENS_AT_ONCE = 16
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


@dataclass(frozen=True, slots=True)
class Draft:
    """Somebody's plan, and the token they hold."""

    plan_id: UUID
    token: str


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
        drafts = await drafted(stage, url, people, load.connections)
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


async def drafted(stage: Stage, url: str, count: int, connections: int) -> list[Draft]:
    """Imported people, each with a token and an empty plan. Raises Told where drafting fails."""
    head = stage.person("Kepala Uji", "Kepala Subbagian", UNIT)
    hr = stage.person("Kepegawaian Uji", "Analis SDM Aparatur", UNIT, roles=("employee", "hr"))
    staff = [stage.person(f"Pegawai Uji {n}", "Pengolah Data", UNIT, appraiser=head) for n in range(count)]
    stage.sign_in(stage.people)
    await hr.imports([head, hr, *staff])
    limit = asyncio.Semaphore(TOKENS_AT_ONCE)

    async def draft(employee_id: UUID) -> Draft:
        async with limit:
            return Draft(plan_stream(employee_id, YEAR).stream_id, await stage.token(employee_id))

    drafts = await asyncio.gather(*(draft(one.employee_id) for one in staff))
    begin = [ask(one, "/plans", f'{{"year":{YEAR}}}'.encode()) for one in drafts]

    async def begun() -> bool:
        """Whether all were accepted: the same keys again, as planning's list of people is a moment behind."""
        return not (await closed_loop([url], iter(begin), connections)).refused

    await until(begun)
    return list(drafts)


def asking(drafts: Sequence[Draft]) -> Iterator[bytes]:
    """One more planned result on each draft in turn, for ever."""
    for one in cycle(drafts):
        yield ask(one, f"/plans/{one.plan_id}/results", BODY)


def ask(draft: Draft, path: str, body: bytes) -> bytes:
    """A command of its own."""
    return request("POST", PLANNING + path, body, **bearer(draft.token, Idempotency_Key=str(uuid4())))


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
