"""The system on one machine as its user meets it: started, asked, killed, started again, stopped."""

import json
import os
import random
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from select import select
from threading import Thread

import pytest

from services.cli.home import Home, Notes
from services.cli.language import Told
from services.cli.system import running_system
from shared.embedded import processes
from shared.embedded.ports import free_port
from tests.eventually import eventually

pytestmark = pytest.mark.servers

ROOT = Path(__file__).parents[3]
INTERRUPTED = 130  # what Typer answers to a Ctrl-C that comes before `up` listens for it


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Home]:
    home = Home(tmp_path)
    yield home
    jejak(home, "down")


def environment(home: Home) -> dict[str, str]:
    outside = ("DATABASE_URL", "KAFKA_BOOTSTRAP_SERVERS", "JEJAK_LANG")
    kept = {name: value for name, value in os.environ.items() if name not in outside}
    return kept | {"JEJAK_HOME": str(home.folder), "PYTHONPATH": str(ROOT)}


def jejak(home: Home, *arguments: str, inherited: tuple[int, ...] = ()) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "services.cli", *arguments]
    environ = environment(home)
    return subprocess.run(
        command, env=environ, capture_output=True, text=True, check=False, pass_fds=inherited
    )


@contextmanager
def foreground(home: Home, port: int) -> Iterator[subprocess.Popen[str]]:
    command = [sys.executable, "-m", "services.cli", "up", "--no-sample", "--port", str(port)]
    with subprocess.Popen(command, env=environment(home), stdout=subprocess.PIPE, text=True) as up:
        try:
            yield up
        finally:
            up.kill()


async def is_ready(home: Home) -> None:
    async def ready() -> bool:
        return Notes.of(home).ready

    await eventually(ready, within=90)


async def test_up_survives_a_kill_and_stops_when_told(home: Home) -> None:
    port = free_port()
    with foreground(home, port):
        await is_ready(home)
    status = json.loads(jejak(home, "status", "--json").stdout)
    assert (status["ready"], status["processes"]) == (False, []), "killed: nobody answers for it"

    ended, held = os.pipe()
    again = jejak(home, "up", "--detach", "--no-sample", "--port", str(port), inherited=(held,))
    os.close(held)
    assert again.returncode == 0, again.stderr + again.stdout
    assert select([ended], [], [], 0)[0], "whoever waits for the end of a pipe of ours does not wait for it"
    os.close(ended)
    assert again.stdout.splitlines()[-1].startswith(f"http://127.0.0.1:{port} ")
    status = json.loads(jejak(home, "status", "--json").stdout)
    assert status["ready"], status
    assert {"postgres", "kafka"} < {one["name"] for one in status["processes"]}
    assert 0 < status["megabytes"] < 1300
    waiting = jejak(home, "dead-letters", "list", "--json")
    assert (waiting.returncode, waiting.stdout) == (0, "[]\n"), waiting.stderr

    second = jejak(home, "up")
    assert (second.returncode, second.stdout) == (
        0,
        f"Jejak Kinerja sudah berjalan: http://127.0.0.1:{port}\n",
    )
    assert jejak(home, "down").returncode == 0
    assert not home.is_running


@pytest.mark.parametrize(("verb", "returncode"), [("down", 0), ("up", 1)])
def test_what_a_killed_bench_left_beside_the_system_ends_with_it(
    home: Home, verb: str, returncode: int
) -> None:
    second = processes.start(["sleep", "600"], log=home.log("planning-2"))
    processes.remember(home.mark("planning-2"), second)
    reaper = Thread(target=second.wait, daemon=True)
    reaper.start()
    with socket.create_server(("127.0.0.1", 0)) as taken:  # so that nothing is started after it
        port = ("--port", str(taken.getsockname()[1])) if verb == "up" else ()
        assert jejak(home, verb, *port).returncode == returncode
    reaper.join(20)
    assert second.returncode == -signal.SIGTERM
    assert not home.mark("planning-2").exists()


def test_a_first_start_cut_short_anywhere_is_made_good_by_the_next(home: Home) -> None:
    chance = random.Random(12)
    port = free_port()
    for longest, how in ((0.5, signal.SIGKILL), (2.0, signal.SIGINT), (4.0, signal.SIGKILL)):
        with foreground(home, port) as up:
            with suppress(subprocess.TimeoutExpired):
                up.wait(chance.uniform(longest / 2, longest))
            up.send_signal(how)
            assert up.wait(30) in {0, -how, INTERRUPTED}
    again = jejak(home, "up", "--detach", "--no-sample", "--port", str(port))
    assert again.returncode == 0, again.stderr + again.stdout
    assert "berjalan; jejak down menghentikannya" in again.stdout, "no Ctrl-C reaches the background"
    assert json.loads(jejak(home, "status", "--json").stdout)["ready"]


@pytest.mark.parametrize(
    ("verb", "returncode", "begins"),
    [("up", 0, "Jejak Kinerja sedang dinyalakan"), ("story", 1, "jejak: Jejak Kinerja sedang dinyalakan")],
)
def test_beside_a_system_that_starts_it_is_said_that_it_does(
    home: Home, verb: str, returncode: int, begins: str
) -> None:
    with home.held():
        answer = jejak(home, verb)
    assert (answer.returncode, (answer.stdout + answer.stderr).startswith(begins)) == (returncode, True), (
        answer
    )


async def test_the_notes_of_a_killed_system_do_not_pass_for_those_of_the_next(home: Home) -> None:
    Notes("http://127.0.0.1:9", ready=True).write(home)

    def choose() -> str:
        assert Notes.of(home) == Notes()
        raise Told

    with pytest.raises(Told):
        async with running_system(home, choose, print):
            pass


def test_a_story_that_finds_no_place_for_its_data_says_so_in_a_sentence(home: Home) -> None:
    (home.folder / "kafka").write_bytes(b"in the way")
    answer = jejak(home, "story")
    assert (answer.returncode, answer.stderr.startswith("jejak: tidak dapat dijalankan")) == (1, True), answer
    (home.folder / "kafka").unlink()


def test_a_taken_port_is_said_in_a_sentence(home: Home) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        answer = jejak(home, "up", "--port", str(port))
    assert answer.returncode == 1
    assert answer.stderr == f"jejak: port {port} sedang dipakai program lain; pilih yang lain dengan --port\n"
