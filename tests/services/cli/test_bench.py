"""What the figures of `jejak bench` mean."""

import json
import os
import socket
from pathlib import Path

import psutil
import pytest
from rich.table import Table

from services.cli.bench.figures import Spread, machine, memory_of, show
from services.cli.bench.flow import table


def test_a_spread_is_told_by_rank_in_milliseconds() -> None:
    spread = Spread.of([number / 1000 for number in range(1, 101)])
    assert (spread.p50, spread.p90, spread.p99, spread.max) == (51.0, 91.0, 100.0, 100.0)


def test_one_measurement_is_all_of_its_spread() -> None:
    assert Spread.of([0.0123]) == Spread(12.3, 12.3, 12.3, 12.3)


def test_the_figures_stand_beside_the_targets() -> None:
    row = {"p50": 1.0, "p90": 2.0, "p99": 3.0, "max": 4.0}
    shown = table({"commands": 10, "rate": 50.0, "answered": row, "flowed": row})
    assert shown.row_count == 3
    assert machine()["cores"]


def test_what_is_written_into_a_pipe_is_not_squeezed_and_the_machine_is_told(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    wide = Table(box=None)
    for number in range(10):
        wide.add_column(f"column {number}", no_wrap=True)
    wide.add_row(*(f"figure {number}" for number in range(10)))
    show(wide, "[one] more line", found={"rate": 3}, to=tmp_path / "found.json")
    said = capsys.readouterr().out
    assert "figure 9" in said
    assert "[one] more line" in said
    written = json.loads((tmp_path / "found.json").read_text(encoding="utf-8"))
    assert (written["rate"], written["machine"]["cores"]) == (3, os.cpu_count())


def test_memory_is_that_of_the_process_which_listens() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        url = f"http://127.0.0.1:{listening.getsockname()[1]}"
        own = psutil.Process(os.getpid()).memory_info().rss / 1e6
        assert memory_of(url) == pytest.approx(own, rel=0.2)
    with pytest.raises(LookupError):
        memory_of(url)
