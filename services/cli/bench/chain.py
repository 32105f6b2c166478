"""From a command to its effect in another service's database, at a set rate, without HTTP.

Two processes as two services: one appends, sequences and publishes, the other consumes and stores its effect.
"""

import asyncio
import time
from collections.abc import Mapping
from statistics import quantiles
from typing import Any

from services.cli.bench.backlog import moving
from services.cli.bench.contenders import store_of
from services.cli.bench.ground import Ground, measure
from services.cli.bench.job import Job, run, until
from services.cli.bench.load import Client, processor_seconds
from services.cli.bench.reacting import NOTES, Effects
from shared.collector import spare_the_collector
from shared.messaging.consumer import Consumer
from shared.messaging.topics import ensure
from shared.store.store import Store, open_store
from shared.store.unit import Appended

CLIENTS = 64
WARM_UP = 1.0  # seconds that are not counted: a broker that has just started compiles what it runs
SETTLE = 1.0  # seconds that the receiver is given to join its group, and the sender to lead
QUIET = 5.0  # seconds without an effect after which what is missing counts as lost
Times = dict[int, float]


async def one_chain(place: Ground, name: str, rate: int, seconds: float) -> dict[str, Any]:
    """The figures of one run in two fresh databases."""
    async with place.fresh() as first, place.fresh() as second:
        jobs = [
            place.job(made, side, run=name, rate=rate, seconds=WARM_UP + seconds)
            for side, made in (("receiver", second), ("sender", first))
        ]
        await ensure(place.kafka, jobs[0].topics(both=False).made)
        sides = await asyncio.gather(*(asyncio.to_thread(measure, one.argv("chain")) for one in jobs))
    failed = [one for one in sides if "not_run" in one]
    return failed[0] if failed else figures(*sides)


def figures(receiver: Mapping[str, Any], sender: Mapping[str, Any]) -> dict[str, Any]:
    """Effects a second from the first answer to the last effect, and how long after its answer each came.

    The processor's time is that of all, from before the warm-up on.
    """
    sent, effects = dict(sender["times"]), dict(receiver["times"])
    missing = len(sent.keys() - effects.keys())
    begins = min(sent.values()) + WARM_UP
    accepted = {one: at for one, at in sent.items() if at >= begins}
    took = [effects[one] - at for one, at in accepted.items() if one in effects]
    ranks = quantiles(took, n=100)
    lasted = max(effects.values()) - min(accepted.values())
    return {
        "rate": round(len(took) / lasted, 1),
        "appended": round(len(accepted) / (max(accepted.values()) - min(accepted.values())), 1),
        "p50": round(ranks[49] * 1000, 1),
        "p99": round(ranks[98] * 1000, 1),
        "cpu": round((sender["processor"] + receiver["processor"]) / len(sent) * 1e6, 1),
        "missing": missing,
    }


async def sending(job: Job) -> Times:
    """Append at `rate` a second for so long, then go on until all is published; when each was answered."""
    accepted: Times = {}
    async with store_of(job.place, job.service) as store:
        load = asyncio.create_task(_load(store, job, accepted))

        async def done() -> bool:
            return load.done() and not await store.pool.fetchval(BEHIND)

        await until(done, beside=moving(store, job, job.topics(both=False)))
        await load
    return accepted


BEHIND = """
SELECT (SELECT count(*) FROM event.events) > (SELECT coalesce(max(log_index), -1) + 1 FROM work.bookmarks)
"""


async def _load(store: Store, job: Job, accepted: Times) -> None:
    await asyncio.sleep(SETTLE)
    spare_the_collector()
    began = time.perf_counter()

    async def run(number: int) -> None:
        client, due = Client(number, CLIENTS), began + number / job.rate
        while due < began + job.seconds:
            await asyncio.sleep(max(0.0, due - time.perf_counter()))
            at, turn = client.turn()
            (answer,) = await store.append([turn.unit()])
            if not isinstance(answer, Appended):
                raise TypeError(answer)
            accepted[turn.sequence] = time.time()
            client.versions[at] += 1
            due += CLIENTS / job.rate

    await asyncio.gather(*(run(number) for number in range(CLIENTS)))


async def receiving(job: Job) -> Times:
    """Consume until nothing more comes; when each effect was durable."""
    async with open_store(job.place.settings(), "bench", [NOTES.catalogue]) as store:
        effects = Effects(store, job.topics(both=False).events)
        spare_the_collector()
        earliest = time.perf_counter() + SETTLE + job.seconds

        async def done() -> bool:
            moves = not effects.seen or time.time() - next(reversed(effects.seen.values())) < QUIET
            return time.perf_counter() > earliest and not moves

        await until(done, beside=Consumer(effects, job.kafka, job.topics(both=False).made).run())
    return effects.seen


async def main(job: Job) -> dict[str, Any]:
    """What one of the two has seen: pairs of a sequence and a time."""
    before = processor_seconds()  # what the imports took
    times = await {"sender": sending, "receiver": receiving}[job.name](job)
    return {"times": list(times.items()), "processor": processor_seconds() - before}


if __name__ == "__main__":
    run(main)
