"""Messages as they would come from Kafka, for an inbox that is fed by hand."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any, ClassVar
from uuid import UUID, uuid4

from shared.contracts.contract import Contract
from shared.messaging.consumer import Consumer
from shared.messaging.inbox import Inbox
from shared.messaging.incoming import Incoming, Raw
from shared.messaging.reaction import Facts, MissingFact, Reaction
from shared.store.store import Store
from shared.store.unit import Unit
from tests.shared.toy import LEDGER, Count, ledger_of

TOPIC = "toy.events.v1"
MISSES_A_FACT = 13


class CountedV1(Contract):
    service: ClassVar[str] = "toy"
    name: ClassVar[str] = "Counted"
    topic: ClassVar[str] = TOPIC

    owner: UUID
    by: int


def message(owner: UUID, by: Any, index: int, *, kind: str = "toy.Counted.v1", partition: int = 0) -> Raw:
    """A message that stands at `index`, on Kafka as in its sender's log."""
    body = by if isinstance(by, bytes) else CountedV1(owner=owner, by=by).model_dump_json().encode()
    said = {"ce_type": kind, "ce_id": str(uuid4()), "ce_logindex": str(index)}
    headers = tuple((name, value.encode()) for name, value in said.items())
    return Raw(TOPIC, partition, index, str(owner).encode(), body, headers, datetime.now(UTC))


def foreign(owner: UUID, by: Any, offset: int) -> Raw:
    """The same from somebody who keeps no log: without an index."""
    raw = message(owner, by, offset)
    return replace(raw, headers=tuple(one for one in raw.headers if one[0] != "ce_logindex"))


class Moody:
    """A reaction with a bug that is mended when `failing` is emptied."""

    def __init__(self, *failing: int) -> None:
        self.failing = set(failing)
        self.tried: list[int] = []

    async def when_counted_count(self, incoming: Incoming[CountedV1], facts: Facts) -> list[Unit]:
        """Count, but fail on what is in `failing`: 13 misses a fact, anything else is a bug."""
        by = incoming.message.by
        units = await when_counted_count(incoming, facts)
        self.tried.append(by)
        if by in self.failing:
            raise MissingFact("owner") if by == MISSES_A_FACT else RuntimeError("Budi Santoso is to blame")
        return units

    def inbox(self, store: Store, consumer: str = "group", topic: str = TOPIC) -> Inbox:
        """Its inbox."""
        return Inbox(store, consumer, [Reaction(topic, (CountedV1,), self.when_counted_count)])


async def settle(inbox: Inbox, *batch: Raw) -> None:
    """As the consumer does: what can't be handled is parked."""
    await Consumer(inbox, "", [])._settle(batch)


async def when_counted_count(incoming: Incoming[CountedV1], facts: Facts) -> list[Unit]:
    """Count what the other one counted."""
    said = incoming.message
    return await facts.decide(
        LEDGER, ledger_of(said.owner), Count(by=said.by), incoming, subject_id=said.owner
    )


async def counts(store: Store, owner: UUID) -> list[int]:
    """What was counted for `owner`, in order."""
    return [row.event.by for row in await store.read(ledger_of(owner))]
