"""Embedded servers start, say what is wrong, and survive the sudden death of anybody."""

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import asyncpg
import psutil
import pytest
from aiokafka.admin import AIOKafkaAdminClient, NewTopic

from shared.embedded import jars, processes
from shared.embedded.kafka import Kafka, running_kafka, start_kafka
from shared.embedded.postgres import Postgres, running_postgres, start_postgres
from shared.embedded.processes import AlreadyRunning, EmbeddedError

pytestmark = pytest.mark.servers

STARTER = """
import pathlib, sys
from shared.embedded.{module} import start_{module}
start_{module}(pathlib.Path(sys.argv[1]))
print("ready", flush=True)
sys.stdin.read()
"""


@pytest.fixture
def taken_port() -> Iterator[int]:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        yield other.getsockname()[1]


async def query(url: str, statement: str) -> object:
    connection = await asyncpg.connect(url)
    try:
        return await connection.fetchval(statement)
    finally:
        await connection.close()


async def topics(bootstrap: str, *, create: str | None = None) -> list[str]:
    admin = AIOKafkaAdminClient(bootstrap_servers=bootstrap)
    await admin.start()
    if create:
        await admin.create_topics([NewTopic(create, 1, 1)])
    names: list[str] = await admin.list_topics()
    await admin.close()
    return names


def killed_starter(module: str, folder: Path) -> None:
    """Start a server from a process of its own, then kill that process and leave the server behind."""
    starter = subprocess.Popen(
        [sys.executable, "-c", STARTER.format(module=module), str(folder)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env=os.environ | {"PYTHONPATH": str(Path(__file__).parents[3])},
    )
    assert starter.stdout is not None
    assert starter.stdin is not None
    assert starter.stdout.readline() == b"ready\n"
    starter.kill()
    starter.wait()
    starter.stdout.close()
    starter.stdin.close()


async def test_postgres_keeps_what_was_committed_when_it_is_killed(tmp_path: Path) -> None:
    server = start_postgres(tmp_path / "postgres")
    await query(server.admin_url, "CREATE TABLE kept AS SELECT 42 AS answer")
    server.process.send_signal(signal.SIGKILL)
    server.process.wait(10)
    with running_postgres(tmp_path / "postgres") as url:
        assert await query(url, "SELECT answer FROM kept") == 42
        assert str(await query(url, "SHOW server_version")).startswith("18.")


async def test_a_socket_that_a_killed_postgres_left_is_in_nobodys_way(tmp_path: Path) -> None:
    server = start_postgres(tmp_path)
    assert await query(server.near_url, "SELECT inet_client_addr()") is None, "by the socket"
    server.process.send_signal(signal.SIGKILL)
    server.process.wait(10)
    [lock] = tmp_path.glob(".s.PGSQL.*.lock")
    lock.write_text(lock.read_text(encoding="utf-8").replace(str(server.process.pid), str(os.getpid())))
    again = start_postgres(tmp_path)
    assert await query(again.near_url, "SELECT 1") == 1
    again.stop()


@pytest.mark.parametrize("name", ["unit" * 25, "one,two", 'a "unit"'], ids=["long", "comma", "quotes"])
async def test_where_a_socket_could_not_be_named_there_is_none(tmp_path: Path, name: str) -> None:
    server = start_postgres(tmp_path / name)
    assert server.near_url == server.admin_url
    assert await query(server.near_url, "SELECT 1") == 1
    server.stop()


async def test_a_postgres_left_behind_is_ended_by_the_next_start(tmp_path: Path) -> None:
    killed_starter("postgres", tmp_path / "postgres")
    left = processes.remembered(tmp_path / "postgres" / "process.json")
    assert left is not None
    with running_postgres(tmp_path / "postgres") as url:
        assert not left.is_running()
        assert await query(url, "SELECT 1") == 1


async def test_kafka_keeps_its_topics_when_it_and_its_starter_are_killed(tmp_path: Path) -> None:
    killed_starter("kafka", tmp_path / "kafka")
    left = processes.remembered(tmp_path / "kafka" / "process.json")
    assert left is not None
    broker = start_kafka(tmp_path / "kafka")
    assert not left.is_running()
    assert await topics(broker.bootstrap, create="kept") == ["kept"]
    broker.process.send_signal(signal.SIGKILL)
    broker.process.wait(10)
    with running_kafka(tmp_path / "kafka") as bootstrap:
        assert await topics(bootstrap) == ["kept"]


@pytest.mark.parametrize(("module", "start"), [("postgres", start_postgres), ("kafka", start_kafka)])
def test_a_server_whose_starter_was_killed_before_it_wrote_a_mark_is_ended_by_the_next_start(
    module: str, start: Callable[[Path], Postgres | Kafka], tmp_path: Path
) -> None:
    mark = tmp_path / "process.json"
    killed_starter(module, tmp_path)
    left = processes.remembered(mark)
    assert left is not None
    mark.unlink()
    again = start(tmp_path)
    assert not left.is_running()
    again.stop()


def test_a_taken_port_is_said_plainly(tmp_path: Path, taken_port: int) -> None:
    for start in (start_postgres, start_kafka):
        with pytest.raises(EmbeddedError, match=f"port {taken_port} is taken by another program"):
            start(tmp_path / start.__name__, port=taken_port)


def test_a_full_disk_is_said_plainly(tmp_path: Path) -> None:
    with pytest.raises(EmbeddedError, match=r"the disk of .* is full"):
        processes.need_space(tmp_path, 10**9)


def test_two_starters_do_not_share_a_folder(tmp_path: Path) -> None:
    with processes.held(tmp_path / "lock"), pytest.raises(AlreadyRunning), processes.held(tmp_path / "lock"):
        pass
    with processes.held(tmp_path / "lock"):
        pass


def test_another_process_with_the_remembered_number_is_left_alone(tmp_path: Path) -> None:
    mark = tmp_path / "process.json"
    processes.remember(mark, psutil.Process())
    mark.write_text(mark.read_text(encoding="utf-8").replace('"started": ', '"started": 1'), encoding="utf-8")
    assert processes.remembered(mark) is None


def test_a_jar_that_is_not_what_was_recorded_is_noticed(tmp_path: Path) -> None:
    wanted = jars.recorded()
    for jar in jars.kafka_jars():
        (tmp_path / jar.name).symlink_to(jar)
    assert jars.different(tmp_path, wanted) == []
    name = next(iter(wanted))
    (tmp_path / name).unlink()
    (tmp_path / name).write_bytes(b"something else")
    assert jars.different(tmp_path, wanted) == [name]
