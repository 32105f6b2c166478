"""What keeps the processes alive, tried on programs that do nothing."""

import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

import psutil
import pytest

from services.cli.supervisor import Program, Supervisor, answers_well
from shared.embedded import processes
from shared.embedded.ports import free_port
from shared.embedded.processes import EmbeddedError
from tests.eventually import eventually


class Heard(list[tuple[str, dict[str, object]]]):
    def tell(self, key: str, **facts: object) -> None:
        self.append((key, facts))


def program(folder: Path, name: str = "tiny", *, argument: str | None = None) -> Program:
    port = free_port()
    script = Path(__file__).with_name("program.py")
    return Program(
        name=name,
        begin=processes.start,
        argv=(sys.executable, str(script), argument or str(port)),
        env={},
        ready_url=f"http://127.0.0.1:{port}/health/ready",
        mark=folder / f"{name}.json",
        log=folder / f"{name}.log",
    )


@asynccontextmanager
async def supervising(heard: Heard) -> AsyncIterator[Supervisor]:
    supervisor = Supervisor(heard.tell)
    try:
        yield supervisor
    finally:
        await supervisor.stop()


async def test_a_crashed_program_is_started_again_and_told(tmp_path: Path) -> None:
    heard, tiny = Heard(), program(tmp_path)
    async with supervising(heard) as supervisor:
        await supervisor.start(tiny.kept(supervisor))
        first = processes.remembered(tiny.mark)
        assert first is not None
        first.kill()

        async def is_back() -> bool:
            return "back" in [key for key, _ in heard]

        await eventually(is_back)
        second = processes.remembered(tiny.mark)
        assert second is not None
        assert second.pid != first.pid
        assert answers_well(tiny.ready_url)
    assert [key for key, _ in heard] == ["crashed", "back"]
    assert not second.is_running()


async def test_a_program_that_ends_while_starting_is_said_with_its_last_words(tmp_path: Path) -> None:
    wrong = program(tmp_path, "wrong", argument="no-number")
    async with supervising(Heard()) as supervisor:
        with pytest.raises(EmbeddedError, match=r"wrong ended while starting:(?s:.*)invalid literal"):
            await supervisor.start(wrong.kept(supervisor))


async def test_a_program_that_is_gone_before_it_is_remembered_is_said_to_have_ended(tmp_path: Path) -> None:
    def gone(*_: object, **__: object) -> psutil.Process:
        with subprocess.Popen(["true"]) as ended:
            ended.wait()
        return psutil.Process(ended.pid)

    quick = replace(program(tmp_path, "quick"), begin=gone)
    async with supervising(Heard()) as supervisor:
        with pytest.raises(EmbeddedError, match="quick ended while starting"):
            await supervisor.start(quick.kept(supervisor))


async def test_stopping_ends_all_of_them(tmp_path: Path) -> None:
    both = [program(tmp_path, name) for name in ("one", "two")]
    async with supervising(Heard()) as supervisor:
        await supervisor.start(*(one.kept(supervisor) for one in both))
        alive = [processes.remembered(one.mark) for one in both]
        assert all(alive)
    assert not any(process.is_running() for process in alive if process is not None)
    assert not any(one.mark.exists() for one in both)


async def test_what_a_killed_starter_left_behind_makes_room(tmp_path: Path) -> None:
    tiny = program(tmp_path)
    left = processes.start(tiny.argv, log=tiny.log)
    processes.remember(tiny.mark, left)
    async with supervising(Heard()) as supervisor:
        await supervisor.start(tiny.kept(supervisor))
        assert not psutil.pid_exists(left.pid)
