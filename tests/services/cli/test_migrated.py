"""What this very code migrated is not migrated again; anything else is."""

from services.cli.migrate import migrate_all
from services.cli.migrated import code_state, is_migrated, note_migrated
from tests.databases import FreshDatabase


async def test_a_database_says_which_code_migrated_it_last(fresh_database: FreshDatabase) -> None:
    made = await fresh_database()
    assert not await is_migrated(made.owner_url, code_state()), "nothing is there yet"
    await migrate_all({"planning": made.owner_url})
    assert await is_migrated(made.owner_url, code_state())
    await note_migrated(made.owner_url, "0" * 64)
    assert not await is_migrated(made.owner_url, code_state()), "other code was there since"
