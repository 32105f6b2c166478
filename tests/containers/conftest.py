"""Whether these tests run is decided by whether a Docker engine answers; REQUIRE_CONTAINERS=1 insists."""

import os
import shutil
import subprocess

import pytest

PLUGIN = "docker compose version"


def engine_answers() -> bool:
    """Whether `docker` reaches an engine that also knows compose."""
    if shutil.which("docker") is None:
        return False
    asked = [["docker", "info"], PLUGIN.split()]
    return all(
        subprocess.run(one, capture_output=True, timeout=60, check=False).returncode == 0 for one in asked
    )


@pytest.fixture(scope="session", autouse=True)
def docker() -> None:
    """Skip in words where no engine answers."""
    if engine_answers():
        return
    reason = "no Docker engine with compose answers: the container tests were not run"
    if os.environ.get("REQUIRE_CONTAINERS"):
        pytest.fail(reason)
    pytest.skip(reason)
