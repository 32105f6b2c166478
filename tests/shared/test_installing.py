"""What a checkout installs: pinned by hashes, from whichever index there is, by one make at a time."""

import fcntl
import re
import shutil
import subprocess
import sys
import tomllib
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
WHOLE, SERVERS = "requirements.lock", "requirements.servers.lock"


def entries(lock: str) -> dict[str, str]:
    """Package and version to all that the lock says of it."""
    parts = re.split(r"^(?=\S)", (ROOT / lock).read_text(encoding="utf-8"), flags=re.MULTILINE)
    return {part.split()[0]: part for part in parts if part}


@pytest.mark.parametrize("lock", [WHOLE, SERVERS])
def test_every_package_is_pinned_by_hashes_and_comes_from_no_index_of_somebodys(lock: str) -> None:
    for pinned, said in entries(lock).items():
        assert re.fullmatch(r"[a-z0-9-]+==[\w.]+", pinned), pinned
        assert "--hash=sha256:" in said, pinned
        assert "://" not in said, pinned


def test_what_builds_the_project_is_locked_with_it() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    assert set(project["build-system"]["requires"]) <= entries(WHOLE).keys()


def test_the_licence_that_the_project_names_lies_in_the_tree() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    title = (ROOT / "LICENSE").read_text(encoding="utf-8").split("\n", 3)[1:3]
    assert project["project"]["license"] == "Apache-2.0"
    assert [line.split(",")[0].strip() for line in title] == ["Apache License", "Version 2.0"]


def test_servers_run_what_was_tested() -> None:
    assert entries(SERVERS).items() <= entries(WHOLE).items()


def test_who_comes_while_another_installs_waits_and_uses_what_that_one_made(tmp_path: Path) -> None:
    shutil.copytree(ROOT / ".ci", tmp_path / ".ci")
    for name in (WHOLE, "pyproject.toml"):
        shutil.copy(ROOT / name, tmp_path)
    script = tmp_path / ".ci" / "install.py"
    spec = spec_from_file_location("install", script)
    assert spec is not None
    assert spec.loader is not None
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    half = tmp_path / ".venv" / "half"
    half.parent.mkdir()
    half.touch()
    with (tmp_path / WHOLE).open("rb") as first:
        fcntl.flock(first, fcntl.LOCK_EX)
        with subprocess.Popen([sys.executable, script], stdout=subprocess.PIPE, text=True) as second:
            assert second.stdout is not None
            assert "waiting" in second.stdout.readline()
            module.STAMP.write_text(module.fingerprint(), encoding="utf-8")
            fcntl.flock(first, fcntl.LOCK_UN)
    assert second.returncode == 0
    assert half.exists()
