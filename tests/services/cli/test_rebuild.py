"""`jejak rebuild` says what it did, and what a person can do when it can't."""

import io
from pathlib import Path
from typing import Any

import asyncpg
import pytest
from rich.console import Console
from typer.testing import CliRunner

from services.cli import app
from services.cli import rebuild as cli
from services.cli.language import Told
from services.cli.migrate import migrate_all
from services.cli.owners import Owned, owned
from services.cli.programs import SERVICES, composed
from services.cli.rebuild import chosen, reason, rebuilt
from shared.projection.rebuild.comparing import Compared, Content
from shared.store.event import TextUnreadable
from tests.databases import FreshDatabase


@pytest.fixture(autouse=True)
def english(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JEJAK_LANG", "en")


@pytest.mark.parametrize("service", SERVICES)
async def test_all_tables_of_a_service_are_rebuilt_and_compared(
    fresh_database: FreshDatabase, service: str
) -> None:
    made = await fresh_database()
    await migrate_all({service: made.owner_url})
    shown = io.StringIO()
    place = Owned(made.owner_url, made.master_key_file)
    await rebuilt(composed(service).SERVICE, "", place, Console(file=shown, width=200))
    said = shown.getvalue()
    tables = {table.name for table in composed(service).SERVICE.tables} - {"people", "assignments"}
    assert all(f"  {table}: 0 rows, the same as before" in said for table in tables)
    assert "trail: 0 events" in said


def test_a_service_or_projection_that_is_not_there_is_told_with_those_that_are() -> None:
    found = CliRunner().invoke(app, ["rebuild", "payroll"])
    assert isinstance(found.exception, Told)
    assert "planning, assessment, followup" in str(found.exception)
    readers = composed("assessment").SERVICE.readers(None)
    with pytest.raises(Told, match="there are: evaluations, progress, feedback, trail"):
        chosen(composed("assessment").SERVICE, readers, "plans")


def test_without_a_system_it_says_so(tmp_path: Path) -> None:
    with pytest.raises(Told, match="not running"):
        owned("planning", tmp_path, {"JEJAK_HOME": str(tmp_path)})
    with pytest.raises(Told, match="PLANNING_OWNER_URL"):
        owned("planning", tmp_path, {"JEJAK_HOME": str(tmp_path), "DATABASE_URL": "postgresql://a:b@c/d"})


def test_the_owner_is_found_where_each_deployment_keeps_it(tmp_path: Path) -> None:
    (tmp_path / "setup").mkdir()
    (tmp_path / "setup" / "planning_owner").write_text("geheim")
    given = {"PLANNING_OWNER_URL": "postgresql://x:y@z/d", "MASTER_KEY_FILE": "/k"}
    assert owned("planning", tmp_path, given) == Owned("postgresql://x:y@z/d", Path("/k"))
    server = {"DATABASE_ADMIN_HOST": "db:5432", "DATABASE_ADMIN_PASSWORD": "p"}
    found = owned("planning", tmp_path, server)
    assert found.url == "postgresql://planning_owner:geheim@db:5432/jejak_planning"
    assert found.master_key_file == tmp_path / "planning" / "master.key"


def test_a_difference_names_rows_and_both_sums() -> None:
    one = Compared("plans", Content(2, "aa"), Content(3, "bb"), 2, ("k1", "k2"))
    assert cli.line(one) == "  plans: DIFFERENT. before 2 aa, rebuilt 3 bb; 2 rows, among them k1; k2"


@pytest.mark.parametrize(
    ("error", "says"),
    [
        (asyncpg.DiskFullError("no space"), "disk is full"),
        (ConnectionRefusedError(111, "refused"), "does not answer"),
        (asyncpg.InsufficientPrivilegeError("must be owner"), "must be owner"),
        (TextUnreadable(cause="KeyMissing"), "can't be opened; the old tables stay in use. cause KeyMissing"),
    ],
)
def test_what_the_database_refuses_is_said_in_a_sentence(error: Any, says: str) -> None:
    assert says in reason(error)
