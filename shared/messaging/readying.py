"""Makes the log's events ready to be sent: read, put into their public form and encoded."""

from collections.abc import Sequence
from dataclasses import dataclass

import asyncpg

from shared.messaging.outgoing import Outgoing, PublicEvents, Streams, headers, said
from shared.messaging.sending import Message
from shared.store.canonical import envelope
from shared.store.codec import with_texts
from shared.store.store import Store
from shared.store.unit import Recorded
from shared.turns import in_turns


@dataclass(frozen=True, slots=True)
class Ready:
    """The events behind index `since`: as the log topic has them, and what they say in public."""

    since: int
    envelopes: list[bytes]
    messages: list[Message]
    traced: list[str]

    @property
    def until(self) -> int:
        """The index of the last."""
        return self.since + len(self.envelopes)


async def ready(store: Store, public: PublicEvents, since: int, found: Sequence[asyncpg.Record]) -> Ready:
    """The events of `found`, rows of the log behind `since`.

    Raises what `public` raises, and ValueError where that says too much.
    """
    await store.keyring.load(with_texts(found))
    made = Ready(since, [], [], [])
    async for piece in in_turns(found):
        await _add(made, piece, store, public)
    return made


async def _add(made: Ready, found: Sequence[asyncpg.Record], store: Store, public: PublicEvents) -> None:
    rows = [store.codec.read(row, row["log_index"]) for row in found]
    for row, says in zip(rows, await said(rows, public, Streams(store)), strict=True):
        made.messages.extend(messages(row, says))
        if says and row.traceparent:
            made.traced.extend([row.traceparent] * len(says))
    made.envelopes.extend(map(envelope, found))


def messages(row: Recorded, says: Sequence[Outgoing]) -> list[Message]:
    """What an event says, encoded. Raises ValueError."""
    if len(says) > 1 and len({one.topic for one in says}) < len(says):
        msg = f"{row.type} says two things on one topic: readers would take the second for a duplicate"
        raise ValueError(msg)
    return [_message(row, one, at) for at, one in enumerate(says)]


def _message(row: Recorded, one: Outgoing, at: int) -> Message:
    key = str(one.key).encode()
    if one.message is None:
        return Message(one.topic, key, None, [])
    return Message(one.topic, key, one.message.encoded(), headers(row, one.message, at))
