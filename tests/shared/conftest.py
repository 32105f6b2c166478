"""A fresh event store for the toy ledger, on a real PostgreSQL."""

import os
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, replace
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from shared.projection.trail import TRAIL
from shared.settings import Settings
from shared.store.migrate import migrate
from shared.store.store import Store, open_store
from tests.shared.toy import LEDGER, TABLES, YEAR

FreshDatabase = Callable[[], Awaitable[tuple[str, str]]]


@dataclass(frozen=True)
class Place:
    """Where a toy service lives: its two roles' addresses and its settings."""

    owner_url: str
    settings: Settings

    @property
    def app_role(self) -> str:
        return self.settings.database_url.split("//")[1].split(":")[0].split("@")[0]


@pytest.fixture
async def place(fresh_database: FreshDatabase, tmp_path: Path) -> Place:
    owner_url, app_url = await fresh_database()
    key = tmp_path / "master.key"
    key.write_bytes(os.urandom(32))
    settings = Settings(
        environment="test",
        agency="CONTOH",
        agency_name="Contoh",
        timezone=ZoneInfo("Asia/Jakarta"),
        host="127.0.0.1",
        port=0,
        database_url=app_url,
        kafka_bootstrap_servers="",
        kafka_partitions=4,
        master_key_file=key,
        oidc_issuer="",
        oidc_jwks_url="",
        oidc_audience="jejak",
        evidence_dir=tmp_path,
    )
    made = Place(owner_url, settings)
    await migrate(owner_url, made.app_role, tables=[TRAIL, *TABLES], years=[YEAR])
    return made


@pytest.fixture
async def store(place: Place) -> AsyncIterator[Store]:
    async with open_store(place.settings, "toy", [LEDGER.catalogue]) as opened:
        yield opened


@pytest.fixture
def on_kafka(place: Place, kafka_bootstrap: str) -> Place:
    return replace(place, settings=replace(place.settings, kafka_bootstrap_servers=kafka_bootstrap))
