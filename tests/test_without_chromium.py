"""A machine without a browser: its tests are left out and counted, or where one must be there they fail."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
ONE = "tests/browser/test_components.py"


def run(tmp_path: Path, *words: str, **env: str) -> str:
    """What pytest says of one file of browser tests where no program is found, and none can be installed."""
    command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", ONE, *words]
    alone = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST_")}
    alone = alone | {"PATH": str(tmp_path), "REQUIRE_BROWSER": "0"} | env
    return subprocess.run(
        command, cwd=ROOT, env=alone, capture_output=True, text=True, timeout=120, check=False
    ).stdout


@pytest.mark.parametrize("words", [(), ("--numprocesses=2",)], ids=["one process", "two"])
def test_what_was_left_out_is_the_last_line(tmp_path: Path, words: tuple[str, ...]) -> None:
    last = run(tmp_path, *words).splitlines()[-1]
    count, _, said = last.partition(" ")
    assert int(count) > 0
    assert said == "browser tests not run: no Chromium"


def test_where_a_browser_must_be_there_they_fail(tmp_path: Path) -> None:
    said = run(tmp_path, "--exitfirst", REQUIRE_BROWSER="1")
    assert "REQUIRE_BROWSER=1 and no Chromium" in said
    assert "1 failed" in said or "1 error" in said
