"""What every handler does: fold the stream, decide, append; again when somebody else was faster."""

from dataclasses import dataclass
from typing import Any, Generic, TypeVar
from uuid import UUID

from shared.decider import Refusal
from shared.store.errors import KeyReused, StaleVersion, VersionConflict
from shared.store.kept import Known, is_clear
from shared.store.store import Store
from shared.store.stream import Stream
from shared.store.unit import (
    Aggregate,
    Appended,
    Conflict,
    Intent,
    Mismatch,
    Outcome,
    Recorded,
    Repeated,
    Unit,
)

S = TypeVar("S")
C = TypeVar("C")
E = TypeVar("E")

TRIES = 3


@dataclass(frozen=True, slots=True)
class Loaded(Generic[S]):
    """A stream folded: its state, its version (0 where it does not exist), and the events themselves."""

    state: S
    version: int
    recorded: tuple[Recorded, ...]


@dataclass(frozen=True, slots=True)
class Done(Generic[S]):
    """A command in effect. `state` is None when it had been done before and only its answer was looked up."""

    outcome: Outcome
    version: int
    state: S | None
    repeated: bool


async def load(
    store: Store, aggregate: Aggregate[S, Any, Any], stream: Stream, *, until: int | None = None
) -> Loaded[S]:
    """The record as it is now, or as it was at version `until`."""
    recorded = await store.read(stream, until=until)
    state = aggregate.decider.fold(one.event for one in recorded)
    return Loaded(state, recorded[-1].stream_version if recorded else 0, tuple(recorded))


async def act(
    store: Store,
    aggregate: Aggregate[S, C, E],
    stream: Stream,
    command: C,
    intent: Intent,
    *,
    subject_id: UUID | None,
    expected: int | None = None,
    outcome: Outcome | None = None,
) -> Done[S]:
    """Decide `command` on the stream as it is, and append what follows, once for one command id.

    A repeat of the same command is answered as the first time. `expected` is the version that the asker
    saw: if the stream has moved on, StaleVersion at once. Otherwise a lost race is tried three times,
    then VersionConflict. Raises KeyReused when the command id was used for something else, and
    whatever Refusal the rules raise; refusals are not remembered.
    """
    for _ in range(TRIES):
        try:
            known, events = await _decided(store, aggregate, stream, command, expected)
        except (Refusal, StaleVersion):
            # A repeat meets a record that its own first time changed; the append tells the other repeats.
            if before := await store.remembered(intent.command_id, intent.request_hash):
                return _as_before(before)
            raise
        version = known.version + len(events)
        said = {"stream_id": str(stream.stream_id), "version": version, **(outcome or {})}
        unit = Unit(
            intent=intent,
            outcome=said,
            stream=stream,
            expected=known.version,
            events=events,
            subject_id=subject_id,
        )
        match (await store.append([unit]))[0]:
            case Appended():
                state = aggregate.decider.fold(events, known.state)
                if not is_clear(events):
                    store.kept.keep(stream, version, state)
                return Done(said, version, state, repeated=False)
            case Conflict():
                store.kept.drop(stream)
            case Repeated() | Mismatch() as before:
                return _as_before(before)
    raise VersionConflict


async def _decided(
    store: Store, aggregate: Aggregate[S, C, E], stream: Stream, command: C, expected: int | None
) -> tuple[Known[S], tuple[E, ...]]:
    """What follows from the command, and the record it was decided on.

    Only what was decided on a whole stream is a no: a yes is checked by the append.
    """
    if kept := store.kept.get(stream):
        known = await _gone_on(store, aggregate, stream, kept)
        try:
            return known, _events(aggregate, known, command, expected)
        except (Refusal, StaleVersion):
            store.kept.drop(stream)
    known = await _gone_on(store, aggregate, stream, Known(0, aggregate.decider.initial))
    return known, _events(aggregate, known, command, expected)


async def _gone_on(
    store: Store, aggregate: Aggregate[S, Any, Any], stream: Stream, since: Known[S]
) -> Known[S]:
    recorded = await store.read_on(stream, since.version)
    if not recorded:
        return since
    state = aggregate.decider.fold((one.event for one in recorded), since.state)
    known = Known(recorded[-1].stream_version, state)
    store.kept.keep(stream, *known)
    return known


def _events(
    aggregate: Aggregate[S, C, E], known: Known[S], command: C, expected: int | None
) -> tuple[E, ...]:
    if expected is not None and expected != known.version:
        raise StaleVersion
    return tuple(aggregate.decider.decide(known.state, command))


def _as_before(before: Repeated | Mismatch) -> Done[Any]:
    if isinstance(before, Mismatch):
        raise KeyReused
    return Done(before.outcome, int(before.outcome.get("version", 0)), None, repeated=True)
