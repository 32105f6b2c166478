"""Where the engine is measured: a PostgreSQL and a Kafka, and a fresh database for every measurement."""

import subprocess
import sys
import tempfile
from collections.abc import AsyncIterator, Sequence
from contextlib import ExitStack, asynccontextmanager
from dataclasses import dataclass, replace
from os import environ
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from uuid import uuid4

import asyncpg
import orjson

from services.cli.bench.contenders import BARE_TABLE
from services.cli.bench.filling import PER_COMMIT, fill_events, fill_streams
from services.cli.bench.job import Job
from services.cli.bench.load import SERVICE, YEAR
from services.cli.bench.reading import PER_EVENT_TABLES, TABLES
from shared.embedded.kafka import running_kafka
from shared.embedded.postgres import running_postgres
from shared.embedded.provision import DATABASE, Provisioned, provision
from shared.store.migrate import migrate

LONGEST = 300.0  # seconds, for one measurement
# As on a server of its own: what is measured is not how often a small one checkpoints.
SERVER = {"shared_buffers": "512MB", "max_wal_size": "4GB", "max_connections": "200"}
EMPTY = DATABASE.format(service=SERVICE)


@dataclass(frozen=True, slots=True)
class Ground:
    """The servers, our service's roles on one, and the empty database that the others are copied from."""

    admin_url: str
    kafka: str
    made: Provisioned

    @asynccontextmanager
    async def fresh(self, template: str = EMPTY) -> AsyncIterator[Provisioned]:
        """A copy of a database, checkpointed; gone afterwards."""
        name = f"bench_{uuid4().hex[:12]}"
        admin = await asyncpg.connect(self.admin_url)
        try:
            await admin.execute(f'CREATE DATABASE {name} TEMPLATE "{template}" OWNER {SERVICE}_owner')
            await admin.execute("CHECKPOINT")
            yield self.named(name)
        finally:
            await admin.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
            await admin.close()

    def named(self, database: str) -> Provisioned:
        """How to reach a copy."""
        return replace(
            self.made,
            owner_url=self.made.owner_url.replace(EMPTY, database),
            app_url=self.made.app_url.replace(EMPTY, database),
        )

    @asynccontextmanager
    async def filled(self, events: int, *, placed: bool) -> AsyncIterator[str]:
        """The name of a database to copy from, with so many events, in the log (`placed`) or not yet."""
        async with self.fresh() as made:
            owner = await asyncpg.connect(made.owner_url)
            await fill_streams(owner, events)
            await fill_events(owner, 0, events, commit=PER_COMMIT, placed=placed)
            await owner.close()
            await self.tidied(made)
            yield urlsplit(made.owner_url).path[1:]

    def job(self, made: Provisioned, name: str, **more: Any) -> Job:
        """A measurement on that database."""
        key, signing = str(made.master_key_file), str(made.signing_key_file)
        return Job(name=name, url=made.app_url, key=key, signing=signing, kafka=self.kafka, **more)

    async def tidied(self, made: Provisioned) -> None:
        """What autovacuum would have done by then."""
        place = urlsplit(made.owner_url).path
        admin = await asyncpg.connect(urlsplit(self.admin_url)._replace(path=place).geturl())
        await admin.execute("VACUUM ANALYZE")
        await admin.close()


@asynccontextmanager
async def ground() -> AsyncIterator[Ground]:
    """The servers of DATABASE_URL and KAFKA_BOOTSTRAP_SERVERS, else some whose data is gone afterwards.

    fsync is on.
    """
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="jejak-bench-")))
        folder.chmod(0o755)
        admin_url = environ.get("DATABASE_URL") or stack.enter_context(
            running_postgres(folder / "postgres", settings=SERVER)
        )
        kafka = environ.get("KAFKA_BOOTSTRAP_SERVERS") or stack.enter_context(running_kafka(folder / "kafka"))
        made = (await provision(admin_url, [SERVICE], folder / "secrets"))[SERVICE]
        await migrate(made.owner_url, made.app_role, tables=TABLES, years=[YEAR])
        owner = await asyncpg.connect(made.owner_url)
        for table in (BARE_TABLE, *PER_EVENT_TABLES):
            await owner.execute(table)
        await owner.execute(f"GRANT ALL ON ALL TABLES IN SCHEMA public TO {made.app_role}")
        await owner.close()
        try:
            yield Ground(admin_url, kafka, made)
        finally:
            await _remove(admin_url, made)


async def _remove(admin_url: str, made: Provisioned) -> None:
    admin = await asyncpg.connect(admin_url)
    await admin.execute(f'DROP DATABASE "{EMPTY}" WITH (FORCE)')
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
