"""How a command that changes tables reaches a service's database: as its owner, with the master key."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from services.cli.home import Home
from services.cli.language import Told, words
from services.cli.prepare import OWNERS_ONLY, admin_url
from shared.embedded.provision import DATABASE, url_for
from shared.settings import required


@dataclass(frozen=True, slots=True)
class Owned:
    """A service's database as its owner sees it."""

    url: str
    master_key_file: Path


def owned(service: str, folder: Path, env: Mapping[str, str] = os.environ) -> Owned:
    """By <SERVICE>_OWNER_URL and its MASTER_KEY_FILE; else what `jejak prepare` left; else what runs here.

    Raises SettingMissing, or Told where no system was ever started here.
    """
    name = f"{service.upper()}_OWNER_URL"
    if name in env or f"{name}_FILE" in env:
        own = f"{service.upper()}_MASTER_KEY_FILE"
        return Owned(required(env, name), Path(required(env, own if own in env else "MASTER_KEY_FILE")))
    if "DATABASE_ADMIN_HOST" in env:
        return _kept(service, admin_url(env), folder / OWNERS_ONLY, folder / service / "master.key")
    home = Home.here(env)
    server = env.get("DATABASE_URL") or own_server(home)
    return _kept(service, server, home.secrets, home.secrets / f"{service}.key")


def _kept(service: str, server: str, secrets: Path, key: Path) -> Owned:
    owner, password = f"{service}_owner", secrets / f"{service}_owner"
    if not password.exists():
        raise Told(words("owner-unknown", file=password, service=service.upper()))
    url = url_for(server, owner, password.read_text(encoding="utf-8"), DATABASE.format(service=service))
    return Owned(url, key)


def own_server(home: Home) -> str:
    """The superuser's address of the PostgreSQL that `jejak up` started here. Raises Told where none is."""
    # Not at the top: a container has no embedded servers to import.
    from shared.embedded.postgres import address_of  # noqa: PLC0415

    address = address_of(home.folder / "postgres")
    if address is None:
        raise Told(words("not-running"))
    return address
