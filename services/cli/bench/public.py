"""What the bench's service says in public: every event on one topic, each tenth also on a compacted one."""

from typing import ClassVar
from uuid import UUID

from services.cli.bench.load import AGENCY, ResultMeasured
from shared.contracts.contract import Contract
from shared.messaging.outgoing import Outgoing, PublicEvents, Streams
from shared.messaging.topics import COMPACTED, Topic
from shared.store.unit import Recorded

ALSO_COMPACTED = 10


class ResultMeasuredV1(Contract):
    """The event in public; as large as what is stored."""

    service: ClassVar[str] = "bench"
    name: ClassVar[str] = "ResultMeasured"
    topic: ClassVar[str] = "bench.events.v1"

    sequence: int
    quantity: int
    title: str
    unit: str
    appraiser_id: UUID
    indicators: tuple[dict[str, str], ...]
    note: str


class ResultNewestV1(Contract):
    """What of it stays on a compacted topic."""

    service: ClassVar[str] = "bench"
    name: ClassVar[str] = "ResultNewest"
    topic: ClassVar[str] = "bench.newest.v1"

    quantity: int


def message_of(occurred: ResultMeasured) -> ResultMeasuredV1:
    """The contract's form of an event."""
    return ResultMeasuredV1(
        sequence=occurred.sequence,
        quantity=occurred.quantity,
        title=occurred.title,
        unit=occurred.unit,
        appraiser_id=occurred.appraiser_id,
        indicators=occurred.indicators,
        note=occurred.note,
    )


def said(topics: "Topics", occurred: ResultMeasured, subject: UUID | None) -> list[Outgoing]:
    """All that is said of one event."""
    key = subject or AGENCY
    found = [Outgoing(key, message_of(occurred), topics.events)]
    if topics.newest and occurred.sequence % ALSO_COMPACTED == 0:
        found.append(Outgoing(key, ResultNewestV1(quantity=occurred.quantity), topics.newest))
    return found


class Topics:
    """A run's own pair of topics. Without `both` only the one that keeps everything."""

    def __init__(self, run: str, partitions: int, *, both: bool = True) -> None:
        self.events = f"bench.{run}.events.v1"
        self.newest = f"bench.{run}.newest.v1" if both else None
        self.made = [Topic(self.events, partitions)]
        if self.newest:
            self.made.append(Topic(self.newest, 8, dict(COMPACTED)))

    def public(self) -> PublicEvents:
        """The mapping that the publisher is given."""

        async def mapped(recorded: Recorded, streams: Streams) -> list[Outgoing]:
            del streams
            return said(self, recorded.event, recorded.subject_id)

        return mapped
