"""Programs that are forked from one process, which has imported what they need."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from select import select
from socket import socketpair

import psutil
import pytest

from services.cli.home import Home
from services.cli.layout import Layout
from services.cli.nursery import ENDED_UNSEEN, Forked, Nursery
from services.cli.supervisor import answers_well
from shared.embedded import processes
from shared.embedded.ports import free_port
from shared.embedded.processes import EmbeddedError
from tests.eventually import eventually

pytestmark = pytest.mark.servers


@pytest.fixture(scope="module")
def nursery(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Nursery]:
    """One for all tests: it takes seconds to import what programs need."""
    with Nursery(tmp_path_factory.mktemp("nursery") / "log") as nursery:
        yield nursery


@pytest.fixture
def layout(tmp_path: Path) -> Layout:
    """Where an issuer alone would be."""
    ports = {name: free_port() for name in ("planning", "assessment", "followup", "issuer")}
    return Layout(home=Home(tmp_path), address="http://127.0.0.1:1", ports=ports, kafka="", databases={})


async def issuer(nursery: Nursery, layout: Layout) -> Forked:
    """A program that runs, until it is ended."""
    log = layout.home.log("issuer")
    begun = nursery.start(["serve", "issuer"], log=log, env=layout.environment("issuer"))

    async def ready() -> bool:
        assert not processes.has_ended(begun), processes.last_lines(log)
        return answers_well(f"{layout.url('issuer')}/health/ready")

    await eventually(ready, within=60)
    return begun


async def test_no_program_shows_what_its_starter_alone_is_told(
    layout: Layout, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql://superuser:secret@server/postgres")
    with Nursery(layout.home.log("nursery")) as nursery:
        begun = await issuer(nursery, layout)
        assert begun.environ()["DATABASE_URL"] == ""
        processes.end(begun)


async def test_a_program_is_a_process_of_its_own(nursery: Nursery, layout: Layout) -> None:
    begun = await issuer(nursery, layout)
    assert begun.name() == "issuer"
    assert os.getsid(begun.pid) == begun.pid, "Ctrl-C in our terminal does not reach it"
    assert processes.end(begun)
    assert begun.wait() == 0


def test_what_a_program_says_and_how_it_ends_is_known(nursery: Nursery, tmp_path: Path) -> None:
    for name in ("pajak", "cukai"):
        log = tmp_path / f"{name}.log"
        assert nursery.start(["serve", name], log=log, env={}).wait(60) == 1
        assert log.read_text(encoding="utf-8").startswith(f"jejak: layanan {name} tidak dikenal")


async def test_a_killed_nursery_leaves_its_programs_and_is_replaced(nursery: Nursery, layout: Layout) -> None:
    left = await issuer(nursery, layout)
    assert nursery.far is not None
    nursery.far.process.kill()
    nursery.far.process.wait(10)
    assert answers_well(f"{layout.url('issuer')}/health/ready")
    processes.end(left)
    assert left.wait(10) == ENDED_UNSEEN
    processes.end(await issuer(nursery, layout))


async def test_programs_outlive_whoever_asked_for_them(layout: Layout) -> None:
    with Nursery(layout.home.log("nursery")) as nursery:
        begun = await issuer(nursery, layout)
    assert answers_well(f"{layout.url('issuer')}/health/ready")
    assert processes.end(begun)


def test_what_was_forked_for_somebody_who_died_meanwhile_is_ended(layout: Layout) -> None:
    request = {"argv": ["serve", "issuer"], "log": str(layout.home.folder / "log")}
    alive, held = os.pipe()
    near, far = socketpair()
    with near, far:
        argv = [sys.executable, "-m", "services.cli.nursery"]
        nursery = subprocess.Popen(argv, stdin=far.fileno(), stderr=subprocess.DEVNULL, pass_fds=[held])
        near.sendall(json.dumps(request | {"env": layout.environment("issuer")}).encode() + b"\n")
    os.close(held)
    assert nursery.wait(60), "it has nobody to answer"
    assert select([alive], [], [], 10)[0], "the end of the pipe is held by what was forked"
    os.close(alive)


def test_what_is_forked_has_no_threads(nursery: Nursery, tmp_path: Path) -> None:
    nursery.start(["serve", "pajak"], log=tmp_path / "log", env={}).wait(60)
    assert nursery.far is not None
    assert nursery.far.process.num_threads() == 1, "a lock that a thread holds would stay held in every fork"


def test_a_nursery_that_cannot_begin_is_said_with_its_last_words(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken = tmp_path / "python"
    broken.write_text("#!/bin/sh\necho no such module >&2\nexit 1\n", encoding="utf-8")
    broken.chmod(0o700)
    monkeypatch.setattr(sys, "executable", str(broken))
    with (
        Nursery(tmp_path / "nursery.log") as nursery,
        pytest.raises(EmbeddedError, match=r"nothing can be forked:\nno such module"),
    ):
        nursery.start(["serve", "pajak"], log=tmp_path / "log", env={})


def test_a_killed_program_says_by_what(nursery: Nursery, layout: Layout) -> None:
    log, env = layout.home.log("issuer"), layout.environment("issuer")
    begun = nursery.start(["serve", "issuer"], log=log, env=env)
    psutil.Process(begun.pid).kill()
    assert begun.wait(10) == -signal.SIGKILL
