"""Tortures the pair for a while and lets the checker judge: `python -m tests.torture.run --seed 7`."""

import asyncio
import logging
import secrets
import shutil
import sys
import tempfile
from collections import Counter
from collections.abc import Awaitable
from contextlib import AsyncExitStack
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Annotated

import asyncpg
import typer
from rich.console import Console
from rich.table import Table

from shared.messaging.log_feed import LogFeed
from shared.messaging.published import published
from shared.sealed_log.audit.run import Audit, Report
from shared.sealed_log.checkpoint import origin
from shared.store.store import Store, open_store
from tests.eventually import eventually
from tests.infrastructure import settings_of
from tests.shared.toy import LEDGER
from tests.torture import checker, collect
from tests.torture.faults import Fault, Tormentor, plan
from tests.torture.pair import CountedV1
from tests.torture.rig import AGENCY, Rig, running_rig
from tests.torture.seen import Database, Message, Request
from tests.torture.writers import Field, Writer

WRITERS = 18
SETTLED_WITHIN = 120.0
ANSWERED_WITHIN = 60.0

# What the servers' own logs say came of the faults.
TRACES = {
    "leaders whose lease ran out": ("postgres", "terminating connection due to idle-session timeout"),
    "recoveries of PostgreSQL": ("postgres", "database system was not properly shut down"),
    "writes Kafka had no room for": ("kafka", "java.io.IOException: File too large"),
}
# What is written, sequenced, published and projected; then what of it had its effect.
BEHIND = """
SELECT (SELECT count(*) FROM event.events) - (SELECT count(*) FROM event.log) AS unsequenced,
       (SELECT count(*) FROM event.log)
           - coalesce((SELECT max(tree_size) FROM event.checkpoints), 0) AS unsealed,
       (SELECT count(*) FROM event.log) - 1
           - coalesce((SELECT min(log_index) FROM work.bookmarks), -1) AS unread,
       (SELECT count(*) FROM event.log) AS logged
"""


@dataclass
class Outcome:
    """What a run showed."""

    seed: str
    faults: list[Fault]
    requests: list[Request]
    sender: Database
    receiver: Database
    messages: list[Message]
    heard: Counter[str] = field(default_factory=Counter)
    restarts: int = 0
    missed: int = 0
    traces: dict[str, int] = field(default_factory=dict)
    audited: dict[str, Report] = field(default_factory=dict)
    violations: list[str] = field(default_factory=list)


async def torture(seed: str, faults: list[Fault], folder: Path) -> Outcome:
    """One run: writers and faults together, then everything healed, settled and judged."""
    async with running_rig(folder) as rig, AsyncExitStack() as stack:
        settings = settings_of(replace(rig.made["sender"], app_url=rig.by_wire("sender")), folder)
        store = await stack.enter_async_context(open_store(settings, "sender", [LEDGER.catalogue]))
        shared = Field()
        writers = [Writer(number, rig, shared, seed) for number in range(1, WRITERS + 1)]
        tormentor = Tormentor(rig)
        await _together(writers, store, tormentor.torment(faults))
        await rig.heal()
        await asyncio.gather(*(writer.settles(within=ANSWERED_WITHIN) for writer in writers))
        unsettled = await _settled(rig)
        outcome = await _seen(rig, writers, seed, tormentor)
        deadlocks = _said(rig, "postgres", "deadlock detected")
        outcome.audited = {name: await audited(rig, name) for name in ("sender", "receiver")}
        outcome.violations = unsettled + judged(outcome) + checker.check_deadlocks(deadlocks)
        return outcome


async def audited(rig: Rig, name: str) -> Report:
    """The sealed log of one service: every event, every root signed before and after whatever broke.

    It is the product's own audit, beside the checker, which shares nothing with what it judges.
    """
    topic = await published(LogFeed(rig.bootstrap, name), lambda _events: None)
    audit = Audit(url=rig.made[name].app_url, origin=origin(AGENCY, name))
    return await audit.whole(topic, lambda _events: None)


async def _together(writers: list[Writer], store: Store, tormenting: Awaitable[None]) -> None:
    stop = asyncio.Event()
    writing = [asyncio.create_task(writer.write(store, stop)) for writer in writers]
    try:
        await tormenting
    finally:
        stop.set()
        await asyncio.gather(*writing)


async def _settled(rig: Rig) -> list[str]:
    """Wait until everything has arrived everywhere; what had not, in time."""

    async def arrived() -> bool:
        sender, receiver = [await _behind(rig, name) for name in ("sender", "receiver")]
        return bool(
            sender["logged"] == receiver["logged"]
            and not any(
                one[what] for one in (sender, receiver) for what in ("unsequenced", "unread", "unsealed")
            )
        )

    try:
        await eventually(arrived, within=SETTLED_WITHIN, every=0.3)
    except AssertionError:
        left = {name: dict(await _behind(rig, name)) for name in ("sender", "receiver")}
        return [f"nothing is broken, and yet after {SETTLED_WITHIN:.0f} s not all has arrived: {left}"]
    return []


async def _behind(rig: Rig, name: str) -> asyncpg.Record:
    connection = await asyncpg.connect(rig.made[name].app_url)
    try:
        [row] = await connection.fetch(BEHIND)
        return row
    finally:
        await connection.close()


async def _seen(rig: Rig, writers: list[Writer], seed: str, tormentor: Tormentor) -> Outcome:
    return Outcome(
        seed,
        tormentor.done,
        collect.journals(sorted(rig.folder.glob("journal-*.jsonl"))),
        await collect.database(rig.made["sender"].app_url),
        await collect.database(rig.made["receiver"].app_url),
        await collect.topic(rig.bootstrap, CountedV1.topic),
        sum((writer.journal.heard for writer in writers), Counter()),
        sum(part.starts - 1 for part in rig.parts.values()),
        len(tormentor.missed),
        {"messages sent again": rig.repeated} | {what: _said(rig, *found) for what, found in TRACES.items()},
    )


def judged(outcome: Outcome) -> list[str]:
    """Every sentence that the checker has to say."""
    sender, receiver = outcome.sender, outcome.receiver
    return [
        *checker.check_commands(outcome.requests, sender.events),
        *checker.check_database(sender),
        *checker.check_topic(sender, outcome.messages),
        *checker.check_database(receiver),
        *checker.check_effects(sender, receiver),
        *(said for name, report in outcome.audited.items() for said in sealed_wrongly(name, report)),
    ]


def sealed_wrongly(name: str, report: Report) -> list[str]:
    """What an audit found, and whether all was under a seal."""
    found = [f"the sealed log of {name}: {one.kind} at {one.index}, {one.why}" for one in report.findings]
    if report.proven != report.events:
        found.append(f"the sealed log of {name}: {report.proven} of {report.events} events are proven")
    return found


def _said(rig: Rig, server: str, words: str) -> int:
    return (rig.folder / server / "log").read_text(errors="replace").count(words)


def show(outcome: Outcome, console: Console) -> None:
    """The faults by kind, what came through them, and the violations."""
    faults = Table("fault", "times", title=f"seed {outcome.seed}: {len(outcome.faults)} faults")
    for kind, times in sorted(Counter(fault.kind for fault in outcome.faults).items()):
        faults.add_row(kind, str(times))
    came = Table("what", "how many", title="what came through")
    copies = len(outcome.messages) - len({one.event_id for one in outcome.messages})
    rows = {
        "requests": len(outcome.requests),
        **{f"answered {answer}": times for answer, times in sorted(outcome.heard.items())},
        "requests acknowledged": sum(one.acknowledged for one in outcome.requests),
        "events stored and sequenced": len(outcome.sender.log),
        "messages on the topic (copies)": f"{len(outcome.messages)} ({copies})",
        "effects at the receiver": len(outcome.receiver.events),
        **{f"events of the {name} proven": one.proven for name, one in outcome.audited.items()},
        "processes started again": outcome.restarts,
        **outcome.traces,
        "faults that met a server that was away": outcome.missed,
        "violations": len(outcome.violations),
    }
    for what, many in rows.items():
        came.add_row(what, str(many))
    console.print(faults, came)
    for said in outcome.violations[:50]:
        console.print(f"violation: {said}", markup=False)


def main(
    seed: Annotated[str, typer.Option(help="replays the same faults")] = "",
    seconds: Annotated[float, typer.Option(help="how long faults come")] = 150.0,
    faults: Annotated[str, typer.Option(help="only those with this in their name")] = "",
) -> None:
    """Torture, judge, say what was seen; exit 1 where anything was violated."""
    seed = seed or secrets.token_hex(4)
    console = Console(width=100)
    console.print(f"seed {seed} (make torture SEED={seed} replays its faults)")
    logging.disable(logging.CRITICAL)
    folder = Path(tempfile.mkdtemp(prefix="torture-"))
    planned = plan(seed, seconds, kafka_away=not faults, only=faults)
    outcome = asyncio.run(torture(seed, planned, folder))
    show(outcome, console)
    if outcome.violations:
        console.print(f"journals, databases and logs are kept in {folder}")
        sys.exit(1)
    shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    typer.run(main)
