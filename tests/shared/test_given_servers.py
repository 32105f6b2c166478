"""Tests that are pointed at one server of somebody's refuse before they touch it."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
BOTH = ("DATABASE_URL", "KAFKA_BOOTSTRAP_SERVERS")


def collected(given: dict[str, str]) -> subprocess.CompletedProcess[str]:
    env = {name: value for name, value in os.environ.items() if name not in BOTH} | given
    command = [sys.executable, "-m", "pytest", "--collect-only", "-q", "-p", "no:cacheprovider"]
    return subprocess.run(
        [*command, "tests/test_templates.py"], cwd=ROOT, env=env, capture_output=True, text=True, check=False
    )


@pytest.mark.parametrize("name", BOTH)
def test_a_server_given_alone_is_refused_in_a_sentence(name: str) -> None:
    refused = collected({name: "127.0.0.1:9"})
    assert refused.returncode == pytest.ExitCode.USAGE_ERROR
    assert refused.stderr.startswith(f"ERROR: {name} is set alone")


def test_both_servers_or_none_are_accepted() -> None:
    assert collected({}).returncode == 0
    assert collected(dict.fromkeys(BOTH, "127.0.0.1:9")).returncode == 0
