"""Two small services to torture: a sender whose every event is public, and a receiver that repeats it."""

from collections.abc import Sequence
from typing import ClassVar
from uuid import UUID

from sqlalchemy import Column, Integer, MetaData, Table, Uuid

from shared.contracts.contract import Contract
from shared.messaging.inbox import Inbox
from shared.messaging.incoming import Incoming
from shared.messaging.outgoing import Outgoing, Streams
from shared.messaging.reaction import Facts, Reaction
from shared.messaging.topics import Topic
from shared.projection.projection import Change, Projection
from shared.service import Service
from shared.settings import Settings
from shared.store.store import Store
from shared.store.stream import Stream
from shared.store.unit import Recorded, Unit
from tests.shared.toy import LEDGER, Count

YEARS = (2025, 2026)
PARTITIONS = 4

ENTRIES = Table(
    "entries",
    MetaData(),
    Column("stream_id", Uuid, primary_key=True),
    Column("version", Integer, primary_key=True),
    Column("token", Integer),
    schema="read",
)


def fold(rows: Sequence[Recorded]) -> list[Change]:
    """A row per event, so that one that is left out, or comes twice with another content, is seen."""
    return [
        Change(
            ENTRIES,
            {"stream_id": row.stream.stream_id, "version": row.stream_version},
            {"token": row.event.by},
        )
        for row in rows
    ]


class CountedV1(Contract):
    service: ClassVar[str] = "sender"
    name: ClassVar[str] = "Counted"
    topic: ClassVar[str] = "sender.events.v1"

    owner: UUID
    year: int
    by: int


def ledger(owner: UUID, year: int) -> Stream:
    """An owner's ledger of a year."""
    return Stream.of("ledger", owner, year=year)


async def when_counted_count(incoming: Incoming[CountedV1], facts: Facts) -> list[Unit]:
    said = incoming.message
    stream = ledger(said.owner, said.year)
    return await facts.decide(LEDGER, stream, Count(by=said.by), incoming, subject_id=said.owner)


def sender(topic: str = CountedV1.topic) -> Service:
    """Says every count in public, on `topic`."""

    async def public(recorded: Recorded, _streams: Streams) -> list[Outgoing]:
        owner = recorded.subject_id or UUID(int=0)
        said = CountedV1(owner=owner, year=recorded.stream.plan_year, by=recorded.event.by)
        return [Outgoing(owner, said, topic)]

    return Service(
        name="sender",
        aggregates=(LEDGER,),
        readers=lambda _store: [Projection("entries", 1, (ENTRIES,), fold)],
        tables=(ENTRIES,),
        public=public,
        publishes=lambda _partitions: [Topic(topic, PARTITIONS)],
        inboxes=lambda _store, _settings: [],
        consumes=lambda _partitions: [],
    )


def receiver(topic: str = CountedV1.topic) -> Service:
    """Counts what the sender counted, once each."""

    async def silent(_recorded: Recorded, _streams: Streams) -> list[Outgoing]:
        return []

    def inboxes(store: Store, _settings: Settings) -> list[Inbox]:
        return [Inbox(store, f"receiver.{topic}", [Reaction(topic, (CountedV1,), when_counted_count)])]

    return Service(
        name="receiver",
        aggregates=(LEDGER,),
        readers=lambda _store: [Projection("entries", 1, (ENTRIES,), fold)],
        tables=(ENTRIES,),
        public=silent,
        publishes=lambda _partitions: [],
        inboxes=inboxes,
        consumes=lambda _partitions: [Topic(topic, PARTITIONS)],
    )
