"""What `jejak bench rebuild` makes anew is what its events say."""

import asyncpg

from services.cli.bench import rebuilding
from services.cli.bench.job import Job
from services.cli.bench.load import YEAR
from tests.databases import FreshDatabase, Schema


async def test_three_shapes_of_an_event_come_to_one_sum(fresh_database: FreshDatabase) -> None:
    made = await fresh_database(Schema((rebuilding.SUMS,), (YEAR,)))
    await rebuilding.fill(made.owner_url, 1000)
    job = Job(
        name="jejak", url=made.owner_url, key=str(made.master_key_file), signing=str(made.signing_key_file)
    )
    found = await rebuilding.main(job)
    assert found["events"] == 1000
    owner = await asyncpg.connect(made.owner_url)
    rows = await owner.fetch("SELECT events, quantity, last_sequence FROM read.sums")
    await owner.close()
    assert len(rows) == 100
    assert {row["events"] for row in rows} == {10}
    assert sum(row["quantity"] for row in rows) == sum(number % 7 + 1 for number in range(1000))
    assert {row["last_sequence"] for row in rows} == set(range(900, 1000))
