"""What a service says in public about an event of its own."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, TypeVar
from uuid import UUID, uuid5

from shared.contracts.contract import Contract
from shared.messaging.asking import Unread
from shared.store.canonical import instant
from shared.store.keyring import NOBODY, Keyring
from shared.store.store import Store
from shared.store.stream import Stream
from shared.store.unit import Aggregate, Recorded

S = TypeVar("S")
Headers = list[tuple[str, bytes]]


@dataclass(frozen=True, slots=True)
class Outgoing:
    """One public message. `key` is the employee's UUID, or the agency's code where nobody is concerned.

    `message` None is a tombstone on `topic`.
    """

    key: UUID | str
    message: Contract | None
    topic: str

    @classmethod
    def of(cls, key: UUID | str, message: Contract) -> "Outgoing":
        """A message on its contract's topic."""
        return cls(key, message, message.topic)


class Streams:
    """What mapping an event may look at: the record it belongs to, as of that event, and opened texts.

    A question about a record that was not read yet ends the mapping with `Unread` and is remembered, so that
    `load` reads the records of a whole batch in one statement.
    """

    def __init__(self, store: Store) -> None:
        self._store = store
        self._read: dict[Stream, list[Recorded]] = {}
        self._wanted: set[Stream] = set()

    @property
    def keyring(self) -> Keyring:
        """Opens the texts of the batch being published, and of what `state_at` has read."""
        return self._store.keyring

    async def state_at(self, aggregate: Aggregate[S, Any, Any], stream: Stream, version: int) -> S:
        """The state of a record at `version`."""
        if stream not in self._read:
            self._wanted.add(stream)
            raise Unread
        recorded = self._read[stream]
        return aggregate.decider.fold(one.event for one in recorded if one.stream_version <= version)

    async def load(self) -> None:
        """Read what was asked for in vain, with the keys to it."""
        wanted, self._wanted = list(self._wanted), set()
        found = await self._store.read_many(wanted)
        await self.keyring.load(one.subject_id or NOBODY for read in found.values() for one in read)
        self._read |= {stream: found.get(stream, []) for stream in wanted}


PublicEvents = Callable[[Recorded, Streams], Awaitable[list[Outgoing]]]


async def said(rows: Sequence[Recorded], public: PublicEvents, streams: Streams) -> list[list[Outgoing]]:
    """What each event says; asked again where it first had to be read about. Raises what `public` raises."""
    found: list[list[Outgoing]] = [[]] * len(rows)
    asked = list(range(len(rows)))
    while asked:
        unread = []
        for at in asked:
            try:
                found[at] = await public(rows[at], streams)
            except Unread:
                unread.append(at)
        if unread:
            await streams.load()
        asked = unread
    return found


def headers(recorded: Recorded, message: Contract, at: int = 0) -> Headers:
    """CloudEvents 1.0 binary headers. An event's first message has its id, the others one made of it."""
    event_id = recorded.event_id if at == 0 else uuid5(recorded.event_id, str(at))
    found = [
        *_of_all(type(message), recorded.agency, recorded.service),
        ("ce_id", str(event_id).encode()),
        ("ce_time", instant(recorded.recorded_at).encode()),
        ("ce_logindex", str(recorded.log_index).encode()),
        ("ce_correlationid", str(recorded.correlation_id).encode()),
    ]
    if recorded.subject_id is not None:
        found.append(("ce_subject", str(recorded.subject_id).encode()))
    if recorded.traceparent is not None:
        found.append(("traceparent", recorded.traceparent.encode()))
    return found


@lru_cache(maxsize=256)
def _of_all(contract: type[Contract], agency: str, service: str) -> Headers:
    """The headers that all messages of one contract share."""
    said = {
        "ce_specversion": "1.0",
        "ce_type": contract.ce_type(),
        "ce_source": f"/{agency}/{service}",
        "content-type": "application/json",
    }
    return [(name, value.encode()) for name, value in said.items()]
