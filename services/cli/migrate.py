"""`jejak migrate`: bring databases to the schema this code needs, as the owner of each."""

import asyncio
import os
from datetime import UTC, datetime
from typing import Annotated

import typer

from services.cli.language import Told, words
from services.cli.migrated import code_state, note_migrated
from services.cli.programs import SERVICES, composed
from shared.settings import SettingMissing, required
from shared.store.migrate import migrate

FIRST_YEAR, YEARS_AHEAD = 2024, 3


def command(
    services: Annotated[list[str] | None, typer.Argument(help="planning assessment followup")] = None,
) -> None:
    """Create or upgrade the schema of services; <SERVICE>_OWNER_URL (or ..._FILE) is each owner's address."""
    try:
        addresses = {name: required(os.environ, f"{name.upper()}_OWNER_URL") for name in services or SERVICES}
    except SettingMissing as missing:
        raise Told(words("setting-missing", reason=missing)) from None
    asyncio.run(migrate_all(addresses))


async def migrate_all(owner_urls: dict[str, str]) -> None:
    """Migrate each service's database; its application role is the owner's, ending in _app."""
    this_year, code = datetime.now(UTC).year, code_state()
    for name, url in owner_urls.items():
        service = composed(name).SERVICE
        owner = url.partition("://")[2].partition(":")[0]
        app_role = f"{owner.removesuffix('_owner')}_app"
        years = range(FIRST_YEAR, this_year + YEARS_AHEAD)
        await migrate(url, app_role, tables=service.tables, years=years)
        await note_migrated(url, code)
