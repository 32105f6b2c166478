"""`jejak log demo-tamper`: what a database administrator could do, found each time."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import asyncpg
from rich.console import Console

from services.cli.home import Home
from services.cli.language import Told, words
from services.cli.layout import common
from services.cli.log.verify import How, audited, verified
from services.cli.log.where import Where
from services.cli.owners import own_server
from shared.embedded.processes import write_whole
from shared.embedded.provision import DATABASE

SERVICE = "planning"
FEWEST = 20
APART = 7  # places between the two that are swapped
# Guards are triggers, and a superuser is not held by triggers.
UNGUARDED = "SET session_replication_role = replica"
PLACES = "SELECT plan_year, stream_id, stream_version FROM event.log WHERE log_index = $1"
EVENT = "SELECT * FROM event.events WHERE plan_year = $1 AND stream_id = $2 AND stream_version = $3"
WRITE = "UPDATE event.events SET data = $4 WHERE plan_year = $1 AND stream_id = $2 AND stream_version = $3"
DELETE = "DELETE FROM event.events WHERE plan_year = $1 AND stream_id = $2 AND stream_version = $3"
ASIDE = 2**62  # where no event is
MOVE = "UPDATE event.log SET log_index = $2 WHERE log_index = $1"
# The event as it was, and no other row with its id: an altered one, or the copy that was inserted.
AS_TEXT = EVENT.replace("*", "row_to_json(events)::text")
DELETE_ALL = "DELETE FROM event.events WHERE plan_year = $1 AND stream_id = $2 AND event_id = $3"
AS_IT_WAS = "INSERT INTO event.events SELECT * FROM json_populate_record(NULL::event.events, $1::text::json)"
LAST_VERSION = "SELECT max(stream_version) FROM event.events WHERE plan_year = $1 AND stream_id = $2"

Tampering = Callable[[asyncpg.Connection, int], AbstractAsyncContextManager[None]]


def command() -> None:
    """On the running sample system: alter, delete, insert and swap events, verify, put everything back."""
    if common()["ENVIRONMENT"] != "demo" or not Home.here().is_running:
        raise Told(words("tamper-needs-own"))
    asyncio.run(shown(Console(highlight=False, soft_wrap=True)))


async def shown(console: Console) -> None:
    """On the system that runs here, after putting back what an interrupted demonstration left."""
    connection = await asyncpg.connect(own_server(Home.here()), database=DATABASE.format(service=SERVICE))
    await connection.execute(UNGUARDED)
    try:
        await demonstrated(
            connection, Where.of(SERVICE), How(), Home.here().folder / "tampered.json", console
        )
    finally:
        await connection.close()


async def demonstrated(
    connection: asyncpg.Connection, where: Where, how: How, kept: Path, console: Console
) -> None:
    """All four, each found, and nothing left of them. Raises Told when that is not so.

    `kept` holds what is altered until it is back, for the next run when this one is killed.
    """
    if kept.exists():
        await put_back(connection, kept)
    before = await audited(where, how, console)
    if before.findings:
        raise Told(words("tamper-needs-clean", service=SERVICE))
    if before.events < FEWEST:
        raise Told(words("tamper-too-few", service=SERVICE))
    index, missed = before.events // 2, []
    await keep(connection, kept, index)
    for name, tampering in TAMPERINGS.items():
        console.print(words(f"tamper-{name}"), markup=False)
        async with tampering(connection, index):
            if await verified(where, how, console):
                missed.append(name)
    console.print(words("tamper-back"), markup=False)
    if not await verified(where, how, console):
        raise Told(words("tamper-not-back", service=SERVICE))
    kept.unlink()
    if missed:
        raise Told(words("tamper-missed", names=", ".join(missed)))


async def keep(connection: asyncpg.Connection, kept: Path, index: int) -> None:
    """Write the event of that place, whole, into a file that its owner alone can read."""
    (place,) = await connection.fetch(PLACES, index)
    event = json.loads(await connection.fetchval(AS_TEXT, *place.values()))
    write_whole(kept, json.dumps({"index": index, "event": event}), mode=0o600)


async def put_back(connection: asyncpg.Connection, kept: Path) -> None:
    """Undo whichever of the four was under way; nothing where none was."""
    known = json.loads(kept.read_text(encoding="utf-8"))
    index, event = known["index"], known["event"]
    async with connection.transaction():
        await connection.execute(DELETE_ALL, event["plan_year"], event["stream_id"], event["event_id"])
        await connection.execute(AS_IT_WAS, json.dumps(event))
        (place,) = await connection.fetch(PLACES, index)
        if (str(place["stream_id"]), place["stream_version"]) != (
            event["stream_id"],
            event["stream_version"],
        ):
            await _swap(connection, index, index + APART)
    kept.unlink()


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
    await _swap(connection, index, index + APART)
    try:
        yield
    finally:
        await _swap(connection, index, index + APART)


async def _swap(connection: asyncpg.Connection, first: int, second: int) -> None:
    async with connection.transaction():
        for move in ((first, ASIDE), (second, first), (ASIDE, second)):
            await connection.execute(MOVE, *move)


TAMPERINGS: dict[str, Tampering] = {
    "alter": altered,
    "delete": deleted,
    "insert": inserted,
    "swap": swapped,
}
