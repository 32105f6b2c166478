"""`jejak log` tells what was done to a log, and its exit code tells a scheduler."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from io import StringIO
from pathlib import Path
from uuid import uuid4

import asyncpg
import pytest
from rich.console import Console
from typer.testing import CliRunner

from services.cli.log import app
from services.cli.log.rotate import rotated
from services.cli.log.tamper import TAMPERINGS, UNGUARDED
from services.cli.log.verify import How, verified
from services.cli.log.where import Where
from shared.embedded.provision import DATABASE
from shared.sealed_log.checkpoint import origin
from shared.sealed_log.sealer import Sealer, signing_key
from shared.sealed_log.sequencer import Sequencer
from shared.store.migrate import migrate
from shared.store.store import open_store
from tests.infrastructure import FreshDatabase, settings_of
from tests.shared.toy import LEDGER, YEAR, Counted, unit

DATABASE_ALONE = How(topic=False, jobs=1)


@pytest.fixture
async def where(fresh_database: FreshDatabase, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Where:
    """A sealed log of thirty events, named planning."""
    monkeypatch.setenv("JEJAK_LANG", "en")
    made = await fresh_database()
    await migrate(made.owner_url, made.app_role, tables=[], years=[YEAR])
    async with open_store(settings_of(made, tmp_path), "planning", [LEDGER.catalogue]) as store:
        await asyncio.gather(*(store.append([unit(uuid4(), Counted(by=1))]) for _ in range(30)))
    connection = await asyncpg.connect(made.app_url)
    sequencer = await Sequencer.start(connection)
    while await sequencer.tick():
        pass
    key = signing_key(made.signing_key_file, origin("CONTOH", "planning"))
    await (await Sealer.start(connection, key)).seal()
    await connection.close()
    return Where("planning", "CONTOH", made.app_url, "127.0.0.1:1", made.signing_key_file)


@pytest.fixture
async def superuser(where: Where, postgres_admin_url: str) -> AsyncIterator[asyncpg.Connection]:
    database = where.database_url.rpartition("/")[2]
    assert database.startswith(DATABASE.format(service=""))
    connection = await asyncpg.connect(f"{postgres_admin_url.rpartition('/')[0]}/{database}")
    await connection.execute(UNGUARDED)
    yield connection
    await connection.close()


async def said(where: Where) -> tuple[bool, str]:
    """Whether it is as signed, and what is said."""
    console = Console(file=StringIO(), width=300)
    clean = await verified(where, DATABASE_ALONE, console)
    assert isinstance(console.file, StringIO)
    return clean, console.file.getvalue()


FOUND = {
    "alter": "altered     at 15: planning, ledger ",
    "delete": "removed     at 15: planning, ? ",
    "insert": "inserted    without a place: planning, ledger ",
    "swap": "signature does not agree, from 0 to 29",
}


@pytest.mark.parametrize("name", TAMPERINGS)
async def test_what_the_demonstration_does_is_told_and_undone(
    where: Where, superuser: asyncpg.Connection, name: str
) -> None:
    async with TAMPERINGS[name](superuser, 15):
        clean, text = await said(where)
        assert not clean
        assert FOUND[name] in text
        assert "NOT as it was signed, findings: 1" in text
    clean, text = await said(where)
    assert clean
    assert "30 events read again, 30 under a signature" in text


def ask(where: Where, monkeypatch: pytest.MonkeyPatch, *options: str) -> tuple[int, str]:
    with monkeypatch.context() as patched:
        patched.setattr(Where, "of", lambda _name: where)
        outcome = CliRunner().invoke(app, ["verify", "planning", *options])
    return outcome.exit_code, f"{outcome.output}{outcome.exception or ''}"


async def test_the_exit_code_tells_a_scheduler(
    where: Where, superuser: asyncpg.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    code, _ = await asyncio.to_thread(ask, where, monkeypatch, "--without-topic")
    assert code == 0
    code, text = await asyncio.to_thread(ask, where, monkeypatch)
    assert code == 1
    assert "--without-topic" in text
    async with TAMPERINGS["alter"](superuser, 3):
        code, _ = await asyncio.to_thread(ask, where, monkeypatch, "--without-topic")
    assert code == 2


async def test_an_auditor_who_kept_the_key_notices_another(
    where: Where, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = str(signing_key(where.signing_key_file, origin("CONTOH", "planning")).verifier)
    code, _ = await asyncio.to_thread(ask, where, monkeypatch, "--without-topic", "--key", kept)
    assert code == 0
    await rotated(where)
    code, text = await asyncio.to_thread(ask, where, monkeypatch, "--without-topic", "--key", kept)
    assert code == 2
    assert kept in text.replace("\n", "")
    assert (await said(where))[0]


async def test_a_database_that_is_away_is_said_and_is_no_finding(
    where: Where, monkeypatch: pytest.MonkeyPatch
) -> None:
    away = replace(where, database_url="postgresql://nobody:secret@127.0.0.1:1/none")
    code, text = await asyncio.to_thread(ask, away, monkeypatch, "--without-topic")
    assert code == 1
    assert "could not be verified" in text
    assert "secret" not in text
