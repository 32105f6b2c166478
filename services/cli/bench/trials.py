"""What `jejak bench engine` measures, by whom, and what the issue on the engine asks of it."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from uuid import uuid4

from services.cli.bench.chain import one_chain
from services.cli.bench.ground import Ground, measure, ours
from services.cli.bench.peers import APPENDING, RELAY, RELAYING, Peers
from services.cli.bench.rounds import JEJAK, Figures, Trial

BARE, SAME = "one bare INSERT", "same work in asyncpg"
ENCRYPTED = "jejak, one text encrypted"  # may cost at most 15 %: fits at most 1.18 times into ours
# Our rate over theirs, at 1, 32 and 128 clients.
APPEND = {SAME: {1: 1.0, 32: 3.0, 128: 4.0}, BARE: {1: 0.65, 32: 2.0, 128: 2.7}}
BACKLOG: dict[str, float | None] = {"bare producer": 0.4, JEJAK: 20_000}
PROJECTION: dict[str, float | None] = {"upsert per event": 12, JEJAK: 50_000}
INBOX: dict[str, float | None] = {"message by message": None, JEJAK: None}


@dataclass(frozen=True, slots=True)
class Plan:
    """How much is measured."""

    seconds: float
    events: int
    rate: int
    clients: Sequence[int]
    peers: Peers | None


@asynccontextmanager
async def planned(kinds: Sequence[str], plan: Plan, place: Ground) -> AsyncIterator[list[Trial]]:
    """The trials of `kinds`, with the filled databases that they are run on."""
    async with AsyncExitStack() as stack:
        trials: list[Trial] = []
        for kind in kinds:
            trials += await KINDS[kind](plan, place, stack)
        yield trials


async def _append(plan: Plan, place: Ground, stack: AsyncExitStack) -> list[Trial]:
    del stack
    return [_append_by(count, plan, place) for count in plan.clients]


def _append_by(clients: int, plan: Plan, place: Ground) -> Trial:
    peers = plan.peers

    async def run(name: str) -> Figures:
        if peers and name in APPENDING:
            return await peers.append(place, name, clients, plan.seconds)
        async with place.fresh() as made:
            argv = ours("contenders", name, made.app_url, made.master_key_file, clients, plan.seconds)
            return await asyncio.to_thread(measure, argv)

    asked = {name: APPEND[name].get(clients) for name in (BARE, SAME)} | {ENCRYPTED: None, JEJAK: None}
    if peers:
        asked |= {name: times.get(clients) for name, times in APPENDING.items()}
    return Trial(f"append, {clients} clients", asked, run)


async def _backlog(plan: Plan, place: Ground, stack: AsyncExitStack) -> list[Trial]:
    template = await stack.enter_async_context(place.filled(plan.events, placed=False))
    peers = plan.peers

    async def run(name: str) -> Figures:
        if peers and name == RELAY:
            return await peers.relay(place, plan.events, plan.seconds * 2)
        async with place.fresh(template) as made:
            job = place.job(made, name, run=a_run(), events=plan.events)
            return await asyncio.to_thread(measure, job.argv("backlog"))

    asked = BACKLOG | ({RELAY: RELAYING} if peers else {})
    return [Trial("backlog to Kafka", asked, run)]


async def _projection(plan: Plan, place: Ground, stack: AsyncExitStack) -> list[Trial]:
    template = await stack.enter_async_context(place.filled(plan.events, placed=True))

    async def run(name: str) -> Figures:
        async with place.fresh(template) as made:
            job = place.job(made, name, events=plan.events, seconds=plan.seconds)
            return await asyncio.to_thread(measure, job.argv("reading"))

    return [Trial("live projection", PROJECTION, run)]


async def _inbox(plan: Plan, place: Ground, stack: AsyncExitStack) -> list[Trial]:
    del stack

    async def run(name: str) -> Figures:
        async with place.fresh() as made:
            job = place.job(made, name, run=a_run(), events=plan.events, seconds=plan.seconds)
            return await asyncio.to_thread(measure, job.argv("receiving"))

    return [Trial("messages to effects of one consumer", INBOX, run)]


async def _chain(plan: Plan, place: Ground, stack: AsyncExitStack) -> list[Trial]:
    del stack

    async def run(name: str) -> Figures:
        del name
        return await one_chain(place, a_run(), plan.rate, plan.seconds)

    name = f"command to effect, {plan.rate:,}/s in process"
    return [Trial(name, {JEJAK: plan.rate}, run)]


def a_run() -> str:
    """Names the topics of one measurement."""
    return uuid4().hex[:12]


KINDS = {
    "append": _append,
    "backlog": _backlog,
    "projection": _projection,
    "inbox": _inbox,
    "chain": _chain,
}
