"""Who appends in `jejak bench engine`: our store, and asyncpg by hand doing the same work, or hardly any.

`python -m services.cli.bench.contenders NAME URL KEY CLIENTS SECONDS` measures one in a process of its own.
"""

import sys
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

import asyncpg
import orjson
import uvloop

from services.cli.bench.load import (
    ACTOR,
    AGENCY,
    CORRELATION,
    HASH,
    KIND,
    RESULTS,
    SERVICE,
    STREAMS,
    Append,
    Client,
    ResultMeasured,
    ResultNoted,
    Turn,
    closed_loop,
    measured,
    noted,
    subject,
)
from shared.collector import spare_the_collector
from shared.settings import Settings
from shared.store.store import Store, open_store
from shared.store.unit import Appended

CONNECTIONS = 32  # at most, for whoever wants one per client

BARE_TABLE = """
CREATE TABLE public.bare (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    stream_id uuid NOT NULL, version integer NOT NULL, type text NOT NULL, data jsonb NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(), UNIQUE (stream_id, version))
"""
BARE = "INSERT INTO public.bare (stream_id, version, type, data) VALUES ($1, $2, $3, $4) RETURNING id"
COMMAND = "INSERT INTO work.commands (command_id, caller, request_hash, outcome) VALUES ($1, $2, $3, $4)"
EVENT = """
INSERT INTO event.events (
    event_id, agency, service, stream_kind, stream_id, plan_year, stream_version, type, schema_version,
    subject_id, actor_id, acting_role, command_id, correlation_id, data)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)
"""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a contender works: the application role's address, and the key file of our store."""

    url: str
    key: Path
    clients: int

    def settings(self) -> Settings:
        """The settings of one process of our own."""
        return Settings(
            environment="production",
            agency=AGENCY,
            agency_name=AGENCY,
            timezone=ZoneInfo("Asia/Jakarta"),
            host="127.0.0.1",
            port=0,
            database_url=self.url,
            kafka_bootstrap_servers="",
            kafka_partitions=8,
            master_key_file=self.key,
            signing_key_file=self.key,
            oidc_issuer="",
            oidc_jwks_url="",
            oidc_audience="",
            evidence_dir=self.key.parent,
        )


@asynccontextmanager
async def store_of(place: Place, service: str = SERVICE) -> AsyncIterator[Store]:
    """Our store, with the keys of everybody made: a person gets one once in a lifetime."""
    async with open_store(place.settings(), service, [RESULTS.catalogue]) as store:
        await store.keyring.make(subject(number) for number in range(STREAMS))
        yield store


@asynccontextmanager
async def jejak(
    place: Place, make: Callable[[int], ResultMeasured | ResultNoted] = measured
) -> AsyncIterator[Append]:
    """Our store as a service uses it."""
    async with store_of(place) as store:

        async def append(turn: Turn) -> None:
            (answer,) = await store.append([turn.unit(make)])
            if not isinstance(answer, Appended):
                raise TypeError(answer)

        yield append


def pool(place: Place) -> AbstractAsyncContextManager[asyncpg.Pool]:
    """As many connections as clients, up to a limit."""
    size = min(place.clients, CONNECTIONS)
    made: AbstractAsyncContextManager[asyncpg.Pool] = asyncpg.create_pool(
        place.url, min_size=size, max_size=size
    )
    return made


def data_of(turn: Turn) -> str:
    """The event's fields as JSON."""
    return orjson.dumps(measured(turn.sequence)).decode()


@asynccontextmanager
async def bare_insert(place: Place) -> AsyncIterator[Append]:
    """One row per transaction in a table of five columns: no command id, no envelope, no log to come."""
    async with pool(place) as connections:

        async def append(turn: Turn) -> None:
            values = (turn.stream.stream_id, turn.version + 1, "ResultMeasured", data_of(turn))
            async with connections.acquire() as connection:
                await connection.fetchval(BARE, *values)

        yield append


@asynccontextmanager
async def same_work(place: Place) -> AsyncIterator[Append]:
    """What our statement writes, one command at a time: BEGIN, command id, event, COMMIT."""
    async with pool(place) as connections:

        async def append(turn: Turn) -> None:
            command_id, stream, version = uuid4(), turn.stream, turn.version + 1
            said = orjson.dumps({"stream_id": str(stream.stream_id), "version": version}).decode()
            identity = (uuid4(), AGENCY, SERVICE, KIND, stream.stream_id, stream.plan_year, version)
            rest: tuple[str | int | UUID, ...] = (
                "ResultMeasured",
                1,
                subject(turn.number),
                ACTOR,
                "appraiser",
            )
            async with connections.acquire() as connection, connection.transaction():
                await connection.execute(COMMAND, command_id, "bench", HASH, said)
                await connection.execute(EVENT, *identity, *rest, command_id, CORRELATION, data_of(turn))

        yield append


CONTENDERS: dict[str, Callable[[Place], AbstractAsyncContextManager[Append]]] = {
    "one bare INSERT": bare_insert,
    "same work in asyncpg": same_work,
    "jejak": jejak,
    "jejak, one text encrypted": partial(jejak, make=noted),
}


async def main(name: str, place: Place, seconds: float) -> dict[str, float]:
    """One contender's figures."""
    async with CONTENDERS[name](place) as append:
        spare_the_collector()
        clients = [Client(number, place.clients) for number in range(place.clients)]
        return await closed_loop(clients, seconds, append)


if __name__ == "__main__":
    name, url, key, clients, seconds = sys.argv[1:]
    found = uvloop.run(main(name, Place(url, Path(key), int(clients)), float(seconds)))
    sys.stdout.write(orjson.dumps(found).decode() + "\n")
