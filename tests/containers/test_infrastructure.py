"""The engine keeps its promises on PostgreSQL and Kafka as containers, too: the same tests, other servers."""

import os
import subprocess
import sys
from collections.abc import Iterator

import pytest
from testcontainers.community.postgres import PostgresContainer
from testcontainers.core.container import DockerContainer
from testcontainers.core.wait_strategies import LogMessageWaitStrategy

from shared.embedded.ports import free_port

ENGINE_TESTS = ("tests/shared/store", "tests/shared/sealed_log", "tests/shared/messaging")


@pytest.fixture(scope="module")
def postgres() -> Iterator[str]:
    with PostgresContainer("postgres:18", driver=None) as container:
        yield container.get_connection_url()


@pytest.fixture(scope="module")
def kafka() -> Iterator[str]:
    port = free_port()
    settings = {
        "KAFKA_NODE_ID": "1",
        "KAFKA_PROCESS_ROLES": "broker,controller",
        "KAFKA_CONTROLLER_QUORUM_VOTERS": "1@localhost:9093",
        # The broker asks itself about transactions: at an address that leads nowhere it waits for ever.
        "KAFKA_LISTENERS": "OUTSIDE://:9092,WITHIN://:9094,CONTROLLER://:9093",
        "KAFKA_ADVERTISED_LISTENERS": f"OUTSIDE://localhost:{port},WITHIN://localhost:9094",
        "KAFKA_INTER_BROKER_LISTENER_NAME": "WITHIN",
        "KAFKA_CONTROLLER_LISTENER_NAMES": "CONTROLLER",
        "KAFKA_LISTENER_SECURITY_PROTOCOL_MAP": "OUTSIDE:PLAINTEXT,WITHIN:PLAINTEXT,CONTROLLER:PLAINTEXT",
        "KAFKA_OFFSETS_TOPIC_REPLICATION_FACTOR": "1",
        "KAFKA_TRANSACTION_STATE_LOG_REPLICATION_FACTOR": "1",
        "KAFKA_TRANSACTION_STATE_LOG_MIN_ISR": "1",
        "KAFKA_GROUP_INITIAL_REBALANCE_DELAY_MS": "0",
        "KAFKA_AUTO_CREATE_TOPICS_ENABLE": "false",  # else whoever looks makes one, with other settings
    }
    container = DockerContainer("apache/kafka:4.4.0").with_bind_ports(9092, port).with_envs(**settings)
    with container.waiting_for(LogMessageWaitStrategy("Kafka Server started")):
        yield f"localhost:{port}"


def test_the_engine_on_containers(postgres: str, kafka: str) -> None:
    servers = {"DATABASE_URL": postgres, "KAFKA_BOOTSTRAP_SERVERS": kafka}
    two = ["--numprocesses=2", "--dist=loadfile", "--no-loadscope-reorder"]
    run = [
        sys.executable,
        "-m",
        "pytest",
        "-q",
        "-m",
        "servers",
        "-p",
        "no:cacheprovider",
        *two,
        *ENGINE_TESTS,
    ]
    assert subprocess.run(run, env=os.environ | servers, timeout=600, check=False).returncode == 0
