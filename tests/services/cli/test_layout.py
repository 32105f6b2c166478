"""What each process of the system on one machine is told."""

from concurrent.futures import ThreadPoolExecutor, wait
from pathlib import Path

import pytest

from services.cli.home import Home, Notes
from services.cli.layout import PROGRAMS, Layout, common
from shared.embedded.processes import held

SERVER = "postgresql://127.0.0.1:5432/postgres"


def test_whoever_joins_a_running_system_works_for_its_agency(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home, urls = Home(tmp_path), dict.fromkeys(PROGRAMS, "http://127.0.0.1:8081")
    Notes("http://127.0.0.1:8080", True, "", urls, SERVER, common({"AGENCY": "BKG"})).write(home)
    home.secrets.mkdir()
    monkeypatch.setenv("AGENCY", "LAIN")
    assert Layout.running(home, Notes.of(home)).environment("planning")["AGENCY"] == "BKG"


def test_whoever_asks_whether_it_runs_keeps_nobody_from_running_it(tmp_path: Path) -> None:
    home = Home(tmp_path)

    def run() -> None:
        with home.held():
            assert home.is_running

    with ThreadPoolExecutor() as pool:
        with held(home.lock):
            starting = pool.submit(run)
            assert not wait([starting], timeout=0.2).done
        starting.result(timeout=5)
