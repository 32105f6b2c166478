"""A fresh office for each test that asks for one."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.databases import FreshDatabase
from tests.services.planning.office import SCHEMA, Office, open_office


@pytest.fixture
async def office(fresh_database: FreshDatabase, tmp_path: Path) -> AsyncIterator[Office]:
    async with open_office(await fresh_database(SCHEMA), tmp_path) as opened:
        await opened.knows_everybody()
        yield opened
