"""`jejak prepare`: each service's database, roles, key and schema on a server, and its folder of secrets."""

import asyncio
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated
from urllib.parse import quote

import typer

from services.cli.language import Told, words
from services.cli.migrate import migrate_all
from services.cli.programs import SERVICES
from shared.embedded.processes import write_whole
from shared.embedded.provision import Provisioned, provision
from shared.private_file import write_private
from shared.settings import SettingMissing, required

OWNERS_ONLY = "setup"


def command(
    folder: Annotated[Path, typer.Option(help="for the secrets, one folder per service")] = Path("secrets"),
) -> None:
    """Safe to run again. DATABASE_ADMIN_HOST, ..._USER and ..._PASSWORD (or ..._PASSWORD_FILE) say where."""
    try:
        address = admin_url(os.environ)
    except SettingMissing as missing:
        raise Told(words("setting-missing", reason=missing)) from None
    asyncio.run(prepare(address, folder))


def admin_url(env: Mapping[str, str]) -> str:
    """The address of the role that may create databases and roles. Raises SettingMissing."""
    user = quote(env.get("DATABASE_ADMIN_USER", "postgres"))
    password = quote(required(env, "DATABASE_ADMIN_PASSWORD"))
    return f"postgresql://{user}:{password}@{required(env, 'DATABASE_ADMIN_HOST')}/postgres"


async def prepare(address: str, folder: Path) -> None:
    """Provision and migrate every service; the owners' passwords stay in a folder that no service sees."""
    made = await provision(address, SERVICES, folder / OWNERS_ONLY)
    await migrate_all({name: one.owner_url for name, one in made.items()})
    for name, one in made.items():
        hand_over(one, folder / name)


def hand_over(made: Provisioned, folder: Path) -> None:
    """Give a service what it may know: its application role's address and its two keys."""
    folder.mkdir(parents=True, exist_ok=True)
    write_whole(folder / "database_url", made.app_url, mode=0o600)
    # Where there is a key it stays: a rotation may have put another in its place.
    write_private(folder / "master.key", made.master_key_file.read_bytes())
    write_private(folder / "signing.key", made.signing_key_file.read_bytes())
