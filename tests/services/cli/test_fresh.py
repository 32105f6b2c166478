"""Starting over removes what a folder holds, nothing beside it, and nothing under a server's feet."""

import subprocess
import sys
from pathlib import Path

import pytest

from services.cli.fresh import start_over
from services.cli.home import Home
from services.cli.language import Told
from shared.embedded.postgres import start_postgres
from shared.embedded.processes import AlreadyRunning

ROOT = Path(__file__).parents[3]


@pytest.fixture
def home(tmp_path: Path) -> Home:
    made = Home(tmp_path / "jejak")
    made.secrets.mkdir(parents=True)
    (made.secrets / "planning.key").write_bytes(b"k" * 32)
    return made


@pytest.mark.servers
def test_a_server_that_a_killed_system_left_is_ended_before_its_data_goes(home: Home) -> None:
    left = start_postgres(home.folder / "postgres")
    start_over(home, {})
    assert not left.process.is_running()
    assert sorted(home.folder.rglob("*")) == [home.run, home.lock]


@pytest.mark.parametrize("name", ["DATABASE_URL", "KAFKA_BOOTSTRAP_SERVERS"])
def test_keys_of_what_lies_on_another_server_are_not_removed(home: Home, name: str) -> None:
    with pytest.raises(Told, match=name):
        start_over(home, {name: "elsewhere"})
    assert (home.secrets / "planning.key").exists()


def test_a_system_that_runs_keeps_its_data(home: Home) -> None:
    with home.held(), pytest.raises(AlreadyRunning):
        start_over(home, {})
    assert (home.secrets / "planning.key").exists()


def test_up_refuses_to_start_over_what_lies_elsewhere_in_a_sentence(home: Home) -> None:
    command = [sys.executable, "-m", "services.cli", "--lang", "en", "up", "--fresh"]
    env = {"JEJAK_HOME": str(home.folder), "DATABASE_URL": "postgresql://127.0.0.1:9/postgres"}
    answer = subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, check=False)
    assert answer.returncode == 1
    assert answer.stderr.startswith("jejak: --fresh removes this folder only")
    assert (home.secrets / "planning.key").exists()
