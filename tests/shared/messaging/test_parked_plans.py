"""What is asked all the time about parked messages and lags looks into indexes only."""

import pytest

from shared.lags import LAGS
from shared.messaging.dead_letters import UNCOPIED
from shared.messaging.letters import LETTERS
from shared.messaging.parking import NEXT, SKIPPED, WAITING
from shared.messaging.retrying import AFRESH, CLAIM, DUE
from shared.store.store import Store
from tests.shared.conftest import Place
from tests.shared.store.test_plans import fill, looked_into, plan, sequence_all

ROWS = """
INSERT INTO work.parked (consumer, topic, partition, kafka_offset, key, headers, cause, try_after, dead_at)
SELECT 'group', 'topic', n % 8, n, convert_to((n % 900)::text, 'UTF8'), '[]', 'behind',
       CASE WHEN n < 900 THEN now() END, CASE WHEN n < 50 THEN now() END
FROM generate_series(0, 20000) n
"""
PLACE = ("group", "topic", 1, 1)


@pytest.fixture(params=[False, True], ids=["empty", "full"])
async def filled(store: Store, place: Place, request: pytest.FixtureRequest) -> Store:
    if request.param:
        await fill(store, 500)
        await sequence_all(place)
        await store.pool.execute(ROWS)
        await store.pool.execute("INSERT INTO work.bookmarks VALUES ('publisher', 100), ('balances.v1', 7)")
    return store


@pytest.mark.parametrize(
    ("query", "values", "index"),
    [
        (LAGS, (["publisher", "balances.v1"],), "parked_pkey"),
        (DUE, ("group", 100), "parked_due"),
        (CLAIM, PLACE, "parked_pkey"),
        (UNCOPIED, ("group", 100), "parked_uncopied"),
        (AFRESH, ("group",), "parked_dead"),
        (WAITING, ("group", ["topic"], [1], [b"7"]), "parked_key"),
        (NEXT, ("group", "topic", 1, b"7"), "parked_key"),
        (SKIPPED, ("group", ["topic"], [1], [7]), "letter_acts_place"),
        (LETTERS, (None, 100), "parked_key"),
    ],
    ids=["lags", "due", "claim", "uncopied", "afresh", "waiting", "next", "skipped", "letters"],
)
async def test_a_question_that_is_asked_often_looks_into_an_index(
    filled: Store, query: str, values: tuple[object, ...], index: str
) -> None:
    async with filled.pool.acquire() as connection:
        nodes = await plan(connection, query, *values)
    nodes = [one for one in nodes if one.get("Relation Name") != "cursor"]  # a single row
    for one in nodes:
        assert "_xid_" not in one.get("Index Name", "") or "(xid " in one["Index Cond"]
    assert index in looked_into(nodes)
