"""What consumers, projections and pages ask all the time is looked up, like what the store asks itself."""

from datetime import date
from uuid import UUID

import pytest

from shared import people
from shared.messaging import inbox, parking
from shared.messaging.publisher import MOVE, NEXT, WHERE_AM_I
from shared.projection.runner import REACHED, WHERE_THEY_ARE
from shared.store.keyring import SELECT
from shared.store.statements import FIND, PUBLISHER
from shared.store.store import Store
from tests.shared.store.test_plans import filled, looked_into, plan
from tests.shared.toy import YEAR

__all__ = ["filled"]
SOMEBODY = UUID(int=7)
PLACES = f"events_{YEAR}_stream_id_stream_kind_plan_year_subject_id_idx"
HOT: dict[str, tuple[str, tuple[object, ...], set[str]]] = {
    "where a stream is": (FIND, ([SOMEBODY],), {PLACES}),
    "whether a page is up to date": (
        REACHED,
        ("balances", YEAR, SOMEBODY, 1),
        {"bookmarks_pkey", "log_plan_year_stream_id_stream_version_key"},
    ),
    "where the projections are": (WHERE_THEY_ARE, (["balances", "trail"],), {"bookmarks_pkey"}),
    "where the publisher is": (WHERE_AM_I, (PUBLISHER,), {"bookmarks_pkey"}),
    "moving the publisher on": (MOVE, (7,), {"bookmarks_pkey"}),
    "what the publisher sends next": (
        NEXT,
        (7, 100),
        {"bookmarks_pkey", "log_pkey", f"events_{YEAR}_pkey"},
    ),
    "somebody's key": (SELECT, ([SOMEBODY],), {"keys_pkey"}),
    "who somebody is": (people.BY_ID, ([SOMEBODY],), {"people_pkey", "assignments_pkey"}),
    "whose appraiser somebody is": (people.LINES, ([SOMEBODY], [date(YEAR, 3, 1)]), {"assignments_pkey"}),
    "how far a consumer is": (inbox.MARKS, ("group", ["a.v1"], [0]), {"high_water_pkey"}),
    "moving a consumer on": (inbox.MOVE, ("group", ["a.v1"], [0], [7]), {"high_water_pkey"}),
    "whether a key waits": (parking.WAITING, ("group", ["a.v1"], [0], [b"key"]), {"parked_key"}),
    "what waits next": (parking.NEXT, ("group", "a.v1", 0, b"key"), {"parked_key"}),
}


@pytest.mark.parametrize("asked", HOT)
async def test_what_is_asked_all_the_time_is_looked_up(filled: Store, asked: str) -> None:
    query, values, indexes = HOT[asked]
    async with filled.pool.acquire() as connection:
        nodes = await plan(connection, query, *values)
    assert indexes <= looked_into(nodes)
