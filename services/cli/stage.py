"""New people on a running demonstration system, for `jejak story` and `jejak bench`."""

import asyncio
import json
import random
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Collection
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any, TypeVar
from uuid import UUID, uuid4

import httpx2

from services.cli.cast import Content, Person, Plan
from services.cli.client import Caller, Refused
from services.cli.home import Home, Notes
from services.cli.language import Told, words
from services.cli.programs import SERVICES
from services.cli.sample.client import Issuer
from services.cli.status import health
from shared.embedded.processes import write_whole
from shared.identity.issuer.clients import DEMO_SEEDER, clients_in

TOKEN_SECONDS = 3000.0
FIRST_SERIAL, SERIALS = 100, 800
NOT_YET = "person-is-unknown"  # the import is durable, planning's list of people is a moment behind
T = TypeVar("T")


@dataclass
class Stage:
    """The system of one folder, and those who came to it for this run."""

    home: Home
    notes: Notes
    http: httpx2.AsyncClient
    people: list[Person] = field(default_factory=list)
    chance: random.Random = field(default_factory=random.SystemRandom)

    def person(self, name: str, position: str, unit: str, **facts: Any) -> Person:
        """Somebody new; `sign_in` makes them known to the sample issuer, and an import to the services."""
        employee_id = uuid4()
        born = date.fromordinal(date(1965, 1, 1).toordinal() + self.chance.randrange(7300))
        serial = FIRST_SERIAL + len(self.people) % SERIALS
        appointed = f"{self.chance.randrange(2005, 2024)}{self.chance.randrange(1, 13):02}"
        nip = f"{born:%Y%m%d}{appointed}{self.chance.randrange(1, 3)}{serial:03}"
        caller = Caller(self.http, self.notes.urls, self._token(employee_id))
        self.people.append(Person(employee_id, name, nip, position, unit, caller, **facts))
        return self.people[-1]

    def sign_in(self, people: Collection[Person]) -> None:
        """Add people to the file from which the sample issuer reads whom one may be."""
        file = self.home.people_file
        known = json.loads(file.read_text(encoding="utf-8")) if file.exists() else []
        known += [
            {
                "employee_id": str(one.employee_id),
                "name": one.name,
                "nip": one.nip,
                "position": one.position,
                "unit": one.unit,
                "roles": list(one.roles),
            }
            for one in people
        ]
        file.parent.mkdir(parents=True, exist_ok=True)
        write_whole(file, json.dumps(known))

    def on(self, day: date) -> None:
        """Everybody's demonstration clock: ten o'clock of that day in Jakarta."""
        for one in self.people:
            one.caller.at = datetime(day.year, day.month, day.day, 3, tzinfo=UTC)

    async def has_settled(self) -> bool:
        """Whether no message waits anywhere any more of what was asked so far."""
        for service in SERVICES:
            lag = (await asyncio.to_thread(health, self.notes.urls[service])).get("lag")
            if lag is None or any(lag.values()):
                return False
        return True

    async def token(self, employee_id: UUID) -> str:
        """An access token of one of the people."""
        return (await self._token(employee_id)())[0]

    def _token(self, employee_id: UUID) -> Callable[[], Awaitable[tuple[str, float]]]:
        async def fresh() -> tuple[str, float]:
            seeder = clients_in(self.home.clients_file)[DEMO_SEEDER]
            issuer = Issuer(self.notes.urls["issuer"], seeder.client_id, seeder.secret)
            return await issuer.token(self.http, employee_id), TOKEN_SECONDS

        return fresh


@asynccontextmanager
async def running_stage() -> AsyncIterator[Stage]:
    """The system that runs here. Raises Told when none does."""
    home = Home.here()
    notes = Notes.running(home)
    if notes is None:
        raise Told(words("not-running"))
    async with httpx2.AsyncClient(timeout=30, trust_env=False) as http:
        yield Stage(home, notes, http)


async def until(look: Callable[[], Awaitable[T | None]], *, within: float = 60.0) -> T:
    """The first answer of `look` that says something. Raises Told after `within` seconds."""
    deadline = time.monotonic() + within
    while not (found := await look()):
        if time.monotonic() > deadline:
            raise Told(words("waited-in-vain", seconds=within))
        await asyncio.sleep(0.05)
    return found


async def drafted(who: Person, year: int, content: Content) -> Plan:
    """The plan of somebody who was imported a moment ago."""

    async def attempt() -> Plan | None:
        try:
            return await who.drafts_a_plan(year, content)
        except Refused as refused:
            if refused.code != NOT_YET:
                raise
            return None

    return await until(attempt)
