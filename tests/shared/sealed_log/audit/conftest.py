"""A small sealed log, its owner who means no good, and what others have heard of it."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from uuid import uuid4

import asyncpg
import pytest

from shared.sealed_log.audit import chunks
from shared.sealed_log.audit.finding import Finding
from shared.sealed_log.audit.run import Audit, Report
from shared.sealed_log.audit.whole import Published
from shared.sealed_log.sealer import Sealer, signing_key
from shared.store.encrypted import Encrypted
from shared.store.store import Store
from tests.shared.conftest import Place
from tests.shared.sealed_log.test_sealer import LOG, log_grows
from tests.shared.toy import Noted, intent, unit

EVENTS = 12
VICTIM = 5


def unheard(_events: int) -> None:
    """Nobody looks at a bar here."""


@dataclass
class Scene:
    """A sealed log, its owner who means no good, and what others have heard."""

    owner: asyncpg.Connection
    audit: Audit
    published: Published

    async def verify(self, *, topic: bool = True) -> list[Finding]:
        return (await self.report(topic=topic)).findings

    async def report(self, *, topic: bool = True) -> Report:
        return await self.audit.whole(self.published if topic else None, unheard)

    async def column(self, name: str) -> object:
        return await self.owner.fetchval(f"SELECT e.{name} FROM {JOINED}", VICTIM)


JOINED = "event.events e JOIN event.log l USING (plan_year, stream_id, stream_version) WHERE l.log_index = $1"
HERE = """
(plan_year, stream_id, stream_version) =
    (SELECT plan_year, stream_id, stream_version FROM event.log WHERE log_index = $1)
"""


@pytest.fixture(params=["looked up", "read as they lie on the disk"])
async def scene(
    request: pytest.FixtureRequest, store: Store, place: Place, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Scene]:
    if request.param != "looked up":
        monkeypatch.setattr(chunks, "STEP", 1)
    connection = await asyncpg.connect(place.settings.database_url)
    sealer = await Sealer.start(connection, signing_key(place.settings.signing_key_file, LOG))
    leaves = await log_grows(store, connection, EVENTS // 2)
    await sealer.seal()
    note = Noted(note=Encrypted.of("Lengkap"))
    subject = uuid4()
    await store.append([unit(subject, note, asked=replace(intent(reason="Sesuai"), on_behalf_of=subject))])
    leaves = await log_grows(store, connection, EVENTS - EVENTS // 2 - 1)
    await sealer.seal()
    notes = {
        row["tree_size"]: row["note"] for row in await connection.fetch("SELECT * FROM event.checkpoints")
    }
    await connection.close()
    owner = await asyncpg.connect(place.owner_url)
    for table in ("events", "log", "nodes", "checkpoints", "signing_keys"):
        await owner.execute(f"ALTER TABLE event.{table} DISABLE TRIGGER no_change")
    yield Scene(
        owner,
        Audit(url=place.settings.database_url, origin=LOG),
        Published(bytearray(b"".join(leaves)), notes),
    )
    await owner.close()
