"""Kill -9 in the middle of an import: nothing of it is there, and the same request then does all of it."""

import asyncio
import sys
from pathlib import Path
from uuid import uuid4, uuid5

import asyncpg

from shared.web.api import COMMANDS
from tests.databases import FreshDatabase
from tests.eventually import eventually
from tests.services.planning.office import EVERYBODY, HR, NIPS, SCHEMA, open_office

WAITING = """
SELECT count(*) FROM pg_stat_activity
WHERE datname = current_database() AND wait_event_type = 'Lock' AND query LIKE '%commands%'
"""
OTHERS = """
SELECT count(*) FROM pg_stat_activity
WHERE datname = current_database() AND pid <> pg_backend_pid() AND usename = current_user
"""
LEFT_BEHIND = "SELECT (SELECT count(*) FROM event.events) + (SELECT count(*) FROM work.commands)"


async def test_an_import_killed_in_the_middle_leaves_nothing_and_can_be_sent_again(
    fresh_database: FreshDatabase, tmp_path: Path
) -> None:
    made = await fresh_database(SCHEMA)
    key = str(uuid4())
    last_of_the_file = uuid5(uuid5(COMMANDS, f"{HR}/{key}"), str(list(NIPS)[-1]))

    in_the_way = await asyncpg.connect(made.app_url)
    held = in_the_way.transaction()
    await held.start()
    await in_the_way.execute(
        "INSERT INTO work.commands (command_id, caller, request_hash, outcome) VALUES ($1, '', '', '{}')",
        last_of_the_file,
    )
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "tests.services.planning.importing"),
        *(made.app_url, str(made.master_key_file), str(tmp_path), key),
        stdin=asyncio.subprocess.PIPE,
    )
    assert process.stdin is not None
    process.stdin.write(EVERYBODY.encode())
    process.stdin.close()
    watcher = await asyncpg.connect(made.app_url)
    await eventually(lambda: watcher.fetchval(WAITING), within=60)
    process.kill()
    await process.wait()
    await held.rollback()
    await in_the_way.close()

    async def gone() -> bool:
        return bool(await watcher.fetchval(OTHERS) == 0)

    await eventually(gone)
    assert await watcher.fetchval(LEFT_BEHIND) == 0
    await watcher.close()

    async with open_office(made, tmp_path) as office:
        again = await office.imports(EVERYBODY, key=key)
        assert again.json() == {"registered": 5, "changed": 0, "people": 5}
        for employee_id in NIPS:
            await office.sees(employee_id)
