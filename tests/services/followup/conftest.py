"""A fresh office for each test that asks for one."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.infrastructure import FreshDatabase, settings_of
from tests.services.followup.office import Office, open_office


@pytest.fixture
async def office(fresh_database: FreshDatabase, tmp_path: Path) -> AsyncIterator[Office]:
    made = await fresh_database()
    async with open_office(made, settings_of(made, tmp_path)) as opened:
        yield opened
