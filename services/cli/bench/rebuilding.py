"""What is rebuilt in `jejak bench rebuild`: records of three shapes of an event, and the rows of their sums.

`python -m services.cli.bench.rebuilding JOB` measures one rebuild in a process of its own.
"""

import resource
import time
from collections.abc import Sequence
from dataclasses import dataclass

import asyncpg
from sqlalchemy import BigInteger, Column, Integer, MetaData, Table, Uuid

from services.cli.bench.job import Job, run
from services.cli.bench.load import ACTOR, AGENCY, CORRELATION, SERVICE, YEAR, processor_seconds
from shared.collector import spare_the_collector
from shared.decider import Decider
from shared.projection.projection import Change
from shared.projection.rebuild.run import rebuild
from shared.projection.states import States
from shared.store.event import Catalogue, Data, event
from shared.store.store import Store, open_store
from shared.store.unit import Aggregate, Recorded

KIND = "counter"
AT_ONCE = 250_000


@event("Measured", version=3)
class Measured:
    """Third shape of a measured result."""

    sequence: int
    quantity: int
    unit: str
    title: str
    note: str


CATALOGUE = Catalogue(Measured)


@CATALOGUE.upcast("Measured", from_version=1)
def named_quantity(data: Data) -> Data:
    """Version 1 called it `amount`."""
    rest = {name: value for name, value in data.items() if name != "amount"}
    return {**rest, "quantity": data["amount"]}


@CATALOGUE.upcast("Measured", from_version=2)
def with_unit(data: Data) -> Data:
    """Version 2 knew documents only."""
    return {**data, "unit": "berkas"}


@dataclass(frozen=True, slots=True)
class Sum:
    """What is known of a record."""

    events: int = 0
    quantity: int = 0
    last: int = 0


def _nothing(state: Sum, command: object) -> list[Measured]:
    del state, command
    return []


def evolve(state: Sum, occurred: Measured) -> Sum:
    """One more."""
    return Sum(state.events + 1, state.quantity + occurred.quantity, occurred.sequence)


COUNTER: Aggregate[Sum, object, Measured] = Aggregate(KIND, Decider(Sum(), _nothing, evolve), CATALOGUE)
SUMS = Table(
    "sums",
    MetaData(),
    Column("stream_id", Uuid, primary_key=True),
    Column("events", Integer),
    Column("quantity", BigInteger),
    Column("last_sequence", BigInteger),
    schema="read",
)


class Sums:
    """One row a record, of the state that `evolve` gives."""

    reader = "sums.v1"
    tables = (SUMS,)

    def __init__(self) -> None:
        self._states = States()

    async def changes(self, rows: Sequence[Recorded], store: Store) -> list[Change]:
        """The rows of the records that `rows` changed."""
        await self._states.look_up(rows, store, {KIND: COUNTER})
        last = {}
        for row in rows:
            after = evolve(self._states.before(row), row.event)
            self._states.keep(row, after)
            last[row.stream.stream_id] = after
        return [
            Change(
                SUMS,
                {"stream_id": stream_id},
                {"events": sum_.events, "quantity": sum_.quantity, "last_sequence": sum_.last},
            )
            for stream_id, sum_ in last.items()
        ]


STREAMS = """
CREATE TABLE public.rebuilt_streams AS
SELECT n::integer AS number, gen_random_uuid() AS stream_id, gen_random_uuid() AS subject_id
FROM generate_series(0, $1 - 1) n
"""
NOTE, TITLE = "sesuai jadwal yang disepakati", "Laporan pengolahan data kepegawaian triwulan"
HEAD, TAIL = f'{{"note":"{NOTE}","', f',"sequence":%s,"title":"{TITLE}"'
# Each version as that day's code wrote it: three shapes in turn along every stream.
DATA = f"""
format(CASE i / $1 % 3
       WHEN 0 THEN '{{"amount":%s,"note":"{NOTE}"{TAIL}}}'
       WHEN 1 THEN '{HEAD}quantity":%s{TAIL}}}'
       ELSE '{HEAD}quantity":%s{TAIL},"unit":"berkas"}}' END, i % 7 + 1, i)"""
EVENTS = f"""
INSERT INTO event.events (
    event_id, agency, service, stream_kind, stream_id, plan_year, stream_version, type, schema_version,
    subject_id, actor_id, acting_role, command_id, correlation_id, data)
SELECT gen_random_uuid(), $4, $5, $6, s.stream_id, $7, i / $1 + 1, 'Measured', i / $1 % 3 + 1,
       s.subject_id, $8, 'appraiser', gen_random_uuid(), $9, {DATA}
FROM generate_series($2::bigint, $3::bigint) i JOIN public.rebuilt_streams s ON s.number = i % $1
ORDER BY i
"""
LOG = """
INSERT INTO event.log (log_index, plan_year, stream_id, stream_version, event_id, leaf_hash, epoch)
SELECT insert_order - 1, plan_year, stream_id, stream_version, event_id, sha256(data::bytea), 0
FROM event.events WHERE insert_order BETWEEN $1 + 1 AND $2 + 1
"""
PLACED = "UPDATE work.cursor SET done = pg_current_snapshot()::text, next_index = $1"
PER_STREAM = 10


async def fill(owner_url: str, events: int) -> None:
    """Store and place `events` events, ten for each record, in the order of a year: all records in turn."""
    owner = await asyncpg.connect(owner_url)
    streams = events // PER_STREAM
    await owner.execute("SET synchronous_commit = off")
    await owner.execute(STREAMS, streams)
    fixed = (AGENCY, SERVICE, KIND, YEAR, ACTOR, CORRELATION)
    for start in range(0, events, AT_ONCE):
        last = min(start + AT_ONCE, events) - 1
        await owner.execute(EVENTS, streams, start, last, *fixed)
        await owner.execute(LOG, start, last)
    await owner.execute(PLACED, events)
    await owner.execute("ANALYZE")
    await owner.close()


async def main(job: Job) -> dict[str, float]:
    """One rebuild: all of it, and the copy alone."""
    spare_the_collector()
    copied = began = time.perf_counter()
    used = processor_seconds()

    def tell(step: str, done: int, total: int) -> None:
        nonlocal copied
        if step == "copy" and done == total:
            copied = time.perf_counter()

    async with open_store(job.place.settings(), SERVICE, [CATALOGUE]) as store:
        found = await rebuild(job.url, store, Sums(), "bench", tell)
    lasted = time.perf_counter() - began
    return {
        "events": found.events,
        "rate": round(found.events / lasted, 1),
        "copied": round(found.events / (copied - began), 1),
        "cpu": round((processor_seconds() - used) / found.events * 1e6, 1),
        "megabytes": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024),
    }


if __name__ == "__main__":
    run(main)
