"""Where `jejak bench engine` measures: a PostgreSQL, and a fresh database for every single measurement."""

import subprocess
import sys
import tempfile
from collections.abc import AsyncIterator, Sequence
from contextlib import ExitStack, asynccontextmanager
from dataclasses import dataclass
from os import environ
from pathlib import Path
from typing import Any
from uuid import uuid4

import asyncpg
import orjson

from services.cli.bench.contenders import BARE_TABLE
from services.cli.bench.load import SERVICE, YEAR
from shared.embedded.postgres import running_postgres
from shared.embedded.provision import DATABASE, Provisioned, provision
from shared.store.migrate import migrate

LONGEST = 300.0  # seconds, for one measurement


@dataclass(frozen=True, slots=True)
class Ground:
    """A server, our service's roles on it, and the database that the others are copied from."""

    admin_url: str
    made: Provisioned

    @property
    def _database(self) -> str:
        return DATABASE.format(service=SERVICE)

    @asynccontextmanager
    async def fresh(self) -> AsyncIterator[Provisioned]:
        """A database with our schema and nothing in it, checkpointed; gone afterwards."""
        name = f"bench_{uuid4().hex[:12]}"
        admin = await asyncpg.connect(self.admin_url)
        try:
            owner = f"{SERVICE}_owner"
            await admin.execute(f'CREATE DATABASE {name} TEMPLATE "{self._database}" OWNER {owner}')
            await admin.execute("CHECKPOINT")
            yield Provisioned(
                service=SERVICE,
                owner_url=self.made.owner_url.replace(self._database, name),
                app_url=self.made.app_url.replace(self._database, name),
                app_role=self.made.app_role,
                master_key_file=self.made.master_key_file,
                signing_key_file=self.made.signing_key_file,
            )
        finally:
            await admin.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
            await admin.close()


@asynccontextmanager
async def ground() -> AsyncIterator[Ground]:
    """The server of DATABASE_URL, else one of its own whose data is gone afterwards; fsync is on."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="jejak-bench-")))
        folder.chmod(0o755)
        admin_url = environ.get("DATABASE_URL") or stack.enter_context(running_postgres(folder / "postgres"))
        made = (await provision(admin_url, [SERVICE], folder / "secrets"))[SERVICE]
        await migrate(made.owner_url, made.app_role, tables=[], years=[YEAR])
        owner = await asyncpg.connect(made.owner_url)
        await owner.execute(BARE_TABLE)
        await owner.execute(f"GRANT ALL ON public.bare TO {made.app_role}")
        await owner.close()
        try:
            yield Ground(admin_url, made)
        finally:
            await _remove(admin_url, made)


async def _remove(admin_url: str, made: Provisioned) -> None:
    admin = await asyncpg.connect(admin_url)
    await admin.execute(f'DROP DATABASE "{DATABASE.format(service=SERVICE)}" WITH (FORCE)')
    for role in (f"{SERVICE}_owner", made.app_role):
        await admin.execute(f"DROP ROLE {role}")
    await admin.close()


def measure(argv: Sequence[str], env: dict[str, str] | None = None) -> dict[str, Any]:
    """What a process of its own says in its last line of JSON, or `not_run` and why."""
    try:
        done = subprocess.run(
            argv, capture_output=True, text=True, timeout=LONGEST, check=False, env={**environ, **(env or {})}
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        return {"not_run": str(error)}
    lines = [line for line in done.stdout.splitlines() if line.startswith("{")]
    if done.returncode or not lines:
        return {"not_run": (done.stderr.strip().splitlines() or ["it said nothing"])[-1]}
    said: dict[str, Any] = orjson.loads(lines[-1])
    return said


def ours(module: str, *arguments: object) -> list[str]:
    """The command of a module of this bench."""
    return [sys.executable, "-m", f"services.cli.bench.{module}", *map(str, arguments)]
