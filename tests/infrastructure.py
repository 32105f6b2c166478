"""The real servers tests run on: those of the environment (test-containers sets it), else embedded."""

import os
from collections.abc import AsyncIterator, Iterator
from contextlib import ExitStack
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
import pytest_asyncio
from aiokafka.admin import AIOKafkaAdminClient

from shared.embedded.kafka import running_kafka
from shared.embedded.postgres import running_postgres
from shared.embedded.provision import Provisioned
from shared.settings import Settings
from tests.databases import Databases, FreshDatabase, Schema, quick_folder


def pytest_configure() -> None:
    """Refuse one given server without the other: a lone broker is one that somebody works with."""
    given = [name for name in ("DATABASE_URL", "KAFKA_BOOTSTRAP_SERVERS") if os.environ.get(name)]
    if len(given) == 1:
        raise pytest.UsageError(
            f"{given[0]} is set alone: tests delete what given servers hold. Unset it, and they start their"
            " own, or set both DATABASE_URL and KAFKA_BOOTSTRAP_SERVERS to servers made for them"
        )


@pytest.fixture(scope="session")
def postgres_admin_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a role that may create databases and roles."""
    if given := os.environ.get("DATABASE_URL"):
        yield given
        return
    with ExitStack() as stack:
        folder = stack.enter_context(quick_folder(tmp_path_factory.mktemp("postgres")))
        yield stack.enter_context(running_postgres(folder / "server", forgetful=True))


@pytest.fixture(scope="session")
def kafka_bootstrap(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Where a broker with no topics of ours answers."""
    if given := os.environ.get("KAFKA_BOOTSTRAP_SERVERS"):
        yield given
        return
    with ExitStack() as stack:
        yield stack.enter_context(running_kafka(tmp_path_factory.mktemp("kafka")))


@pytest_asyncio.fixture(scope="session")
async def databases(
    postgres_admin_url: str, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Databases]:
    """For who needs one for longer than a test."""
    found = Databases(postgres_admin_url, tmp_path_factory.mktemp("secrets"))
    yield found
    if "DATABASE_URL" in os.environ:  # our own server is thrown away whole
        await found.drop_all()


@pytest_asyncio.fixture
async def fresh_database(databases: Databases) -> AsyncIterator[FreshDatabase]:
    """Empty, it has an owner and an application role of its own; migrated, keys of its own."""
    made: list[Provisioned] = []

    async def make(schema: Schema | None = None) -> Provisioned:
        made.append(await (databases.migrated(schema) if schema else databases.empty()))
        return made[-1]

    yield make
    for one in made:
        await databases.drop(one)


async def forget_logs(bootstrap: str) -> None:
    """Remove the log topics: a fresh database of a service that ran here before begins a log of its own."""
    admin = AIOKafkaAdminClient(bootstrap_servers=bootstrap)
    await admin.start()
    try:
        logs = [name for name in await admin.list_topics() if name.endswith(".log.v1")]
        if logs:
            await admin.delete_topics(logs)
    finally:
        await admin.close()


def settings_of(made: Provisioned, folder: Path, *, kafka: str = "127.0.0.1:9") -> Settings:
    """The settings of a process in the demonstration, whose clock tests may set."""
    return Settings(
        environment="demo",
        agency="CONTOH",
        agency_name="Badan Contoh",
        timezone=ZoneInfo("Asia/Jakarta"),
        host="127.0.0.1",
        port=0,
        database_url=made.app_url,
        kafka_bootstrap_servers=kafka,
        kafka_partitions=4,
        master_key_file=made.master_key_file,
        signing_key_file=made.signing_key_file,
        oidc_issuer="",
        oidc_jwks_url="",
        oidc_audience="jejak",
        evidence_dir=folder / "evidence",
    )
