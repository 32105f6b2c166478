"""Traps of other people's making that this engine stays out of: by what it does not use, and as tried."""

import re
from pathlib import Path
from uuid import uuid4

import asyncpg
import pytest

from shared.sealed_log.sequencer import Sequencer
from shared.store.store import Store
from tests.shared.conftest import Place
from tests.shared.toy import Counted, ledger_of, unit

ROOT = Path(__file__).parents[3]


@pytest.mark.parametrize(
    "words",
    [
        r"\.publish_batch\(",
        r"\bpg_notify\b|\bNOTIFY\b|\bLISTEN\b",
        r"\bLOCK TABLE\b.*\bevent\.",
        r"faststream\.asgi|AsgiFastStream|AsyncAPIRoute",
        r"TestKafkaBroker",
        r"enable_auto_commit=True|AckPolicy\.(?!MANUAL)",
        r"\.commit\(\)  *#? *offsets|client\.commit\(\)",
    ],
    ids=[
        "a batch goes to one random partition",
        "every commit takes one global lock",
        "appends wait for each other",
        "anybody may publish by the documents' page",
        "nothing about delivery is tried",
        "offsets are committed before the effect, or on an error",
        "foreign positions are committed",
    ],
)
def test_what_is_known_to_lose_or_to_wait_is_not_used(words: str) -> None:
    files = [file for room in ("services", "shared") for file in (ROOT / room).rglob("*.py")]
    assert len(files) > 100
    assert [str(file) for file in files if re.search(words, file.read_text(encoding="utf-8"))] == []


async def test_numbers_are_given_out_one_at_a_time(store: Store) -> None:
    """A cache of them would give a connection low numbers long after others have taken higher ones."""
    cached = await store.pool.fetchval(
        "SELECT cache_size FROM pg_sequences WHERE schemaname = 'event' AND sequencename = 'insert_order'"
    )
    assert cached == 1


async def test_what_a_savepoint_wrote_is_placed_once_and_what_it_took_back_never(
    store: Store, place: Place
) -> None:
    kept, taken_back = uuid4(), uuid4()
    await store.keyring.make([kept, taken_back])
    connection = await asyncpg.connect(place.settings.database_url)
    try:
        sequencer = await Sequencer.start(connection)
        async with store.pool.acquire() as writing, writing.transaction():
            async with writing.transaction():
                await store.append([unit(kept, Counted(by=1))], connection=writing)
            await sequencer.tick()
            savepoint = writing.transaction()
            await savepoint.start()
            await store.append([unit(taken_back, Counted(by=2))], connection=writing)
            await savepoint.rollback()
            await store.append([unit(kept, Counted(by=3), expected=1)], connection=writing)
        while await sequencer.tick():
            pass
    finally:
        await connection.close()
    placed = [(row.stream, row.event.by) for row in await store.after(-1, 10)]
    assert placed == [(ledger_of(kept), 1), (ledger_of(kept), 3)]
