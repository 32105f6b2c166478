"""Decides a batch of messages in memory: what to append, what to park, in few questions to the database."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from shared.contracts.contract import Contract
from shared.messaging.asking import Unread
from shared.messaging.incoming import Incoming, NotUnderstood, Raw, understood
from shared.messaging.patience import REFUSED
from shared.messaging.reaction import Facts, MissingFact, Reaction, refusal_of
from shared.store.unit import Unit

BEHIND = "behind"
Key = tuple[str, bytes]


@dataclass(frozen=True, slots=True)
class Asked:
    """A message as read: understood, of no concern here (`incoming` None), or with a cause to park it."""

    raw: Raw
    reaction: Reaction
    incoming: Incoming[Contract] | None = None
    cause: str | None = None


@dataclass(slots=True)
class Decided:
    """What a batch comes to. `waiting` are the keys with something parked, before the batch and by it."""

    waiting: set[Key]
    units: list[Unit] = field(default_factory=list)
    parked: list[tuple[Raw, str]] = field(default_factory=list)

    def park(self, raw: Raw, cause: str) -> None:
        """Let a message wait, and with it the later ones of its key."""
        self.parked.append((raw, cause))
        if raw.key is not None:
            self.waiting.add((raw.topic, raw.key))

    def refuse(self, raw: Raw, code: str) -> None:
        """Keep a message that a rule said no to; the right one may follow, so nothing waits for it."""
        self.parked.append((raw, f"{REFUSED}: {code}"))

    def is_behind(self, raw: Raw) -> bool:
        """Whether something of the message's key waits already."""
        return raw.key is not None and (raw.topic, raw.key) in self.waiting


def read(raw: Raw, reactions: Mapping[str, Reaction], poison: str | None = None) -> Asked:
    """A message read once, however often its reaction is asked."""
    reaction = reactions[raw.topic]
    if poison is not None:
        return Asked(raw, reaction, cause=poison)
    try:
        return Asked(raw, reaction, understood(raw, reaction.contracts))
    except NotUnderstood as error:
        return Asked(raw, reaction, cause=_cause(error))


def traceparent_of(asked: Asked) -> str | None:
    """What the message's sender did it under."""
    return asked.incoming.traceparent if asked.incoming else None


def under(batch: Sequence[Asked], own: Sequence[str | None]) -> list[Asked]:
    """The batch as asked under spans of our own, so that effects follow from these."""
    return [
        replace(one, incoming=replace(one.incoming, traceparent=span))
        if one.incoming and span != one.incoming.traceparent
        else one
        for one, span in zip(batch, own, strict=True)
    ]


async def decide(batch: Sequence[Asked], facts: Facts, waiting: set[Key]) -> Decided:
    """Ask the reactions until all they want to know was read: as often as one's questions are deep.

    Only the last round counts: before it a message may have been decided without an earlier one of its
    stream. What such a round raises is raised: the batch is then halved, down to one message that is right.
    """
    while True:
        decided = Decided(set(waiting))
        for asked in batch:
            await _decide_one(asked, facts, decided)
        if facts.is_complete:
            return decided
        await facts.load()


async def _decide_one(asked: Asked, facts: Facts, decided: Decided) -> None:
    if decided.is_behind(asked.raw):
        decided.park(asked.raw, BEHIND)
    elif asked.cause is not None:
        decided.park(asked.raw, asked.cause)
    elif asked.incoming is not None:
        try:
            units = await asked.reaction.handle(asked.incoming, facts)
        except Unread:
            return
        except MissingFact as error:
            decided.park(asked.raw, _cause(error))
        else:
            decided.units += units
            if code := refusal_of(units):
                decided.refuse(asked.raw, code)


def _cause(error: Exception) -> str:
    return f"{type(error).__name__}: {error}"
