"""A database that is silent when it is called, or a name server that is: nobody waits for it long."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress
from dataclasses import replace
from typing import Any
from urllib.parse import urlsplit

import asyncpg
import pytest
from sqlalchemy import text
from sqlalchemy.pool import QueuePool

from shared.leadership import lead
from shared.service import reading_engine, running
from shared.store.store import open_store
from shared.store.urls import engine_of
from shared.web.problem_kinds import problem_of
from tests.eventually import eventually
from tests.shared.conftest import Place
from tests.shared.toy import LEDGER
from tests.shared.toy_service import TOY
from tests.torture.proxy import Wire

SOON, LONG = 0.3, 20.0


@pytest.fixture
async def silent(place: Place, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Wire]:
    """Takes connections to the database, and nobody hears what is said."""
    for module in ("shared.store.urls", "shared.store.store", "shared.leadership"):
        monkeypatch.setattr(f"{module}.CONNECT_WITHIN", SOON)
    async with Wire(urlsplit(place.settings.database_url).port or 0).strung() as wire:
        wire.asking.clear()
        yield wire


def through(wire: Wire, place: Place) -> str:
    parts = urlsplit(place.settings.database_url)
    return parts._replace(netloc=parts.netloc.replace(f":{parts.port}", f":{wire.port}")).geturl()


async def refused_soon(connecting: Any) -> Exception:
    """What whoever connects is told, before this test's own patience ends."""
    async with asyncio.timeout(LONG) as patience:
        with pytest.raises(TimeoutError) as told:
            async with connecting:
                pass
    assert not patience.expired()
    return told.value


async def test_who_reads_is_told_soon_and_in_words(place: Place, silent: Wire) -> None:
    engine = reading_engine(through(silent, place))
    said = problem_of(await refused_soon(engine.connect()))
    assert (said.status, said.code) == (503, "database-away")
    await engine.dispose()


async def test_a_service_does_not_wait_to_start(place: Place, silent: Wire) -> None:
    settings = replace(place.settings, database_url=through(silent, place))
    await refused_soon(open_store(settings, TOY.name, [LEDGER.catalogue]))


async def test_who_would_lead_calls_again(place: Place, silent: Wire) -> None:
    leading = asyncio.Event()

    async def work(_: asyncpg.Connection) -> None:
        leading.set()

    trying = asyncio.create_task(lead(through(silent, place), "job", work))
    await eventually(silent.is_connected)
    silent.freeze()
    await asyncio.wait_for(leading.wait(), LONG)
    trying.cancel()
    with suppress(asyncio.CancelledError):
        await trying


async def test_an_address_may_say_how_to_connect(place: Place) -> None:
    engine = engine_of(f"{place.settings.database_url}?sslmode=prefer&application_name=reader")
    async with engine.connect() as connection:
        name = await connection.scalar(text("SELECT current_setting('application_name')"))
    assert name == "reader"
    await engine.dispose()


async def test_the_first_reader_finds_a_connection(place: Place) -> None:
    async with running(TOY, place.settings) as run:
        pool = run.engine.pool
        assert isinstance(pool, QueuePool)
        assert pool.checkedin() == 1
