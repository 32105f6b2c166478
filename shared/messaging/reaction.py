"""What a service does about another's message: a command of its own, stored with the mark."""

from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass
from hashlib import sha256
from typing import Any, TypeVar
from uuid import UUID

from uuid_utils.compat import uuid5

from shared.contracts.contract import Contract
from shared.decider import Refusal
from shared.messaging.asking import Unread
from shared.messaging.incoming import Incoming
from shared.store.append import Connection
from shared.store.statements import REMEMBERED
from shared.store.store import Store
from shared.store.stream import Stream
from shared.store.unit import Aggregate, Intent, Recorded, Unit

S = TypeVar("S")
C = TypeVar("C")
E = TypeVar("E")

SYSTEM = UUID(int=0)
COMMANDS = UUID("0d4b7a5e-52b4-5a0e-8d1c-6a656a616b32")
REFUSED = "refused"
FORGET_REFUSED = f"""
DELETE FROM work.commands WHERE command_id = ANY($1::uuid[]) AND outcome::jsonb ? '{REFUSED}'
"""


class MissingFact(Exception):
    """A message came before what it builds on: it waits, with the later ones of its key."""


class Facts:
    """What reactions of one batch may know: streams as they are, including what the batch decided so far.

    A question about what was not read yet ends the reaction with `Unread` and is remembered, so that
    `load` answers the questions of a whole batch in one statement for streams and one for commands.
    `anew` decides again what was refused before.
    """

    def __init__(
        self, store: Store, connection: Connection, consumer: str, *, demo: bool, anew: bool = False
    ) -> None:
        self._connection = connection
        self._store = store
        self._consumer = consumer
        self._demo = demo
        self._anew = anew
        self._read: dict[Stream, list[Recorded]] = {}
        self._asked: dict[UUID, bool] = {}
        self._streams_wanted: set[Stream] = set()
        self._commands_wanted: set[UUID] = set()
        self._states: dict[Stream, tuple[Any, int]] = {}
        self._done: set[UUID] = set()
        self._command_ids: dict[tuple[UUID, UUID], UUID] = {}

    @property
    def is_complete(self) -> bool:
        """Whether everything asked for so far had been read."""
        return not self._streams_wanted and not self._commands_wanted

    async def load(self) -> None:
        """Read what was asked for in vain, and forget what was decided: the batch begins anew."""
        if self._commands_wanted:
            if self._anew:
                await self._connection.execute(FORGET_REFUSED, list(self._commands_wanted))
            rows = await self._connection.fetch(REMEMBERED, list(self._commands_wanted))
            found = {row["command_id"] for row in rows}
            self._asked |= {command: command in found for command in self._commands_wanted}
        if self._streams_wanted:
            wanted = list(self._streams_wanted)
            streams = await self._store.read_many(wanted, connection=self._connection)
            self._read |= {stream: streams.get(stream, []) for stream in wanted}
        self._streams_wanted, self._commands_wanted = set(), set()
        self._states, self._done = {}, set()

    async def state(self, aggregate: Aggregate[S, Any, Any], stream: Stream) -> tuple[S, int]:
        """A stream's state and version; version 0 where it does not exist."""
        if stream not in self._states:
            self._want(stream)
            recorded = self._read[stream]
            state = aggregate.decider.fold(one.event for one in recorded)
            self._states[stream] = (state, recorded[-1].stream_version if recorded else 0)
        return self._states[stream]

    async def decide(
        self,
        aggregate: Aggregate[S, C, E],
        stream: Stream,
        command: C,
        incoming: Incoming[Contract],
        *,
        subject_id: UUID | None,
        acting_role: str = "system",
        reason_code: str | None = None,
    ) -> list[Unit]:
        """The unit of work that `command` makes, or none if it was done before. A Refusal is its outcome."""
        command_id = self._command_id(incoming, stream)
        self._want(stream, command_id)
        if command_id in self._done or self._asked[command_id]:
            return []
        state, version = await self.state(aggregate, stream)
        events: tuple[E, ...] = ()
        outcome: dict[str, Any] = {"stream_id": str(stream.stream_id)}
        try:
            events = tuple(aggregate.decider.decide(state, command))
        except Refusal as refusal:
            outcome[REFUSED] = refusal.code
        self._done.add(command_id)
        self._states[stream] = (aggregate.decider.fold(events, state), version + len(events))
        outcome["version"] = version + len(events)
        return [
            Unit(
                intent=self._intent(command_id, incoming, acting_role, reason_code),
                outcome=outcome,
                stream=stream,
                expected=version,
                events=events,
                subject_id=subject_id,
                is_effect=True,
            )
        ]

    def _want(self, stream: Stream, command_id: UUID | None = None) -> None:
        if stream not in self._read:
            self._streams_wanted.add(stream)
        if command_id is not None and command_id not in self._asked:
            self._commands_wanted.add(command_id)
        if stream in self._streams_wanted or command_id in self._commands_wanted:
            raise Unread

    def _command_id(self, incoming: Incoming[Contract], stream: Stream) -> UUID:
        """Made once, however often the reaction is asked."""
        place = incoming.event_id, stream.stream_id
        if place not in self._command_ids:
            name = f"{self._consumer}/{incoming.event_id}/{stream.stream_id}"
            self._command_ids[place] = uuid5(COMMANDS, name)
        return self._command_ids[place]

    def _intent(
        self, command_id: UUID, incoming: Incoming[Contract], role: str, reason_code: str | None
    ) -> Intent:
        return Intent(
            command_id=command_id,
            caller=self._consumer,
            request_hash=sha256(incoming.event_id.bytes).digest(),
            actor_id=SYSTEM,
            acting_role=role,
            at=incoming.time,
            correlation_id=incoming.correlation_id,
            causation_id=incoming.event_id,
            traceparent=incoming.traceparent,
            reason_code=reason_code,
            recorded_at=incoming.time if self._demo else None,
        )


def refusal_of(units: Iterable[Unit]) -> str | None:
    """The code of the first of `units` that was refused, if one was."""
    return next((unit.outcome[REFUSED] for unit in units if REFUSED in unit.outcome), None)


Handle = Callable[[Any, Facts], Awaitable[list[Unit]]]


@dataclass(frozen=True, slots=True)
class Reaction:
    """Handles the messages of some contracts on one topic, in each key's order.

    `handle` may be asked several times about one message: it does nothing but ask `Facts` and answer.
    `is_foreign`: others than our services write to the topic. They keep no log of ours, and what time it
    is they do not say.
    """

    topic: str
    contracts: tuple[type[Contract], ...]
    handle: Handle
    is_foreign: bool = False
