"""Appends and hot queries on a log of some size, in a process of its own; plans that scan are refused."""

import random
import time
from collections import defaultdict
from collections.abc import Awaitable, Callable
from statistics import median
from typing import Any
from uuid import uuid4

import orjson
import psutil

from services.cli.bench.filling import BLOCK
from services.cli.bench.job import Job, run
from services.cli.bench.load import RESULTS, SERVICE, STREAMS, Client, Turn, closed_loop, stream_of, subject
from shared.collector import spare_the_collector
from shared.sealed_log.sequencer import FRESH, HERE, Snapshot
from shared.store.append import Connection, prepare, values_of
from shared.store.statements import AFTER, APPEND, FIND, READ, READ_MANY, REMEMBERED
from shared.store.store import LAST, Store, open_store
from shared.store.unit import Appended

CLIENTS = 32
PASSES, TIMES = 10, 30  # so that no query has a bad moment of the machine for itself
PAGE, RECENT = 100, 10_000  # events: what is read at a time, and how far behind the log's end readers are
SLOW = {"Seq Scan", "Hash Join", "Merge Join"}
UNSORTED = {"read a stream", "read the log"}
VERSIONS = """
SELECT stream_id, (SELECT max(stream_version) FROM event.events e
    WHERE e.plan_year = $2 AND e.stream_id = asked.stream_id) AS version
FROM unnest($1::uuid[]) AS asked(stream_id)
"""
Query = tuple[str, Callable[[], tuple[Any, ...]]]


async def queries(store: Store, job: Job, dice: random.Random) -> dict[str, Query]:
    """Each hot query with a source of values: records all over the log, and readers near its end."""
    people = job.events // BLOCK * STREAMS
    (here,) = await store.pool.fetch(HERE)
    now = Snapshot.parse(here["now"])
    look = (now.xmax, now.xip, 2000)

    def stream() -> tuple[Any, ...]:
        one = stream_of(dice.randrange(people))
        return one.plan_year, one.stream_id, LAST

    def streams() -> tuple[Any, ...]:
        chosen = [stream_of(dice.randrange(people)) for _ in range(20)]
        return [one.plan_year for one in chosen], [one.stream_id for one in chosen], [0] * len(chosen)

    return {
        "read a stream": (READ, stream),
        "read 20 streams": (READ_MANY, streams),
        "find a record": (FIND, lambda: ([stream()[1]],)),
        "read the log": (AFTER, lambda: (job.events - PAGE - dice.randrange(RECENT), PAGE)),
        "a repeated command": (REMEMBERED, lambda: ([uuid4()],)),
        "sequencer's look in vain": (FRESH, lambda: look),
    }


async def check(connection: Connection, name: str, query: str, values: tuple[Any, ...]) -> None:
    """Raises ValueError where the plan scans or hashes a table, or sorts what an index has in order."""
    nodes = set[str]()

    def walk(node: dict[str, Any]) -> None:
        nodes.add(node["Node Type"])
        for child in node.get("Plans", []):
            walk(child)

    walk(orjson.loads(await connection.fetchval(f"EXPLAIN (FORMAT JSON) {query}", *values))[0]["Plan"])
    if wrong := nodes & (SLOW | ({"Sort"} if name in UNSORTED else set())):
        raise ValueError(f"{name}: {', '.join(sorted(wrong))}")


async def clocked(ask: Callable[[], Awaitable[Any]]) -> list[float]:
    """Milliseconds of each of many."""
    taken = []
    for _ in range(TIMES):
        since = time.perf_counter()
        await ask()
        taken.append((time.perf_counter() - since) * 1000)
    return taken


async def looked(store: Store, job: Job) -> dict[str, float]:
    """The median of every hot query."""
    dice, taken = random.Random(job.events), defaultdict[str, list[float]](list)  # noqa: S311 - a workload, no secret
    async with store.pool.acquire() as connection:
        # Whoever stands near the end reads what was written a moment ago.
        await connection.fetch(AFTER, job.events - PAGE - RECENT, PAGE + RECENT)
        asked = await queries(store, job, dice)
        for name, (query, values) in asked.items():
            await check(connection, name, query, values())
        statements = {name: await connection.prepare(query) for name, (query, _) in asked.items()}
        for _ in range(PASSES):
            for name, statement in statements.items():
                values = asked[name][1]
                taken[name] += await clocked(lambda s=statement, v=values: s.fetch(*v()))  # type: ignore[misc]
    return {f"{name}, p50 ms": round(median(times), 4) for name, times in taken.items()}


class Old(Client):
    """A client whose streams are any of the log's, each at the version that it has reached."""

    def __init__(self, number: int, clients: int, mine: list[tuple[int, int]]) -> None:
        super().__init__(number, clients)
        self.subjects = [number for number, _ in mine]
        self.streams = [stream_of(number) for number, _ in mine]
        self.versions = [version for _, version in mine]


async def appended(store: Store, job: Job) -> dict[str, float]:
    """The closed loop on streams all over the log."""
    people = job.events // BLOCK * STREAMS
    chosen = random.sample(range(people), STREAMS)
    await store.keyring.make(map(subject, chosen))
    by_id = {stream_of(number).stream_id: number for number in chosen}
    rows = await store.pool.fetch(VERSIONS, list(by_id), stream_of(0).plan_year)
    at = [(by_id[row["stream_id"]], row["version"]) for row in rows]
    clients = [Old(number, CLIENTS, at[number::CLIENTS]) for number in range(CLIENTS)]
    unit = Turn(chosen[0], stream_of(chosen[0]), 0, 0).unit()
    async with store.pool.acquire() as connection:
        one = prepare(unit, store.codec, agency=store.agency, service=store.service)
        await check(connection, "append", APPEND, values_of([one]))

    async def append(turn: Turn) -> None:
        (answer,) = await store.append([turn.unit()])
        if not isinstance(answer, Appended):
            raise TypeError(answer)

    found = await closed_loop(clients, job.seconds, append)
    return {"append p50 ms": found["p50"], "append p99 ms": found["p99"], "append /s": found["rate"]}


async def main(job: Job) -> dict[str, float]:
    """All figures of one log at its size."""
    async with open_store(job.place.settings(), SERVICE, [RESULTS.catalogue]) as store:
        spare_the_collector()
        found = await appended(store, job) | await looked(store, job)
    return found | {"memory of the process MB": round(psutil.Process().memory_info().rss / 1e6, 1)}


if __name__ == "__main__":
    run(main)
