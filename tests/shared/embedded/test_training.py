"""The archive of Kafka's classes: made once, used by every start, never trusted when it is damaged."""

import asyncio
import subprocess
import sys
from pathlib import Path

import psutil
import pytest

from shared.embedded import processes, training
from shared.embedded.kafka import archive_file, class_archive, start_kafka
from shared.embedded.processes import AlreadyRunning
from tests.eventually import eventually

pytestmark = pytest.mark.servers

ALWAYS = "-XX:AOTMode=on"  # a JVM that can't use its archive ends, instead of going on without it


def test_the_archive_is_used_and_a_damaged_one_is_not(tmp_path: Path) -> None:
    archive = tmp_path / "kafka.aot"
    training.train(archive)
    assert sorted(file.name for file in tmp_path.iterdir()) == ["kafka.aot", "kafka.lock"]
    start_kafka(tmp_path / "kafka", options=[f"-XX:AOTCache={archive}", ALWAYS]).stop()

    damaged = bytearray(archive.read_bytes())
    middle = len(damaged) // 2
    damaged[middle : middle + 100_000] = bytes(100_000)
    archive.write_bytes(damaged)
    start_kafka(tmp_path / "kafka", options=[f"-XX:AOTCache={archive}"]).stop()


async def test_who_is_told_to_end_ends_the_broker_and_leaves_no_archive(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    archive = tmp_path / "kafka.aot"
    monkeypatch.setenv("ARCHIVE", str(archive))
    script = (
        "import os, pathlib; from shared.embedded import training;"
        "training.archive_file = lambda: pathlib.Path(os.environ['ARCHIVE']); training.main()"
    )
    trainer = await asyncio.create_subprocess_exec(sys.executable, "-c", script, stderr=subprocess.PIPE)

    async def broker_runs() -> bool:
        return processes.remembered(tmp_path / "kafka.work" / "process.json") is not None

    await eventually(broker_runs, within=60)
    [broker] = psutil.Process(trainer.pid).children()
    with pytest.raises(AlreadyRunning):
        training.train(archive)
    trainer.terminate()
    _, said = await trainer.communicate()
    assert (trainer.returncode, said) == (1, b"told to end\n")
    assert not broker.is_running()
    assert [file.name for file in tmp_path.iterdir()] == ["kafka.lock"]


def test_an_archive_is_for_one_java_one_set_of_jars_and_one_set_of_options(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    monkeypatch.delenv("KAFKA_BOOTSTRAP_SERVERS", raising=False)
    first = archive_file()
    assert training.needed()
    assert class_archive() == []
    first.parent.mkdir()
    first.touch()
    assert not training.needed()
    assert class_archive() == [f"-XX:AOTCache={first}"]
    monkeypatch.setattr("shared.embedded.kafka.JVM", ("-Xmx512m",))
    assert training.needed()
    monkeypatch.setenv("KAFKA_BOOTSTRAP_SERVERS", "broker:9092")
    assert not training.needed(), "it runs elsewhere"
