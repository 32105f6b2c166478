"""A fresh office for each test that asks for one."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.databases import FreshDatabase
from tests.infrastructure import settings_of
from tests.services.followup.office import SCHEMA, Office, open_office


@pytest.fixture
async def office(fresh_database: FreshDatabase, tmp_path: Path) -> AsyncIterator[Office]:
    made = await fresh_database(SCHEMA)
    async with open_office(settings_of(made, tmp_path)) as opened:
        yield opened
