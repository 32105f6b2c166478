"""Many writers on few streams, who write down what they asked and what they were told."""

import asyncio
import json
import random
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import httpx2

from shared.store.store import Store
from tests.torture.pair import YEARS, ledger
from tests.torture.part import Asked, told, unit_of
from tests.torture.rig import Rig
from tests.torture.seen import Answer

HOT = 6
LONGEST = 60  # versions, then the stream makes room for a new one
PATIENCE = 20.0  # seconds that an answer may take before the writer gives up
AWAY = (
    *(OSError, TimeoutError, httpx2.HTTPError),
    *(asyncpg.PostgresError, asyncpg.InterfaceError, asyncpg.InternalClientError),
)
Place = tuple[UUID, int]


class Undone(Exception):
    """The writer's own change of mind."""


class Journal:
    """A writer's own account, a line each."""

    def __init__(self, file: Path) -> None:
        self.file = file.open("w", encoding="utf-8", buffering=1)
        self.open: dict[str, Asked] = {}
        self.heard: Counter[str] = Counter()

    def ask(self, asked: Asked) -> None:
        owner, year = UUID(asked["owner"]), asked["year"]
        said = asked | {"stream": str(ledger(owner, year).stream_id)}
        self.file.write(json.dumps(said) + "\n")

    def hear(self, asked: Asked, answer: dict[str, Any]) -> None:
        self.file.write(json.dumps({"request": asked["request"], **answer}) + "\n")
        self.heard[answer["answer"]] += 1
        if answer["answer"] == Answer.UNKNOWN:
            self.open[asked["request"]] = asked
        else:
            self.open.pop(asked["request"], None)


@dataclass
class Field:
    """What all writers share: the hot streams, and how far each is."""

    places: list[Place] = field(default_factory=list)
    heads: dict[Place, int] = field(default_factory=dict)

    def pick(self, rng: random.Random) -> Place:
        while len(self.places) < HOT:
            self.places.append((uuid4(), YEARS[len(self.places) % len(YEARS)]))
        at = rng.randrange(HOT)
        if self.heads.get(self.places[at], 0) > LONGEST:
            self.places[at] = (uuid4(), self.places[at][1])
        return self.places[at]


class Writer:
    """One of them. Direct transactions go over a connection of its own, the rest over the API."""

    def __init__(self, number: int, rig: Rig, shared: Field, seed: str) -> None:
        self.rng = random.Random(f"{seed}/writer/{number}")
        self.rig, self.shared, self.number = rig, shared, number
        self.journal = Journal(rig.folder / f"journal-{number}.jsonl")
        self.http = httpx2.AsyncClient(timeout=PATIENCE)
        self.connection: asyncpg.Connection | None = None
        self._last: Asked | None = None
        self._tokens = 0
        self.acts = (
            [self.appends] * 8
            + [self.asks_again, self.asks_twice_at_once, self.reuses_an_id, self.comes_from_nowhere]
            + [self.writes_a_transaction] * 4
        )

    async def write(self, store: Store, stop: asyncio.Event) -> None:
        """Until told to stop; after a failure with a short pause."""
        while not stop.is_set():
            try:
                await self.rng.choice(self.acts)(store)
            except AWAY:
                self._hangs_up()
                await asyncio.sleep(self.rng.uniform(0.05, 0.3))
            await asyncio.sleep(self.rng.uniform(0, 0.1))
        self._hangs_up()

    def _hangs_up(self) -> None:
        if self.connection is not None:
            self.connection.terminate()
            self.connection = None

    def asked(self, place: Place, *, expected: int, command: UUID | None = None) -> Asked:
        """A new request, written down before it is sent."""
        count = self.rng.randint(1, 3)
        tokens = [self.number * 1_000_000 + self._tokens + at for at in range(1, count + 1)]
        self._tokens += count
        made = {
            "request": str(uuid4()),
            "command": str(command or uuid4()),
            "owner": str(place[0]),
            "year": place[1],
            "expected": expected,
            "tokens": tokens,
        }
        self.journal.ask(made)
        return made

    async def sends(self, asked: Asked) -> str:
        """Over the API of any of the senders; what came back, or that nothing did."""
        url = self.rig.parts[self.rng.choice(["sender-a", "sender-b"])].url
        try:
            response = await self.http.post(url, json=asked)
            answer = response.json() if response.status_code == 200 else {"answer": Answer.UNKNOWN}
        except (httpx2.HTTPError, OSError):
            answer = {"answer": Answer.UNKNOWN}
        self.journal.hear(asked, answer)
        return str(answer["answer"])

    async def appends(self, _store: Store) -> None:
        place = self.shared.pick(self.rng)
        asked = self.asked(place, expected=self.shared.heads.get(place, 0))
        answer = await self.sends(asked)
        if answer == Answer.APPENDED:
            self._last = asked
            self._reached(place, asked)
        elif answer == Answer.CONFLICT:
            await self._looks(place)
        else:
            raise ConnectionError

    async def asks_again(self, _store: Store) -> None:
        if self._last is not None:
            await self.sends(self._last)

    async def asks_twice_at_once(self, _store: Store) -> None:
        place = self.shared.pick(self.rng)
        asked = self.asked(place, expected=self.shared.heads.get(place, 0))
        await asyncio.gather(self.sends(asked), self.sends(asked))
        await self._looks(place)

    async def reuses_an_id(self, _store: Store) -> None:
        if self._last is not None:
            place = self.shared.pick(self.rng)
            head, command = self.shared.heads.get(place, 0), UUID(self._last["command"])
            await self.sends(self.asked(place, expected=head, command=command))

    async def comes_from_nowhere(self, _store: Store) -> None:
        place = self.shared.pick(self.rng)
        await self.sends(self.asked(place, expected=self.shared.heads.get(place, 0) + LONGEST))

    async def writes_a_transaction(self, store: Store) -> None:
        """Slow, half undone, sometimes undone altogether, sometimes idle for seconds."""
        place = self.shared.pick(self.rng)
        connection = await self._connected()
        await self._looks(place)
        first = self.asked(place, expected=self.shared.heads.get(place, 0))
        answer: dict[str, Any] = {"answer": Answer.UNKNOWN}
        undone = self.rng.random() < 0.2
        try:
            async with connection.transaction():
                if self.rng.random() < 0.3:
                    await connection.fetchval("SELECT pg_current_xact_id()")
                appended = told((await store.append([unit_of(first)], connection=connection))[0])
                if self.rng.random() < 0.4:
                    await self._changes_its_mind(store, connection, first)
                await asyncio.sleep(self._idles())
                if undone:
                    answer = {"answer": Answer.UNDONE}
                    raise Undone  # noqa: TRY301 - this is how a transaction is told
            answer = appended
            if appended["answer"] == Answer.APPENDED:
                self._reached(place, first)
        except Undone:
            return
        finally:
            self.journal.hear(first, answer)

    async def _changes_its_mind(self, store: Store, connection: asyncpg.Connection, first: Asked) -> None:
        place = UUID(first["owner"]), first["year"]
        second = self.asked(place, expected=first["expected"] + len(first["tokens"]))
        answer = {"answer": Answer.UNKNOWN}
        try:
            with suppress(Undone):
                async with connection.transaction():
                    await store.append([unit_of(second)], connection=connection)
                    raise Undone
            answer = {"answer": Answer.UNDONE}
        finally:
            self.journal.hear(second, answer)

    def _idles(self) -> float:
        return self.rng.uniform(1, 3) if self.rng.random() < 0.05 else self.rng.uniform(0, 0.1)

    def _reached(self, place: Place, asked: Asked) -> None:
        reached = asked["expected"] + len(asked["tokens"])
        self.shared.heads[place] = max(self.shared.heads.get(place, 0), reached)

    async def _looks(self, place: Place) -> None:
        """How far the stream is, by its own look into the table."""
        connection = await self._connected()
        sql = "SELECT max(stream_version) FROM event.events WHERE plan_year = $1 AND stream_id = $2"
        head = await connection.fetchval(sql, place[1], ledger(*place).stream_id, timeout=PATIENCE)
        self.shared.heads[place] = head or 0

    async def _connected(self) -> asyncpg.Connection:
        if self.connection is None or self.connection.is_closed():
            self.connection = await asyncpg.connect(
                self.rig.by_wire("sender"), timeout=5, command_timeout=PATIENCE
            )
        return self.connection

    async def settles(self, *, within: float) -> None:
        """Ask again, with everything healed, whatever has no answer yet: now there must be one."""
        for asked in list(self.journal.open.values()):
            try:
                async with asyncio.timeout(within):
                    while await self.sends(asked) == Answer.UNKNOWN:  # noqa: ASYNC110 - another process
                        await asyncio.sleep(0.2)
            except TimeoutError:
                self.journal.hear(asked, {"answer": Answer.SILENCE})
        await self.http.aclose()
