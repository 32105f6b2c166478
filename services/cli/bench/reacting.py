"""What the next service does about the bench's messages: a command of its own on a record of its own."""

import time
from collections.abc import Sequence
from uuid import UUID

import orjson

from services.cli.bench.load import YEAR
from services.cli.bench.public import ResultMeasuredV1
from shared.decider import Decider
from shared.messaging.inbox import Inbox
from shared.messaging.incoming import Incoming, Raw
from shared.messaging.reaction import Facts, Reaction
from shared.store.event import Catalogue, event
from shared.store.store import Store
from shared.store.stream import Stream
from shared.store.unit import Aggregate, Unit

CONSUMER = "bench-effects"


@event("ResultNoted")
class ResultNoted:
    """The effect."""

    sequence: int
    quantity: int


def _note(state: int, command: ResultMeasuredV1) -> list[ResultNoted]:
    del state
    return [ResultNoted(sequence=command.sequence, quantity=command.quantity)]


def _count(state: int, occurred: ResultNoted) -> int:
    del occurred
    return state + 1


NOTES: Aggregate[int, ResultMeasuredV1, ResultNoted] = Aggregate(
    "note", Decider(0, _note, _count), Catalogue(ResultNoted)
)


async def when_measured_note_it(incoming: Incoming[ResultMeasuredV1], facts: Facts) -> list[Unit]:
    """One record per message, as an evaluation is opened by a plan: streams stay short."""
    stream = Stream.of("note", incoming.event_id, year=YEAR)
    return await facts.decide(NOTES, stream, incoming.message, incoming, subject_id=UUID(incoming.key))


class Effects(Inbox):
    """An inbox that remembers when each message's effect was durable, by the message's sequence."""

    def __init__(self, store: Store, topic: str) -> None:
        reaction = Reaction(topic, (ResultMeasuredV1,), when_measured_note_it)
        super().__init__(store, CONSUMER, [reaction])
        self.seen: dict[int, float] = {}

    async def apply(self, batch: Sequence[Raw], *, poison: str | None = None) -> None:
        """As ever, and note the time."""
        await super().apply(batch, poison=poison)
        now = time.time()
        self.seen |= {orjson.loads(raw.value or b"")["sequence"]: now for raw in batch}
