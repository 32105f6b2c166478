"""One database and two roles per service, and no way from one service's role to another's database."""

import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote, urlsplit, urlunsplit

import asyncpg

from shared.embedded.processes import write_whole
from shared.private_file import write_private

DATABASE = "jejak_{service}"
KEY_BYTES = 32


@dataclass(frozen=True, slots=True)
class Provisioned:
    """What one service is given: the owner's address is for migrations only.

    The master key wraps personal keys, the signing key signs the log's checkpoints.
    """

    service: str
    owner_url: str
    app_url: str
    app_role: str
    master_key_file: Path
    signing_key_file: Path


async def provision(admin_url: str, services: Iterable[str], secrets_dir: Path) -> dict[str, Provisioned]:
    """Make what is missing for each service; passwords and keys are made once and kept in `secrets_dir`.

    `admin_url` is of a role that may create databases and roles. Safe to run again.
    """
    secrets_dir.mkdir(parents=True, exist_ok=True)
    secrets_dir.chmod(0o700)
    admin = await asyncpg.connect(admin_url)
    try:
        return {name: await _provision(admin, admin_url, name, secrets_dir) for name in services}
    finally:
        await admin.close()


async def _provision(admin: asyncpg.Connection, admin_url: str, service: str, folder: Path) -> Provisioned:
    database = DATABASE.format(service=service)
    owner, app = f"{service}_owner", f"{service}_app"
    for role in (owner, app):
        await _ensure_role(admin, role, _password(folder / role))
    await _ensure_database(admin, database, owner)
    await admin.execute(f'REVOKE ALL ON DATABASE "{database}" FROM PUBLIC')
    await admin.execute(f'GRANT CONNECT, TEMPORARY ON DATABASE "{database}" TO "{owner}", "{app}"')
    return provisioned(admin_url, service, folder)


def provisioned(server: str, service: str, folder: Path) -> Provisioned:
    """What a service is given of `server`, an address of any role; keys and passwords are in `folder`."""
    database = DATABASE.format(service=service)
    owner, app = f"{service}_owner", f"{service}_app"
    return Provisioned(
        service=service,
        owner_url=url_for(server, owner, _password(folder / owner), database),
        app_url=url_for(server, app, _password(folder / app), database),
        app_role=app,
        master_key_file=key_file(folder / f"{service}.key"),
        signing_key_file=key_file(folder / f"{service}.signing.key"),
    )


async def _ensure_role(admin: asyncpg.Connection, role: str, password: str) -> None:
    exists = await admin.fetchval("SELECT true FROM pg_roles WHERE rolname = $1", role)
    verb = "ALTER" if exists else "CREATE"
    # A role's password can't be a parameter; ours are made of letters, digits, - and _.
    await admin.execute(f"{verb} ROLE \"{role}\" LOGIN NOINHERIT PASSWORD '{password}'")


async def _ensure_database(admin: asyncpg.Connection, database: str, owner: str) -> None:
    if await admin.fetchval("SELECT true FROM pg_database WHERE datname = $1", database):
        return
    # To give a database away, an administrator who is no superuser must be able to become its owner.
    if not await admin.fetchval("SELECT rolsuper FROM pg_roles WHERE rolname = current_user"):
        await admin.execute(f'GRANT "{owner}" TO CURRENT_USER WITH SET TRUE')
    await admin.execute(f'CREATE DATABASE "{database}" OWNER "{owner}" TEMPLATE template0')


def _password(file: Path) -> str:
    if not file.exists():
        write_whole(file, secrets.token_urlsafe(24), mode=0o600)
    return file.read_text(encoding="utf-8")


def key_file(file: Path) -> Path:
    """The file of one of a service's keys (32 random bytes, mode 0600), made where there is none."""
    if not file.exists():
        write_private(file, secrets.token_bytes(KEY_BYTES))
    return file


def url_for(admin_url: str, role: str, password: str, database: str) -> str:
    """`admin_url`'s server, for another role and database."""
    parts = urlsplit(admin_url)
    place = parts.netloc.rpartition("@")[2]
    return urlunsplit(parts._replace(netloc=f"{role}:{quote(password)}@{place}", path=f"/{database}"))
