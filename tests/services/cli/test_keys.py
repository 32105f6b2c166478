"""`jejak keys` as an operator types it, killed half-way, and told of keys that do not fit."""

import os
import signal
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from uuid import uuid4

import asyncpg
import pytest

from shared.embedded.provision import Provisioned
from shared.store.keyring import Keyring
from shared.store.master_keys import MasterKeys, next_to, old_beside
from shared.store.urls import asyncpg_url
from tests.databases import FreshDatabase, Schema
from tests.eventually import eventually

ROOT = Path(__file__).parents[3]
PEOPLE = 4000


async def with_keys(fresh_database: FreshDatabase) -> Provisioned:
    made = await fresh_database(Schema((), (2026,)))
    async with asyncpg.create_pool(asyncpg_url(made.app_url), max_size=1, min_size=1) as pool:
        await Keyring(pool, MasterKeys("planning", made.master_key_file)).make(uuid4() for _ in range(PEOPLE))
    return made


def environment(made: Provisioned, home: Path) -> dict[str, str]:
    return os.environ | {
        "JEJAK_HOME": str(home),
        "JEJAK_LANG": "en",
        "PLANNING_DATABASE_URL": made.app_url,
        "PLANNING_MASTER_KEY_FILE": str(made.master_key_file),
    }


def jejak(env: Mapping[str, str], *arguments: str) -> "subprocess.Popen[str]":
    argv = [sys.executable, "-m", "services.cli", "keys", *arguments]
    pipe = subprocess.PIPE
    return subprocess.Popen(argv, cwd=ROOT, env=env, text=True, stdout=pipe, stderr=pipe)


def said(env: Mapping[str, str], *arguments: str) -> tuple[int, str]:
    process = jejak(env, *arguments)
    out, err = process.communicate(timeout=60)
    return process.returncode, out + err


async def rows_by_key(made: Provisioned) -> dict[str, int]:
    connection = await asyncpg.connect(asyncpg_url(made.app_url))
    rows = await connection.fetch("SELECT key_id, count(*) AS rows FROM work.keys GROUP BY key_id")
    await connection.close()
    return {row["key_id"]: row["rows"] for row in rows}


@pytest.mark.servers
async def test_a_rotation_killed_half_way_goes_on_and_leaves_no_row_behind(
    fresh_database: FreshDatabase, tmp_path: Path
) -> None:
    made = await with_keys(fresh_database)
    env = environment(made, tmp_path)
    process = jejak(env, "rotate", "planning")

    async def half_way() -> bool:
        return len(await rows_by_key(made)) == 2 or process.poll() is not None

    await eventually(half_way)
    process.send_signal(signal.SIGKILL)
    process.communicate()
    status, told = said(env, "rotate", "planning")
    assert (status, "wrapped anew by master key" in told) == (0, True), told
    assert list((await rows_by_key(made)).values()) == [PEOPLE]
    assert not next_to(made.master_key_file).exists()
    assert old_beside(made.master_key_file)
    assert "deleted" in said(env, "forget-old", "planning")[1]
    assert not old_beside(made.master_key_file)


@pytest.mark.servers
async def test_a_key_that_prepare_handed_over_is_rotated_where_it_lies(
    fresh_database: FreshDatabase, tmp_path: Path
) -> None:
    made = await with_keys(fresh_database)
    key = made.master_key_file.read_bytes()
    place = tmp_path / "secrets" / "planning"
    place.mkdir(parents=True)
    (place / "database_url").write_text(made.app_url, encoding="utf-8")
    (place / "master.key").write_bytes(key)
    given = tmp_path / "secrets" / "setup" / "planning.key"
    given.parent.mkdir()
    given.write_bytes(key)
    env = {"JEJAK_LANG": "en", "DATABASE_ADMIN_HOST": "postgres"}
    assert "no old master key" in said(env, "forget-old", "planning", "--folder", str(place.parent))[1]
    assert given.exists(), "a copy of the key in use"
    status, told = said(env, "rotate", "planning", "--folder", str(place.parent))
    assert (status, "wrapped anew by master key" in told) == (0, True), told
    assert (place / "master.key").read_bytes() != key
    assert "deleted" in said(env, "forget-old", "planning", "--folder", str(place.parent))[1]
    assert not old_beside(place / "master.key")
    assert not given.exists(), "the copy that prepare kept would open old backups"
    status, told = said(env, "rotate", "all", "--folder", str(place.parent))
    assert (status, "assessment/database_url" in told) == (1, True), told


@pytest.mark.servers
async def test_a_master_key_that_does_not_fit_is_told_without_a_secret(
    fresh_database: FreshDatabase, tmp_path: Path
) -> None:
    made = await with_keys(fresh_database)
    key = made.master_key_file.read_bytes()
    made.master_key_file.write_bytes(b"\x07" * 32)
    status, told = said(environment(made, tmp_path), "rotate", "planning")
    assert status == 1
    assert "jejak: the master key does not fit: planning: its data keys are wrapped by" in told
    assert not next_to(made.master_key_file).exists()
    assert key.hex() not in told
    assert made.app_url not in told
    made.master_key_file.unlink()
    assert "can't be read" in said(environment(made, tmp_path), "rotate", "planning")[1]
    assert "there is no service" in said(environment(made, tmp_path), "rotate", "pajak")[1]
