"""A fresh event store for the toy ledger, on a real PostgreSQL."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from pathlib import Path
from zoneinfo import ZoneInfo

import asyncpg
import pytest

from shared import people
from shared.erasure.eraser import REMEMBER, WHICH
from shared.projection.trail import TRAIL
from shared.settings import Settings
from shared.store.store import Store, open_store
from tests.databases import FreshDatabase, Schema
from tests.shared.toy import LEDGER, TABLES, YEAR

SCHEMA = Schema((TRAIL, *TABLES, *people.TABLES), (YEAR,))


@dataclass(frozen=True)
class Place:
    """Where a toy service lives: its two roles' addresses and its settings."""

    owner_url: str
    settings: Settings


@pytest.fixture
async def place(fresh_database: FreshDatabase, tmp_path: Path) -> Place:
    made = await fresh_database(SCHEMA)
    settings = Settings(
        environment="test",
        agency="CONTOH",
        agency_name="Contoh",
        timezone=ZoneInfo("Asia/Jakarta"),
        host="127.0.0.1",
        port=0,
        database_url=made.app_url,
        kafka_bootstrap_servers="",
        kafka_partitions=4,
        master_key_file=made.master_key_file,
        signing_key_file=made.signing_key_file,
        oidc_issuer="",
        oidc_jwks_url="",
        oidc_audience="jejak",
        evidence_dir=tmp_path,
    )
    await told_who_was_erased(settings.database_url)
    return Place(made.owner_url, settings)


async def told_who_was_erased(database_url: str) -> None:
    """As after a start with Kafka: else a database with keys in it waits for Kafka before it opens."""
    connection = await asyncpg.connect(database_url)
    await connection.execute(REMEMBER, await connection.fetchval(WHICH))
    await connection.close()


@pytest.fixture
async def store(place: Place) -> AsyncIterator[Store]:
    async with open_store(place.settings, "toy", [LEDGER.catalogue]) as opened:
        yield opened


@pytest.fixture
def on_kafka(place: Place, kafka_bootstrap: str) -> Place:
    return replace(place, settings=replace(place.settings, kafka_bootstrap_servers=kafka_bootstrap))
