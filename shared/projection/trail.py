"""The trail: who changed what, when and why. Values are never kept here; they are folded when asked for."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any, TypeVar

from sqlalchemy import (
    ARRAY,
    BigInteger,
    Boolean,
    Column,
    Date,
    DateTime,
    Index,
    Integer,
    MetaData,
    SmallInteger,
    Table,
    Text,
    Uuid,
)

from shared.projection.diff import FieldChange, changed
from shared.projection.past import whole
from shared.projection.projection import Change
from shared.projection.states import States
from shared.store.store import Store
from shared.store.unit import Aggregate, Recorded
from shared.turns import in_turns

S = TypeVar("S")


class Flag(StrEnum):
    """What an auditor filters changes by, in every service."""

    AFTER_AGREEMENT = "after_agreement"
    DIFFERS = "differs"
    LATE = "late"
    CORRECTED = "corrected"


Flags = Callable[[Recorded, Any, Any], Sequence[Flag]]

TRAIL = Table(
    "trail",
    MetaData(),
    Column("log_index", BigInteger, primary_key=True, autoincrement=False),
    Column("event_id", Uuid),
    Column("stream_kind", Text),
    Column("stream_id", Uuid),
    Column("plan_year", SmallInteger),
    Column("stream_version", Integer),
    Column("type", Text),
    Column("subject_id", Uuid),
    Column("actor_id", Uuid),
    Column("acting_role", Text),
    Column("on_behalf_of", Uuid),
    Column("recorded_at", DateTime(timezone=True)),
    Column("effective_on", Date),
    Column("reason_code", Text),
    Column("has_reason", Boolean),
    Column("command_id", Uuid),
    Column("changed", ARRAY(Text)),
    Column("flags", ARRAY(Text)),
    Index("trail_recorded_at", "recorded_at", "log_index"),
    Index("trail_subject", "subject_id", "log_index"),
    Index("trail_actor", "actor_id", "log_index"),
    Index("trail_stream", "stream_id", "stream_version"),
    schema="read",
)


@dataclass(frozen=True, slots=True)
class Step:
    """One event of a record with what it changed."""

    recorded: Recorded
    changes: tuple[FieldChange, ...]


def steps(
    aggregate: Aggregate[S, Any, Any], recorded: Sequence[Recorded], start: S | None = None
) -> list[Step]:
    """The record's events in order, each with its fields before and after, by folding.

    From one that can't be read on nobody knows what a field was before, so none are told.
    """
    state = aggregate.decider.initial if start is None else start
    found: list[Step] = []
    for one in whole(recorded):
        after = aggregate.decider.evolve(state, one.event)
        found.append(Step(one, changed(state, after)))
        state = after
    return [*found, *(Step(one, ()) for one in recorded[len(found) :])]


def as_of(aggregate: Aggregate[S, Any, Any], recorded: Sequence[Recorded], at: datetime) -> tuple[S, int]:
    """The state and version of a record as it stood at the instant `at`."""
    known = [one for one in recorded if one.recorded_at <= at]
    return aggregate.decider.fold(one.event for one in known), len(known)


@dataclass(frozen=True)
class Trail:
    """The projection that keeps `read.trail` for all aggregates of a service.

    `flags` says what an auditor filters by; where it says otherwise than before, `version` goes up.
    """

    aggregates: tuple[Aggregate[Any, Any, Any], ...]
    flags: Flags
    version: int = 1
    tables: tuple[Table, ...] = (TRAIL,)
    states: States = field(default_factory=States, compare=False, repr=False)

    @property
    def reader(self) -> str:
        """The name its bookmark goes by."""
        return f"trail.v{self.version}"

    async def changes(self, rows: Sequence[Recorded], store: Store) -> list[Change]:
        """One row per event; the state before a batch is folded from the stream's earlier events."""
        known = {aggregate.kind: aggregate for aggregate in self.aggregates}
        await self.states.look_up(rows, store, known)
        found: list[Change] = []
        async for piece in in_turns(rows):
            found += [self._change(row, known[row.stream.kind]) for row in piece]
        return found

    def _change(self, row: Recorded, aggregate: Aggregate[Any, Any, Any]) -> Change:
        before = self.states.before(row)
        after = aggregate.decider.evolve(before, row.event)
        self.states.keep(row, after)
        return Change(TRAIL, {"log_index": row.log_index}, self._line(row, before, after))

    def _line(self, row: Recorded, before: Any, after: Any) -> dict[str, Any]:
        return {
            "event_id": row.event_id,
            "stream_kind": row.stream.kind,
            "stream_id": row.stream.stream_id,
            "plan_year": row.stream.plan_year,
            "stream_version": row.stream_version,
            "type": row.type,
            "subject_id": row.subject_id,
            "actor_id": row.actor_id,
            "acting_role": row.acting_role,
            "on_behalf_of": row.on_behalf_of,
            "recorded_at": row.recorded_at,
            "effective_on": row.effective_on,
            "reason_code": row.reason_code,
            "has_reason": row.reason_text is not None,
            "command_id": row.command_id,
            "changed": [change.path for change in changed(before, after)],
            "flags": [flag.value for flag in self.flags(row, before, after)],
        }
