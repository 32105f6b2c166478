"""Everything that is tortured: real servers behind wires, and the services as processes that get up again."""

import asyncio
import os
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit
from zlib import crc32

import asyncpg
import psutil

from shared.embedded.kafka import Kafka, start_kafka
from shared.embedded.ports import HOST, free_port
from shared.embedded.postgres import Postgres, _unprivileged, start_postgres
from shared.embedded.processes import end, start
from shared.embedded.provision import Provisioned, provision
from shared.messaging.topics import Topic, ensure
from shared.store.migrate import migrate
from tests.eventually import eventually
from tests.torture.pair import ENTRIES, PARTITIONS, YEARS, CountedV1
from tests.torture.proxy import Wire

LEADER = """
SELECT a.application_name FROM pg_locks l JOIN pg_stat_activity a USING (pid)
WHERE l.locktype = 'advisory' AND l.granted AND l.objid = $1::bigint::oid AND a.datname = current_database()
"""
LOOK, READY_WITHIN = 0.2, 60.0
AGENCY = "CONTOH"
PARTS = {"sender-a": "sender", "sender-b": "sender", "receiver-a": "receiver", "receiver-b": "receiver"}


@dataclass
class Part:
    """A service's process; whoever ends it, `keep` starts it again while it is wanted."""

    name: str
    service: str
    port: int
    env: dict[str, str]
    log: Path
    wanted: bool = True
    process: psutil.Popen | None = None
    starts: int = 0

    @property
    def url(self) -> str:
        return f"http://{HOST}:{self.port}/append"

    async def answers(self) -> bool:
        """Whether its API can be reached."""
        try:
            _, writer = await asyncio.open_connection(HOST, self.port)
        except OSError:
            return False
        writer.close()
        return True

    def start(self) -> None:
        self.starts += 1
        argv = [sys.executable, "-m", "tests.torture.part", self.service]
        self.process = start(argv, log=self.log, env=self.env)

    async def keep(self) -> None:
        """Start it whenever it is gone."""
        while self.wanted:
            if self.process is None or self.process.poll() is not None:
                self.start()
            await asyncio.sleep(LOOK)

    def stop(self) -> None:
        self.wanted = False
        if self.process is not None:
            with suppress(psutil.NoSuchProcess):
                self.process.resume()
            end(self.process, within=5)


@dataclass
class Rig:
    """The running whole. `made` has the databases at their true address, the parts go by the wires.

    `repeated` counts the messages that were sent once more on purpose.
    """

    folder: Path
    made: dict[str, Provisioned]
    postgres: Postgres
    kafka: Kafka
    wires: dict[str, Wire]
    parts: dict[str, Part] = field(default_factory=dict)
    keepers: list["asyncio.Task[None]"] = field(default_factory=list)
    repeated: int = 0

    def by_wire(self, service: str) -> str:
        """The service's database through its wire."""
        return _at_port(self.made[service].app_url, self.wires[service].port)

    @property
    def bootstrap(self) -> str:
        return f"{HOST}:{self.wires['kafka'].port}"

    def add(self, name: str, service: str) -> Part:
        """One more process of a service."""
        port = free_port()
        env = {
            "ENVIRONMENT": "test",
            "AGENCY": AGENCY,
            "PORT": str(port),
            "DATABASE_URL": f"{self.by_wire(service)}?application_name={name}",
            "KAFKA_BOOTSTRAP_SERVERS": self.bootstrap,
            "KAFKA_PARTITIONS": str(PARTITIONS),
            "MASTER_KEY_FILE": str(self.made[service].master_key_file),
            "SIGNING_KEY_FILE": str(self.made[service].signing_key_file),
            "OIDC_ISSUER": "none",
            "OIDC_JWKS_URL": "none",
        }
        part = Part(name, service, port, env, self.folder / f"{name}.log")
        self.parts[name] = part
        self.keepers.append(asyncio.create_task(part.keep()))
        return part

    async def leader(self, service: str, job: str) -> Part | None:
        """Who leads a job now, if anybody does."""
        try:
            connection = await asyncpg.connect(self.made[service].app_url, timeout=2)
            try:
                name = await connection.fetchval(LEADER, crc32(job.encode()), timeout=2)
            finally:
                await connection.close(timeout=2)
        except (OSError, TimeoutError, asyncpg.PostgresError, asyncpg.InterfaceError):
            return None
        return self.parts.get(name)

    async def start_postgres(self) -> None:
        """Again, on its data and its port."""
        kill(self.postgres.process)
        self.postgres = await asyncio.to_thread(start_postgres, self.folder / "postgres")

    async def heal_postgres(self) -> None:
        """It runs, or is started."""
        if not alive(self.postgres.process):
            await self.start_postgres()

    async def start_kafka(self) -> None:
        """Again, on its data and its port."""
        kill(self.kafka.process)
        advertised, port = self.wires["kafka"].port, self.wires["kafka"].target
        self.kafka = await asyncio.to_thread(
            start_kafka, self.folder / "kafka", port=port, advertised=advertised
        )

    async def heal(self) -> None:
        """Everything runs, everything flows."""
        for wire in self.wires.values():
            wire.heal()
        for process in (self.postgres.process, self.kafka.process):
            unlimit(process)
            for one in family(process):
                with suppress(psutil.NoSuchProcess):
                    one.resume()
        await self.heal_postgres()
        if not alive(self.kafka.process):
            await self.start_kafka()
        for part in self.parts.values():
            if part.process is not None:
                with suppress(psutil.NoSuchProcess):
                    part.process.resume()


def alive(process: psutil.Process) -> bool:
    """Whether it still does anything."""
    try:
        return process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def kill(server: psutil.Process) -> None:
    """End it at once, and leave no zombie that its successor would take for a running server."""
    with suppress(psutil.NoSuchProcess):
        server.kill()
        server.wait(5)


def family(process: psutil.Process) -> list[psutil.Process]:
    """A server and the processes it has started."""
    try:
        return [process, *process.children(recursive=True)]
    except psutil.NoSuchProcess:
        return []


def limit(process: psutil.Process, size: int | str) -> None:
    """No file of this server grows beyond `size` bytes: writing fails as on a full disk."""
    for one in family(process):
        with suppress(psutil.NoSuchProcess):
            # Whoever owns a process may limit it; not even root may without a capability of its own.
            foreign = one.uids().real != os.geteuid()
            argv = ["prlimit", f"--pid={one.pid}", f"--fsize={size}:"]
            subprocess.run([*(_unprivileged() if foreign else []), *argv], check=False, capture_output=True)


def unlimit(process: psutil.Process) -> None:
    """Room again."""
    limit(process, "unlimited")


def _at_port(url: str, port: int) -> str:
    parts = urlsplit(url)
    return urlunsplit(parts._replace(netloc=f"{parts.netloc.rpartition(':')[0]}:{port}"))


@contextmanager
def ended(rig: Rig) -> Iterator[None]:
    """Nothing of it runs after the block."""
    try:
        yield
    finally:
        for part in rig.parts.values():
            part.stop()
        for server in (rig.postgres, rig.kafka):
            server.stop()


@asynccontextmanager
async def running_rig(folder: Path) -> AsyncIterator[Rig]:
    """Servers, wires and all processes, while the block runs."""
    postgres = await asyncio.to_thread(start_postgres, folder / "postgres")
    made = await provision(postgres.admin_url, ["sender", "receiver"], folder / "secrets")
    async with AsyncExitStack() as stack:
        database_port = urlsplit(postgres.admin_url).port or 0
        targets = {"sender": database_port, "receiver": database_port, "kafka": free_port()}
        wires = {name: await stack.enter_async_context(Wire(port).strung()) for name, port in targets.items()}
        kafka = await asyncio.to_thread(
            start_kafka, folder / "kafka", port=targets["kafka"], advertised=wires["kafka"].port
        )
        rig = Rig(folder, made, postgres, kafka, wires)
        stack.enter_context(ended(rig))
        for one in made.values():
            await migrate(one.owner_url, one.app_role, tables=[ENTRIES], years=YEARS)
        await ensure(rig.bootstrap, [Topic(CountedV1.topic, PARTITIONS)])
        for name, service in PARTS.items():
            rig.add(name, service)
        for part in rig.parts.values():
            await eventually(part.answers, within=READY_WITHIN)
        yield rig
