"""Who is erased is erased as well in what an interrupted rebuild left behind."""

import asyncio
from pathlib import Path

import asyncpg
import pytest

from services.planning.projections import people_list
from shared.projection.rebuild.run import rebuild
from tests.databases import FreshDatabase
from tests.services.planning.office import SARI, SCHEMA, open_office
from tests.services.planning.test_erasure import erased

NAMED = "SELECT count(*) FROM rebuild.people WHERE full_name IS NOT NULL"
SARI_AS_REBUILT = "SELECT nip, full_name, erased FROM rebuild.people WHERE employee_id = $1"


def interrupted(step: str, done: int, total: int) -> None:
    del done, total
    if step == "compare":
        raise asyncio.CancelledError


async def test_an_interrupted_rebuild_keeps_no_name_of_who_is_erased(
    fresh_database: FreshDatabase, tmp_path: Path
) -> None:
    made = await fresh_database(SCHEMA)
    async with open_office(made, tmp_path) as office:
        await office.knows_everybody()
        store = office.context.store
        with pytest.raises(asyncio.CancelledError):
            await rebuild(made.owner_url, store, people_list(store.keyring), "of today", interrupted)
        owner = await asyncpg.connect(made.owner_url)
        everybody = await owner.fetchval(NAMED)
        await erased(office, SARI)
        assert await owner.fetchval(NAMED) == everybody - 1
        (sari,) = await owner.fetch(SARI_AS_REBUILT, SARI)
        assert tuple(sari) == (None, None, True)
        await owner.close()
