"""A sender and a receiver on databases of their own, for the bugs that are planted."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import asyncpg
import pytest

from shared.settings import Settings
from shared.store.append import Connection
from shared.store.store import Store, open_store
from shared.store.stream import Stream
from shared.store.unit import Unit
from tests.databases import FreshDatabase, Schema
from tests.infrastructure import settings_of
from tests.shared.toy import LEDGER, Counted, intent
from tests.torture.collect import database
from tests.torture.pair import ENTRIES, YEARS
from tests.torture.seen import Answer, Database, Request


@dataclass(frozen=True)
class Ground:
    """One service's database: the engine's own store, and connections for what is planted beside it."""

    settings: Settings
    store: Store
    stack: AsyncExitStack

    async def connect(self) -> asyncpg.Connection:
        connection = await asyncpg.connect(self.settings.database_url)
        self.stack.push_async_callback(connection.close)
        return connection

    async def holds(self) -> Database:
        """What the checker sees."""
        return await database(self.settings.database_url)

    async def append(self, asked: Request, *, connection: Connection | None = None) -> Request:
        """Ask the engine; the request with its answer."""
        [answer] = await self.store.append([unit_of(asked)], connection=connection)
        return replace(asked, answers=(Answer(type(answer).__name__.lower()),))


def unit_of(asked: Request) -> Unit:
    """What the engine is asked for a request."""
    return Unit(
        intent=intent(command_id=asked.command_id, said=repr(asked.tokens)),
        outcome={"version": asked.expected + len(asked.tokens)},
        stream=Stream("ledger", asked.stream_id, asked.plan_year),
        expected=asked.expected,
        events=tuple(Counted(by=token) for token in asked.tokens),
        subject_id=asked.stream_id,
    )


@asynccontextmanager
async def opened(fresh_database: FreshDatabase, folder: Path, service: str) -> AsyncIterator[Ground]:
    made = await fresh_database(Schema((ENTRIES,), YEARS))
    settings = replace(settings_of(made, folder), environment="test")
    async with AsyncExitStack() as stack:
        store = await stack.enter_async_context(open_store(settings, service, [LEDGER.catalogue]))
        yield Ground(settings, store, stack)


@pytest.fixture
async def ground(fresh_database: FreshDatabase, tmp_path: Path) -> AsyncIterator[Ground]:
    async with opened(fresh_database, tmp_path, "sender") as made:
        yield made


@pytest.fixture
async def other_ground(fresh_database: FreshDatabase, tmp_path: Path) -> AsyncIterator[Ground]:
    async with opened(fresh_database, tmp_path, "receiver") as made:
        yield made
