"""The whole system on one machine: servers, databases, programs, in the order that is ready soonest."""

import asyncio
import os
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass

import psutil

from services.cli.databases import without_password
from services.cli.home import Home, Notes
from services.cli.layout import PROGRAMS, Layout, common, inner_ports
from services.cli.migrated import code_state, is_migrated
from services.cli.nursery import Nursery
from services.cli.programs import SERVICES
from services.cli.supervisor import Kept, Supervisor, Tell
from shared.embedded.kafka import kafka_address, start_kafka
from shared.embedded.postgres import Postgres, start_postgres
from shared.embedded.processes import EmbeddedError, end_leftover, last_lines, remember
from shared.embedded.provision import Provisioned, provision


@dataclass(slots=True)
class System:
    """Starts everything for one address; `supervisor` keeps it alive."""

    home: Home
    address: str
    supervisor: Supervisor
    nursery: Nursery
    tell: Tell

    async def start(self) -> Layout:
        """Return when every part is truly ready. Raises EmbeddedError."""
        bootstrap = await self._bootstrap()
        kafka = asyncio.create_task(
            self._kafka(bootstrap)
        )  # services wait for it, so they need not be held back
        try:
            server = await self._postgres()
            layout = self._layout(bootstrap, await self._databases(server))
            self.tell("step-databases")
            programs = (layout.program(name, self.nursery.start).kept(self.supervisor) for name in PROGRAMS)
            await asyncio.gather(kafka, self.supervisor.start(*programs))
        finally:
            kafka.cancel()
        self.tell("step-programs")
        urls = {name: layout.url(name) for name in PROGRAMS}
        database, agency = without_password(server), dict(layout.agency)
        Notes(self.address, True, bootstrap, urls, database, agency).write(self.home)
        return layout

    def _layout(self, bootstrap: str, databases: dict[str, Provisioned]) -> Layout:
        ports = inner_ports() | {"door": int(self.address.rpartition(":")[2])}
        return Layout(home=self.home, address=self.address, ports=ports, kafka=bootstrap, databases=databases)

    async def _postgres(self) -> str:
        """The address of a role that may create databases and roles: from outside, or our own server's."""
        if given := os.environ.get("DATABASE_URL"):
            return given
        first: list[Postgres] = []
        folder = self.home.folder / "postgres"

        def start() -> Postgres:
            first.append(start_postgres(folder))
            return first[-1]

        await self.supervisor.start(
            Kept(
                name="postgres",
                start=lambda: start().process,
                mark=self.home.mark("postgres"),
                log=folder / "log",
                how=Postgres.HOW,
            )
        )
        return first[-1].near_url

    async def _bootstrap(self) -> str:
        """Where Kafka is: from outside, or where our own will be."""
        if given := os.environ.get("KAFKA_BOOTSTRAP_SERVERS"):
            return given
        return await asyncio.to_thread(kafka_address, self.home.folder / "kafka")

    async def _kafka(self, bootstrap: str) -> None:
        if os.environ.get("KAFKA_BOOTSTRAP_SERVERS"):
            return
        folder, port = self.home.folder / "kafka", int(bootstrap.rpartition(":")[2])
        await self.supervisor.start(
            Kept(
                name="kafka",
                start=lambda: start_kafka(folder, port=port).process,
                mark=self.home.mark("kafka"),
                log=folder / "log",
            )
        )

    async def _databases(self, admin_url: str) -> dict[str, Provisioned]:
        databases = await provision(admin_url, SERVICES, self.home.secrets)
        owners = {f"{name.upper()}_OWNER_URL": one.owner_url for name, one in databases.items()}
        code = await asyncio.to_thread(code_state)
        if not all([await is_migrated(url, code) for url in owners.values()]):
            await asyncio.to_thread(self._run_once, "migrate", owners)
        return databases

    def _run_once(self, verb: str, env: dict[str, str]) -> None:
        log = self.home.log(verb)
        if self.nursery.start([verb], log=log, env=common() | env).wait():
            raise EmbeddedError(f"jejak {verb}:\n{last_lines(log)}")


@asynccontextmanager
async def running_system(home: Home, choose: Callable[[], str], tell: Tell) -> AsyncIterator[Layout]:
    """The whole system while the block runs. Raises EmbeddedError, AlreadyRunning.

    `choose` finds the address only when what a crash left is gone: it may hold the very port asked for.
    """
    with home.held():
        Notes().write(home)  # else those of one that was killed would pass for ours
        for name in (*PROGRAMS, *home.further):
            end_leftover(home.mark(name))
        address = choose()
        remember(home.mark("up"), psutil.Process())
        Notes(address).write(home)
        supervisor = Supervisor(tell)
        with Nursery(home.log("nursery")) as nursery:
            try:
                yield await System(home, address, supervisor, nursery, tell).start()
            finally:
                tell("stopping")
                await supervisor.stop()
                home.mark("up").unlink(missing_ok=True)
                Notes(address).write(home)
