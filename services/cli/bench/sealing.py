"""`jejak bench log`: what sealing adds to sequencing, how fast a log is verified, how long a proof takes."""

import os
import random
import time
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Annotated

import asyncpg
import typer
import uvloop
from rich.table import Table

from services.cli.bench.contenders import Place
from services.cli.bench.figures import show
from services.cli.bench.ground import Ground, ground
from services.cli.bench.load import (
    AGENCY,
    RESULTS,
    SERVICE,
    Turn,
    brief,
    processor_seconds,
    stream_of,
    subject,
)
from services.cli.language import words
from shared.embedded.provision import Provisioned
from shared.sealed_log.audit.run import Audit
from shared.sealed_log.checkpoint import origin
from shared.sealed_log.sealer import Sealer, signing_key
from shared.sealed_log.sequencer import Sequencer
from shared.sealed_log.stored import inclusion_proofs
from shared.store.append import append_all, prepare
from shared.store.store import Store, open_store

LOG = origin(AGENCY, SERVICE)
BATCH = 1000
PROOFS = 50
# Places whose events nobody asks for: a proof needs leaves and nodes alone.
GROW = """
INSERT INTO event.log (log_index, plan_year, stream_id, stream_version, event_id, leaf_hash, epoch)
SELECT at, 0, gen_random_uuid(), 1, gen_random_uuid(), sha256(int8send(at)), 1
FROM generate_series($1::bigint, $2::bigint) at
"""


@dataclass(frozen=True, slots=True)
class Seen:
    """One measurement, and what was asked for."""

    what: str
    value: str
    target: str = ""


def command(
    *,
    events: Annotated[int, typer.Option(min=2000, help="to sequence, seal and verify")] = 100_000,
    proof_at: Annotated[int, typer.Option(min=2000, help="events in the log a proof comes from")] = 1_000_000,
    to: Annotated[Path | None, typer.Option("--json", help="write the figures here")] = None,
) -> None:
    """Measure the sealed log on a PostgreSQL of its own, or that of DATABASE_URL."""
    seen = uvloop.run(measured(events, proof_at))
    made = Table(box=None, title=words("bench-log-title", events=f"{events:,}"))
    for column in ("", words("bench-answered"), words("bench-target")):
        made.add_column(column)
    for one in seen:
        made.add_row(one.what, one.value, one.target)
    show(made, found={"seen": [asdict(one) for one in seen]}, to=to)


async def measured(events: int, proof_at: int) -> list[Seen]:
    """All figures, in a fresh database."""
    async with ground() as place, place.fresh() as made:
        settings = Place(made.app_url, made.master_key_file, 1).settings()
        async with open_store(settings, SERVICE, [RESULTS.catalogue]) as store:
            await filled(store, events)
        connection = await asyncpg.connect(made.app_url)
        try:
            return [
                *await sealing(connection, made, events),
                *await verifying(place, made, events),
                *await proving(connection, made, max(proof_at, events)),
            ]
        finally:
            await connection.close()


async def filled(store: Store, events: int) -> None:
    """So many events, of streams of ten."""
    for start in range(0, events, BATCH):
        numbers = range(start // 10, (start + BATCH) // 10)
        await store.keyring.make(subject(number) for number in numbers)
        async with store.pool.acquire() as connection:
            for version in range(10):
                turns = [Turn(number, stream_of(number), version, number) for number in numbers]
                units = [
                    prepare(turn.unit(brief), store.codec, agency=AGENCY, service=SERVICE) for turn in turns
                ]
                await append_all(connection, units)


async def sealing(connection: asyncpg.Connection, made: Provisioned, events: int) -> list[Seen]:
    """Sequence everything, then seal everything: each by itself, so that neither hides the other."""
    began = time.perf_counter()
    sequencer = await Sequencer.start(connection)
    while await sequencer.tick():
        pass
    sequenced = time.perf_counter() - began
    began = time.perf_counter()
    await (await Sealer.start(connection, signing_key(made.signing_key_file, LOG))).seal()
    sealed = time.perf_counter() - began
    return [
        Seen("sequence", f"{events / sequenced:,.0f}/s"),
        Seen("seal", f"{events / sealed:,.0f}/s"),
        Seen("seal / sequence", f"{sealed / sequenced:.1%}", "10 %"),
    ]


async def verifying(place: Ground, made: Provisioned, events: int) -> list[Seen]:
    """By one reader, and by as many as there are cores; what we use ourselves is told beside the rate."""
    await place.tidied(made)
    seen = []
    for jobs in dict.fromkeys((1, os.cpu_count() or 1)):
        audit = Audit(url=made.app_url, origin=LOG, jobs=jobs)
        began, used = time.perf_counter(), processor_seconds()
        report = await audit.whole(None, lambda _events: None)
        taken, used = time.perf_counter() - began, processor_seconds() - used
        clean = "" if not report.findings else " !"
        value = f"{events / taken:,.0f}/s{clean}, {used / events * 1e6:.1f} µs"
        seen.append(Seen(f"verify by {jobs}", value, "150,000/s a core"))
    return seen


async def proving(connection: asyncpg.Connection, made: Provisioned, size: int) -> list[Seen]:
    """Inclusion proofs of single events anywhere in a log of `size`."""
    sealer = await Sealer.start(connection, signing_key(made.signing_key_file, LOG))
    there = await connection.fetchval("SELECT count(*) FROM event.log")
    for start in range(there, size, 500_000):
        await connection.execute(GROW, start, min(start + 500_000, size) - 1, timeout=600)
    await sealer.seal()
    dice = random.Random(size)  # noqa: S311 - a workload, no secret
    taken = []
    for _ in range(PROOFS):
        began = time.perf_counter()
        await inclusion_proofs(connection, [dice.randrange(size)], size)
        taken.append(time.perf_counter() - began)
    taken.sort()
    middle, worst = (f"{one * 1000:.1f}" for one in (taken[PROOFS // 2], taken[-1]))
    return [Seen(f"proof at {size:,} events", f"p50 {middle} ms, max {worst} ms", "50 ms")]
