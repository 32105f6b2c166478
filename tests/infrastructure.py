"""The real servers tests run on: those of the environment (test-containers sets it), else embedded."""

import os
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from uuid import uuid4
from zoneinfo import ZoneInfo

import asyncpg
import pytest
import pytest_asyncio
from aiokafka.admin import AIOKafkaAdminClient

from shared.embedded.kafka import running_kafka
from shared.embedded.postgres import running_postgres
from shared.embedded.provision import Provisioned, provision
from shared.settings import Settings

FreshDatabase = Callable[[], Awaitable[Provisioned]]


@pytest.fixture(scope="session")
def postgres_admin_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a role that may create databases and roles."""
    if given := os.environ.get("DATABASE_URL"):
        yield given
        return
    with ExitStack() as stack:
        yield stack.enter_context(running_postgres(tmp_path_factory.mktemp("postgres"), forgetful=True))


@pytest.fixture(scope="session")
def kafka_bootstrap(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Where a broker with no topics of ours answers."""
    if given := os.environ.get("KAFKA_BOOTSTRAP_SERVERS"):
        yield given
        return
    with ExitStack() as stack:
        yield stack.enter_context(running_kafka(tmp_path_factory.mktemp("kafka")))


@pytest_asyncio.fixture(scope="session")
async def fresh_database(
    postgres_admin_url: str, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[FreshDatabase]:
    """Makes an empty database with its own owner, application role and master key, as often as asked."""
    made: list[Provisioned] = []
    folder: Path = tmp_path_factory.mktemp("secrets")

    async def make() -> Provisioned:
        name = f"test_{uuid4().hex[:12]}"
        made.append((await provision(postgres_admin_url, [name], folder))[name])
        return made[-1]

    yield make
    if "DATABASE_URL" in os.environ:  # our own server is thrown away whole
        await _drop(postgres_admin_url, made)


OWNED = "SELECT datname FROM pg_database JOIN pg_roles ON pg_roles.oid = datdba WHERE rolname = $1"


async def _drop(admin_url: str, made: list[Provisioned]) -> None:
    admin = await asyncpg.connect(admin_url)
    for one in made:
        for owned in await admin.fetch(OWNED, f"{one.service}_owner"):  # its own, and copies made of it
            await admin.execute(f'DROP DATABASE "{owned["datname"]}" WITH (FORCE)')
        for role in (f"{one.service}_owner", one.app_role):
            await admin.execute(f'DROP ROLE "{role}"')
    await admin.close()


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
