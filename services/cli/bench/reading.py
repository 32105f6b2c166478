"""A read table kept from the log: by our projections, and by hand one event at a time."""

import time
from collections.abc import Awaitable, Callable, Sequence

import asyncpg
import orjson
from sqlalchemy import BigInteger, Column, Integer, MetaData, Table, Uuid

from services.cli.bench.job import Job, clocked, run
from services.cli.bench.load import RESULTS, SERVICE
from shared.projection.projection import Change, Projection
from shared.projection.runner import Runner
from shared.store.statements import AFTER
from shared.store.store import open_store
from shared.store.unit import Recorded

STANDING = Table(
    "standing",
    MetaData(),
    Column("stream_id", Uuid, primary_key=True),
    Column("subject_id", Uuid),
    Column("version", Integer),
    Column("quantity", Integer),
    Column("sequence", BigInteger),
    schema="read",
)
TABLES = (STANDING,)
PER_EVENT_TABLES = (
    """CREATE TABLE public.standing (
        stream_id uuid PRIMARY KEY, subject_id uuid, version integer, quantity integer, sequence bigint)""",
    "CREATE TABLE public.bookmark (log_index bigint NOT NULL)",
    "INSERT INTO public.bookmark VALUES (-1)",
)
UPSERT = """
INSERT INTO public.standing VALUES ($1, $2, $3, $4, $5) ON CONFLICT (stream_id) DO UPDATE
SET version = excluded.version, quantity = excluded.quantity, sequence = excluded.sequence
"""
MOVE = "UPDATE public.bookmark SET log_index = $1"
BATCH = 1000


def fold(rows: Sequence[Recorded]) -> list[Change]:
    """How each record stands after its newest event."""
    return [
        Change(
            STANDING,
            {"stream_id": row.stream.stream_id},
            {
                "subject_id": row.subject_id,
                "version": row.stream_version,
                "quantity": row.event.quantity,
                "sequence": row.event.sequence,
            },
        )
        for row in rows
    ]


async def jejak(job: Job) -> int:
    """Our runner from the beginning of the log to its end; how many events that were."""
    failures: list[Exception] = []
    async with open_store(job.place.settings(), SERVICE, [RESULTS.catalogue]) as store:
        reader = Projection("standing", 1, TABLES, fold)
        runner = Runner(store, [reader], lambda _, error: failures.append(error) if error else None)
        taken = 0
        while taken < job.events and not failures:
            taken += await runner.step()
        if failures:
            raise failures[0]
        return taken


async def per_event(job: Job) -> int:
    """By hand, for so long: one upsert and one bookmark in a transaction per event."""
    until, taken = time.perf_counter() + job.seconds, 0
    connection = await asyncpg.connect(job.url)
    while taken < job.events and time.perf_counter() < until:
        for row in await connection.fetch(AFTER, taken - 1, BATCH):
            data = orjson.loads(row["data"])
            key = (row["stream_id"], row["subject_id"], row["stream_version"])
            async with connection.transaction():
                await connection.execute(UPSERT, *key, data["quantity"], data["sequence"])
                await connection.execute(MOVE, row["log_index"])
            taken += 1
            if time.perf_counter() > until:
                break
    await connection.close()
    return taken


CONTENDERS: dict[str, Callable[[Job], Awaitable[int]]] = {"upsert per event": per_event, "jejak": jejak}


async def main(job: Job) -> dict[str, float]:
    """One contender's figures."""
    return await clocked(CONTENDERS[job.name](job))


if __name__ == "__main__":
    run(main)
