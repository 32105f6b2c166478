"""A leader that is silent for longer than its lease is replaced, and wakes up to nothing it could break."""

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, contextmanager
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit
from uuid import uuid4
from zlib import crc32

import asyncpg
import psutil
import pytest

from shared import leadership
from shared.embedded.processes import start
from shared.leadership import holding
from shared.service import running
from shared.settings import Settings
from shared.store.store import Store
from tests.eventually import eventually
from tests.shared.conftest import Place
from tests.shared.toy import Counted, unit
from tests.shared.toy_service import TOY
from tests.torture.proxy import Wire

LEADER = """
SELECT a.application_name FROM pg_locks l JOIN pg_stat_activity a USING (pid)
WHERE l.locktype = 'advisory' AND l.granted AND l.objid = $1::bigint::oid AND a.datname = current_database()
"""
MANY, EACH = 110, 20  # commands and their events: several batches of the sequencer
IS_THERE = "SELECT true FROM pg_stat_activity WHERE pid = $1"
LAST_ASKED = "SELECT state_change FROM pg_stat_activity WHERE pid = $1"


@pytest.fixture
async def watcher(place: Place) -> AsyncIterator[asyncpg.Connection]:
    opened = await asyncpg.connect(place.settings.database_url)
    yield opened
    await opened.close()


async def backlog(store: Store) -> int:
    counts = [Counted(by=1)] * EACH
    await asyncio.gather(*(store.append([unit(uuid4(), *counts)]) for _ in range(MANY)))
    return MANY * EACH


def named(settings: Settings, name: str, *, port: int | None = None) -> Settings:
    """The same service, whose leader's connection bears a name, perhaps through a wire."""
    parts = urlsplit(settings.database_url)
    if port is not None:
        parts = parts._replace(netloc=f"{parts.netloc.rpartition(':')[0]}:{port}")
    return replace(settings, database_url=urlunsplit(parts._replace(query=f"application_name={name}")))


async def leads(watcher: asyncpg.Connection, name: str) -> None:
    async def it() -> bool:
        return bool(await watcher.fetchval(LEADER, crc32(b"sequencer")) == name)

    await eventually(it, within=60)


async def is_dense(watcher: asyncpg.Connection, events: int) -> None:
    """Every event has its place, once, in its stream's order, and no index is missing."""

    async def sequenced() -> bool:
        return bool(await watcher.fetchval("SELECT count(*) >= $1 FROM event.log", events))

    await eventually(sequenced, within=60)
    rows = await watcher.fetch("SELECT log_index, stream_id, stream_version FROM event.log ORDER BY 1")
    assert [row["log_index"] for row in rows] == list(range(events))
    versions: dict[object, int] = {}
    for row in rows:
        assert row["stream_version"] == versions.get(row["stream_id"], 0) + 1
        versions[row["stream_id"]] = row["stream_version"]


@contextmanager
def a_process(settings: Settings, log: Path) -> Iterator[psutil.Popen]:
    env = {
        "ENVIRONMENT": "test",
        "AGENCY": settings.agency,
        "DATABASE_URL": settings.database_url,
        "KAFKA_BOOTSTRAP_SERVERS": "127.0.0.1:9",
        "MASTER_KEY_FILE": str(settings.master_key_file),
        "SIGNING_KEY_FILE": str(settings.signing_key_file),
        "OIDC_ISSUER": "none",
        "OIDC_JWKS_URL": "none",
    }
    process = start([sys.executable, "-m", "tests.shared.toy_service"], log=log, env=env)
    try:
        yield process
    finally:
        process.kill()
        process.wait()


async def test_a_paused_leader_is_replaced_in_the_middle_of_a_backlog(
    store: Store, place: Place, watcher: asyncpg.Connection, tmp_path: Path
) -> None:
    written = await backlog(store)
    with a_process(named(place.settings, "sleeper"), tmp_path / "sleeper.log") as sleeper:
        await leads(watcher, "sleeper")
        os.kill(sleeper.pid, signal.SIGSTOP)
        written += await backlog(store)
        async with running(TOY, named(place.settings, "successor")):
            await leads(watcher, "successor")
            os.kill(sleeper.pid, signal.SIGCONT)
            written += await backlog(store)
            await is_dense(watcher, written)
            assert sleeper.is_running()
        await leads(watcher, "sleeper")
        written += await backlog(store)
        await is_dense(watcher, written)


async def test_a_leader_behind_a_dead_connection_is_replaced(
    store: Store, place: Place, watcher: asyncpg.Connection
) -> None:
    async with AsyncExitStack() as stack:
        wire = await stack.enter_async_context(Wire(urlsplit(place.settings.database_url).port or 0).strung())
        await stack.enter_async_context(running(TOY, named(place.settings, "cut-off", port=wire.port)))
        await leads(watcher, "cut-off")
        wire.asking.clear()
        stack.callback(wire.cut)
        written = await backlog(store)
        async with running(TOY, named(place.settings, "successor")):
            await leads(watcher, "successor")
            wire.cut()
            wire.heal()
            written += await backlog(store)
            await is_dense(watcher, written)


@pytest.mark.parametrize("is_prepared", [True, False], ids=["answer", "question"])
async def test_a_leader_that_sleeps_in_the_middle_of_an_answer_or_a_question_is_let_go(
    watcher: asyncpg.Connection, place: Place, is_prepared: bool
) -> None:
    """Neither is idle: one does not take what it asked for, the other has prepared and not yet asked."""
    soon = {name: "1s" for name in leadership.SETTINGS if name.endswith("timeout")}
    leader: Any = await asyncpg.connect(place.settings.database_url, server_settings=soon)
    large = "SELECT repeat('x', 1000000) FROM generate_series(1, 100)"
    ask = (await leader.prepare(large)).fetch if is_prepared else partial(leader.fetch, large)
    leader._transport.pause_reading()
    asking = asyncio.create_task(ask())

    async def it_is_gone() -> bool:
        return not await watcher.fetchval(IS_THERE, leader.get_server_pid())

    await eventually(it_is_gone, within=60)
    leader._transport.resume_reading()
    with pytest.raises(leadership.GONE):
        await asking


async def test_who_waits_for_others_stays_the_leader(
    watcher: asyncpg.Connection, place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(leadership, "LEASE", 0.4)
    leader = await asyncpg.connect(place.settings.database_url)
    pid, asked = leader.get_server_pid(), set()

    async def it_was_asked_three_times() -> bool:
        asked.add(await watcher.fetchval(LAST_ASKED, pid))
        return len(asked) > 3

    await holding(leader, eventually(it_was_asked_three_times))
    await leader.close()


async def test_who_lost_the_lead_does_not_go_on_with_what_it_waited_for(
    watcher: asyncpg.Connection, place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(leadership, "LEASE", 0.1)
    leader = await asyncpg.connect(place.settings.database_url)
    sending = asyncio.create_task(asyncio.Event().wait())
    await watcher.execute("SELECT pg_terminate_backend($1)", leader.get_server_pid())
    with pytest.raises(leadership.GONE):
        await holding(leader, sending)
    assert sending.cancelled()
