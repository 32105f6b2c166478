"""`jejak bench` brings servers of its own, and takes them along whenever it ends."""

import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import psutil
import pytest

from tests.eventually import eventually

pytestmark = pytest.mark.servers

BENCH = (sys.executable, "-m", "services.cli", "bench", "log", "--events", "2000")


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[subprocess.Popen[bytes]]:
    environment = {"PATH": "/usr/bin:/bin", "TMPDIR": str(tmp_path), "PYTHONPATH": str(Path.cwd())}
    with subprocess.Popen(
        BENCH, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    ) as started:
        yield started
        started.kill()


def is_postgres(child: psutil.Process) -> bool:
    with suppress(psutil.NoSuchProcess):  # those that make its folder are gone as fast
        return child.name() == "postgres"
    return False


async def test_a_bench_that_is_told_to_end_leaves_no_server_and_no_folder(
    bench: subprocess.Popen[bytes], tmp_path: Path
) -> None:
    async def running() -> list[psutil.Process]:
        return [child for child in psutil.Process(bench.pid).children() if is_postgres(child)]

    [server] = await eventually(running, within=60)
    bench.send_signal(signal.SIGTERM)
    assert bench.wait(60) != 0
    assert not server.is_running()
    assert list(tmp_path.glob("jejak-bench-*")) == []
