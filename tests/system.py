"""The whole system in processes of its own, on real PostgreSQL and Kafka, and the people who use it."""

import signal
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import httpx2
import psutil
import pytest
import pytest_asyncio
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from services.cli.cast import Person
from services.cli.client import Caller
from services.cli.nursery import Nursery
from services.cli.programs import SERVICES, composed
from shared.embedded.kafka import Kafka, start_kafka
from shared.embedded.ports import HOST, free_port
from shared.embedded.postgres import Postgres, start_postgres
from shared.embedded.processes import end, has_ended, last_lines
from shared.embedded.provision import Provisioned, provision
from shared.store.migrate import migrate
from tests.databases import Databases
from tests.eventually import eventually
from tests.infrastructure import forget_logs
from tests.serving import served
from tests.tokens import AUDIENCE, ISSUER, jwks, token

YEARS = range(2024, 2029)
FIRST_DAY = date(2025, 1, 13)
TOKEN_SECONDS = 300.0
READY_WITHIN = 30.0


def morning(day: date) -> datetime:
    """Ten o'clock in Jakarta."""
    return datetime.combine(day, time(3), UTC)


@dataclass
class Process:
    """One service as an operating system runs it: it can be ended at any moment, and started again."""

    name: str
    port: int
    env: Mapping[str, str]
    log: Path
    nursery: Nursery
    running: psutil.Process | None = None

    @property
    def url(self) -> str:
        return f"http://{HOST}:{self.port}"

    def start(self) -> None:
        self.running = self.nursery.start(["serve", self.name], log=self.log, env=self.env)

    def kill(self) -> None:
        """As when the power goes: nothing is finished, nothing is said."""
        assert self.running is not None
        self.running.send_signal(signal.SIGKILL)
        self.running.wait(10)

    def stop(self) -> None:
        if self.running is not None:
            end(self.running)

    def restart(self) -> None:
        self.kill()
        self.start()

    async def is_ready(self, http: httpx2.AsyncClient) -> bool:
        assert self.running is not None
        assert not has_ended(self.running), f"{self.name} ended:\n{last_lines(self.log, 20)}"
        try:
            return (await http.get(f"{self.url}/health/ready")).status_code == 200
        except httpx2.TransportError:
            return False


@dataclass
class Server:
    """PostgreSQL or Kafka, which can be killed and started again where it was."""

    start: Callable[[], Postgres | Kafka]
    running: Postgres | Kafka

    def restart(self) -> None:
        self.running.process.kill()
        self.running.process.wait(10)
        self.running = self.start()


@dataclass
class System:
    """The services, and whoever asks them something."""

    processes: dict[str, Process]
    databases: dict[str, Provisioned]
    kafka: str
    http: httpx2.AsyncClient
    people: list[Person] = field(default_factory=list)
    day: date = FIRST_DAY
    servers: dict[str, Server] = field(default_factory=dict)

    @property
    def everything(self) -> Mapping[str, Process | Server]:
        """All that may die."""
        return self.processes | self.servers

    async def ready(self, *names: str) -> None:
        for name in names or self.processes:
            process = self.processes[name]

            async def look(process: Process = process) -> bool:
                return await process.is_ready(self.http)

            await eventually(look, within=READY_WITHIN, every=0.05)

    async def rows(self, service: str, sql: str, *values: Any) -> list[asyncpg.Record]:
        """What a service's own database holds."""
        connection = await asyncpg.connect(self.databases[service].app_url)
        try:
            found: list[asyncpg.Record] = await connection.fetch(sql, *values)
            return found
        finally:
            await connection.close()

    async def events(self, service: str, subject: UUID) -> list[str]:
        """The types of all events about somebody, in the order of the service's log."""
        sql = "SELECT type FROM event.events WHERE subject_id = $1 ORDER BY insert_order"
        return [row["type"] for row in await self.rows(service, sql, subject)]

    async def knows(self, service: str, *people: Person) -> None:
        """Wait until a service has heard of these people."""
        ids = [one.employee_id for one in people]

        async def all_known() -> bool:
            sql = "SELECT count(*) FROM read.people WHERE employee_id = ANY($1)"
            [row] = await self.rows(service, sql, ids)
            return bool(row["count"] == len(ids))

        await eventually(all_known, within=60)

    def caller(self, who: UUID | str, **claims: Any) -> Caller:
        """Somebody with a token of these claims."""

        async def fresh() -> tuple[str, float]:
            return token(who, **claims), TOKEN_SECONDS

        urls = {name: process.url for name, process in self.processes.items()}
        return Caller(self.http, urls, fresh, at=morning(self.day))

    def person(self, name: str, position: str, unit: str, **facts: Any) -> Person:
        """Somebody new to the agency, whom nobody has imported yet."""
        employee_id = uuid4()
        roles = facts.pop("roles", ("employee",))
        caller = self.caller(employee_id, name=name, roles=list(roles))
        self.people.append(
            Person(employee_id, name, self._nip(), position, unit, caller, roles=roles, **facts)
        )
        return self.people[-1]

    def _nip(self) -> str:
        day, serial = divmod(len(self.people), 900)
        return f"199003{day + 1:02}2015031{serial + 1:03}"

    def on(self, day: date) -> None:
        """Everybody's demonstration clock: ten o'clock of that day in Jakarta."""
        self.day = day
        for one in self.people:
            one.caller.at = morning(day)


@contextmanager
def ended(processes: Mapping[str, Process]) -> Iterator[None]:
    """All of them are gone after the block, whatever happened in it."""
    try:
        yield
    finally:
        for process in processes.values():
            process.stop()


@asynccontextmanager
async def running_system(
    empty_database: Callable[[], Awaitable[Provisioned]], kafka: str, folder: Path
) -> AsyncIterator[System]:
    """All services on databases of their own, ready."""
    databases = {name: await empty_database() for name in SERVICES}
    await forget_logs(kafka)
    for name, made in databases.items():
        await migrate(made.owner_url, made.app_role, tables=composed(name).SERVICE.tables, years=YEARS)
    async with served(issuer()) as issuer_url, httpx2.AsyncClient(timeout=10) as http:
        common = {
            "ENVIRONMENT": "demo",
            "AGENCY": "CONTOH",
            "OIDC_ISSUER": ISSUER,
            "OIDC_AUDIENCE": AUDIENCE,
            "OIDC_JWKS_URL": f"{issuer_url}/jwks",
            "KAFKA_BOOTSTRAP_SERVERS": kafka,
            "KAFKA_PARTITIONS": "4",
            "HOST": HOST,
        }
        with Nursery(folder / "nursery.log") as nursery:
            processes = {name: process(name, databases[name], common, folder, nursery) for name in SERVICES}
            with ended(processes):
                for one in processes.values():
                    one.start()
                system = System(processes, databases, kafka, http)
                await system.ready()
                yield system


@asynccontextmanager
async def mortal_system(folder: Path) -> AsyncIterator[System]:
    """All services on a PostgreSQL and a Kafka of their own, for who wants to kill them."""
    starting: dict[str, Callable[[], Postgres | Kafka]] = {
        "postgres": lambda: start_postgres(folder / "postgres"),
        "kafka": lambda: start_kafka(folder / "kafka"),
    }
    servers = {name: Server(start, start()) for name, start in starting.items()}
    postgres, kafka = servers["postgres"].running, servers["kafka"].running
    assert isinstance(postgres, Postgres)
    assert isinstance(kafka, Kafka)

    async def fresh() -> Provisioned:
        name = f"story_{uuid4().hex[:8]}"
        return (await provision(postgres.admin_url, [name], folder / "secrets"))[name]

    try:
        async with running_system(fresh, kafka.bootstrap, folder) as system:
            system.servers = servers
            yield system
    finally:
        for one in servers.values():
            one.running.stop()


def process(
    name: str, database: Provisioned, common: Mapping[str, str], folder: Path, nursery: Nursery
) -> Process:
    port = free_port()
    env = {
        **common,
        "PORT": str(port),
        "DATABASE_URL": database.app_url,
        "MASTER_KEY_FILE": str(database.master_key_file),
        "SIGNING_KEY_FILE": str(database.signing_key_file),
        "EVIDENCE_DIR": str(folder / "evidence" / name),
    }
    return Process(name, port, env, folder / f"{name}.log", nursery)


def issuer() -> Starlette:
    """Shows the public key of the tests' tokens."""

    async def keys(request: Request) -> JSONResponse:
        del request
        return JSONResponse(jwks())

    return Starlette(routes=[Route("/jwks", keys)])


@pytest_asyncio.fixture(scope="module")
async def system(
    databases: Databases, kafka_bootstrap: str, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[System]:
    """One system for the tests of a module; each test brings people of its own.

    Not one for all modules: others run a service in the test's own process, in the same consumer groups.
    """
    async with running_system(databases.empty, kafka_bootstrap, tmp_path_factory.mktemp("system")) as running:
        yield running
