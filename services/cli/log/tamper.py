"""`jejak log demo-tamper`: what a database administrator could do, found each time."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from typing import Any

import asyncpg
from rich.console import Console

from services.cli.home import Home
from services.cli.language import Told, words
from services.cli.layout import common
from services.cli.log.verify import How, audited, verified
from services.cli.log.where import Where
from services.cli.owners import own_server
from shared.embedded.provision import DATABASE

SERVICE = "planning"
FEWEST = 20
# Guards are triggers, and a superuser is not held by triggers.
UNGUARDED = "SET session_replication_role = replica"
PLACES = "SELECT plan_year, stream_id, stream_version FROM event.log WHERE log_index = $1"
EVENT = "SELECT * FROM event.events WHERE plan_year = $1 AND stream_id = $2 AND stream_version = $3"
WRITE = "UPDATE event.events SET data = $4 WHERE plan_year = $1 AND stream_id = $2 AND stream_version = $3"
DELETE = "DELETE FROM event.events WHERE plan_year = $1 AND stream_id = $2 AND stream_version = $3"
MOVE = "UPDATE event.log SET log_index = $2 WHERE log_index = $1"
LAST_VERSION = "SELECT max(stream_version) FROM event.events WHERE plan_year = $1 AND stream_id = $2"

Tampering = Callable[[asyncpg.Connection, int], AbstractAsyncContextManager[None]]


def command() -> None:
    """On the running sample system: alter, delete, insert and swap events, verify, put everything back."""
    if common()["ENVIRONMENT"] != "demo" or not Home.here().is_running:
        raise Told(words("tamper-needs-own"))
    asyncio.run(shown(Console(highlight=False, soft_wrap=True)))


async def shown(console: Console) -> None:
    """All four, each found, and nothing left of them."""
    where, how = Where.of(SERVICE), How()
    before = await audited(where, how, console)
    if before.findings:
        raise Told(words("tamper-needs-clean", service=SERVICE))
    if before.events < FEWEST:
        raise Told(words("tamper-too-few", service=SERVICE))
    connection = await asyncpg.connect(own_server(Home.here()), database=DATABASE.format(service=SERVICE))
    await connection.execute(UNGUARDED)
    try:
        for name, tampering in TAMPERINGS.items():
            console.print(words(f"tamper-{name}"), markup=False)
            async with tampering(connection, before.events // 2):
                await verified(where, how, console)
    finally:
        await connection.close()
    console.print(words("tamper-back"), markup=False)
    await verified(where, how, console)


@dataclass(frozen=True, slots=True)
class Row:
    """A stored event: its place, and all its columns."""

    place: tuple[Any, ...]
    columns: dict[str, Any]

    @classmethod
    async def at(cls, connection: asyncpg.Connection, index: int) -> "Row":
        """The event of that place in the log."""
        (place,) = await connection.fetch(PLACES, index)
        (row,) = await connection.fetch(EVENT, *place.values())
        return cls(tuple(place.values()), dict(row))

    async def store(self, connection: asyncpg.Connection, **changed: Any) -> None:
        """Insert it, with some columns changed; its transaction id as it was, so that nobody looks at it."""
        columns = self.columns | changed
        values = ", ".join(f"${at}" for at in range(1, len(columns) + 1))
        await connection.execute(
            f"INSERT INTO event.events ({', '.join(columns)}) VALUES ({values})", *columns.values()
        )


@asynccontextmanager
async def altered(connection: asyncpg.Connection, index: int) -> AsyncIterator[None]:
    """One letter or digit of one event."""
    row = await Row.at(connection, index)
    data = row.columns["data"]
    at = next(at for at in range(len(data) - 1, -1, -1) if data[at].isalnum())
    other = "1" if data[at] == "0" else "0"
    await connection.execute(WRITE, *row.place, data[:at] + other + data[at + 1 :])
    try:
        yield
    finally:
        await connection.execute(WRITE, *row.place, data)


@asynccontextmanager
async def deleted(connection: asyncpg.Connection, index: int) -> AsyncIterator[None]:
    """One event; its place in the log stays, empty."""
    row = await Row.at(connection, index)
    await connection.execute(DELETE, *row.place)
    try:
        yield
    finally:
        await row.store(connection)


@asynccontextmanager
async def inserted(connection: asyncpg.Connection, index: int) -> AsyncIterator[None]:
    """One more event at the end of a record, dated back behind the sequencer's back."""
    row = await Row.at(connection, index)
    year, stream, _ = row.place
    version = await connection.fetchval(LAST_VERSION, year, stream) + 1
    await row.store(connection, stream_version=version)
    try:
        yield
    finally:
        await connection.execute(DELETE, year, stream, version)


@asynccontextmanager
async def swapped(connection: asyncpg.Connection, index: int) -> AsyncIterator[None]:
    """Two events of the log, so that each alone looks untouched."""
    await _swap(connection, index, index + 7)
    try:
        yield
    finally:
        await _swap(connection, index, index + 7)


async def _swap(connection: asyncpg.Connection, first: int, second: int) -> None:
    async with connection.transaction():
        for move in ((first, -1), (second, first), (-1, second)):
            await connection.execute(MOVE, *move)


TAMPERINGS: dict[str, Tampering] = {
    "alter": altered,
    "delete": deleted,
    "insert": inserted,
    "swap": swapped,
}
