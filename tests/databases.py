"""Databases for tests: made as fast as can be, and taken away again."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Protocol
from urllib.parse import urlsplit
from uuid import uuid4

import asyncpg
import psutil
from sqlalchemy import Table

from shared.embedded.provision import DATABASE, Provisioned, key_file, provision
from shared.store.migrate import migrate

MEMORY, ROOM = Path("/dev/shm"), 3 << 30  # noqa: S108 - a folder of our own is made in it
PREFIX = "jejak-tests-"
OWNED = "SELECT datname FROM pg_database JOIN pg_roles ON pg_roles.oid = datdba WHERE rolname = $1"


@dataclass(frozen=True, slots=True)
class Schema:
    """What a database is migrated to before a test gets it."""

    tables: tuple[Table, ...]
    years: tuple[int, ...]


class FreshDatabase(Protocol):
    """Makes a database for one test, which is gone after it: empty, or migrated to `schema`."""

    async def __call__(self, schema: Schema | None = None) -> Provisioned: ...


class Databases:
    """Those of one server. Each has keys of its own; those of one schema share their two roles."""

    def __init__(self, admin_url: str, folder: Path) -> None:
        self._admin_url = admin_url
        self._folder = folder
        self._empty: list[Provisioned] = []
        self._migrated: dict[Schema, Provisioned] = {}

    async def empty(self) -> Provisioned:
        """With nothing in it, and roles of its own."""
        self._empty.append((await provision(self._admin_url, [_name()], self._folder)).popitem()[1])
        return self._empty[-1]

    async def migrated(self, schema: Schema) -> Provisioned:
        """A copy of one that was migrated once: that takes a fifth of the time."""
        if schema not in self._migrated:
            first = self._migrated[schema] = await self.empty()
            await migrate(first.owner_url, first.app_role, tables=schema.tables, years=schema.years)
        return await self._copy(self._migrated[schema])

    async def _copy(self, template: Provisioned) -> Provisioned:
        name, owner = _name(), f"{template.service}_owner"
        database, source = (DATABASE.format(service=one) for one in (name, template.service))
        await self._do(
            f'CREATE DATABASE "{database}" OWNER "{owner}" TEMPLATE "{source}"',
            f'REVOKE ALL ON DATABASE "{database}" FROM PUBLIC',
            f'GRANT CONNECT, TEMPORARY ON DATABASE "{database}" TO "{owner}", "{template.app_role}"',
        )
        return replace(
            template,
            service=name,
            owner_url=urlsplit(template.owner_url)._replace(path=f"/{database}").geturl(),
            app_url=urlsplit(template.app_url)._replace(path=f"/{database}").geturl(),
            master_key_file=key_file(self._folder / f"{name}.key"),
            signing_key_file=key_file(self._folder / f"{name}.signing.key"),
        )

    async def drop(self, one: Provisioned) -> None:
        """Take a database away, whoever is still connected to it."""
        await self._do(f'DROP DATABASE IF EXISTS "{DATABASE.format(service=one.service)}" WITH (FORCE)')

    async def drop_all(self) -> None:
        """Leave nothing on the server, neither databases nor roles."""
        admin = await asyncpg.connect(self._admin_url)
        for one in self._empty:
            for owned in await admin.fetch(OWNED, f"{one.service}_owner"):  # its own, and copies made of it
                await admin.execute(f'DROP DATABASE "{owned["datname"]}" WITH (FORCE)')
            for role in (f"{one.service}_owner", one.app_role):
                await admin.execute(f'DROP ROLE "{role}"')
        await admin.close()

    async def _do(self, *statements: str) -> None:
        admin = await asyncpg.connect(self._admin_url)
        for statement in statements:
            await admin.execute(statement)
        await admin.close()


def _name() -> str:
    return f"test_{uuid4().hex[:12]}"


@contextmanager
def quick_folder(otherwise: Path) -> Iterator[Path]:
    """A folder in memory where there is room: the four hundred files of a database take long on a disk."""
    if not (MEMORY.is_dir() and shutil.disk_usage(MEMORY).free > ROOM):
        yield otherwise
        return
    for left in MEMORY.glob(f"{PREFIX}*"):  # by tests that were killed
        if not psutil.pid_exists(int(left.name.removeprefix(PREFIX).partition("-")[0])):
            shutil.rmtree(left, ignore_errors=True)
    with tempfile.TemporaryDirectory(prefix=f"{PREFIX}{os.getpid()}-", dir=MEMORY) as folder:
        Path(folder).chmod(0o711)  # PostgreSQL may run as somebody else
        yield Path(folder)
