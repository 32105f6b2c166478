"""The benches of a running system: they tell what they saw, and leave nothing of their own running."""

import json

import pytest

from services.cli.home import Home, Notes
from shared.embedded.ports import free_port
from tests.services.cli.test_up import home, jejak

pytestmark = pytest.mark.servers

__all__ = ["home"]


def test_a_running_system_is_measured_and_left_as_it_was(home: Home) -> None:
    started = jejak(home, "up", "--detach", "--no-sample", "--port", str(free_port()))
    assert started.returncode == 0, started.stderr + started.stdout
    file = home.folder / "found.json"

    short = ("--seconds", "1", "--json", str(file))
    flow = jejak(home, "bench", "flow", "--rate", "5", *short)
    assert flow.returncode == 0, flow.stderr
    found = json.loads(file.read_text(encoding="utf-8"))
    assert found["commands"] == 5
    assert found["flowed"]["p50"] > 0

    two = ("--processes", "2", "--rounds", "2", "--people", "4", "--connections", "4", "--rate", "20")
    http = jejak(home, "bench", "http", *two, *short)
    assert http.returncode == 0, http.stderr
    found = json.loads(file.read_text(encoding="utf-8"))
    assert [one["open"]["refused"] for one in found["seen"]] == [0, 0]
    assert found["open"]["p99"] > 0
    assert not home.mark("planning-2").exists()
    assert Notes.running(home) is not None
