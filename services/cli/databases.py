"""Where each service's database is, for commands that look into it as the service's own role."""

import os
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from typing import TypeVar
from urllib.parse import urlsplit, urlunsplit

import asyncpg

from services.cli.home import Home, Notes
from services.cli.language import Told, words
from services.cli.programs import SERVICES
from shared.embedded.provision import DATABASE, url_for
from shared.settings import SettingMissing, required
from shared.store.append import Connection
from shared.store.urls import asyncpg_url

CONNECT_WITHIN = 10.0  # seconds
T = TypeVar("T")


def databases(env: Mapping[str, str] = os.environ) -> dict[str, str]:
    """Addresses by service: those of <SERVICE>_DATABASE_URL, else of the system that runs here.

    Else the one of DATABASE_URL, as a service's container has it. Each may be in a file, `..._FILE`.
    Raises Told where there is none.
    """
    return outside(env) or here(Home.here(env)) or own(env)


def outside(env: Mapping[str, str]) -> dict[str, str]:
    """The databases that the environment names by service."""
    names = {one: f"{one.upper()}_DATABASE_URL" for one in SERVICES}
    return {one: required(env, name) for one, name in names.items() if name in env or f"{name}_FILE" in env}


def here(home: Home) -> dict[str, str]:
    """The databases of the system that runs from this folder, with the passwords that it keeps there."""
    server = Notes.of(home).database
    if not server or not home.is_running:
        return {}
    roles = {one: f"{one}_app" for one in SERVICES}
    return {
        one: url_for(server, role, (home.secrets / role).read_text("utf-8"), DATABASE.format(service=one))
        for one, role in roles.items()
    }


def own(env: Mapping[str, str]) -> dict[str, str]:
    """The one database that a service's process is told. Raises Told."""
    try:
        return {"": required(env, "DATABASE_URL")}
    except SettingMissing:
        raise Told(words("no-database")) from None


def without_password(url: str) -> str:
    """A server's address that may be written down."""
    parts = urlsplit(url)
    return urlunsplit(parts._replace(netloc=parts.netloc.rpartition("@")[2]))


async def first(ask: Callable[[Connection], Awaitable[T | None]]) -> T | None:
    """The first answer, of each service's database asked in turn. Raises Told where one can't be asked."""
    for service, url in databases().items():
        async with connected(service, url) as connection:
            if (found := await ask(connection)) is not None:
                return found
    return None


@asynccontextmanager
async def connected(service: str, url: str) -> AsyncIterator[Connection]:
    """A connection while the block runs. Raises Told when the database says no, also to what is asked."""
    try:
        connection = await asyncpg.connect(asyncpg_url(url), timeout=CONNECT_WITHIN)
        try:
            yield connection
        finally:
            await connection.close()
    except (OSError, asyncpg.PostgresError) as error:
        raise Told(words("database-away", service=service, reason=type(error).__name__)) from None
