"""Units of work made ready for the one statement that appends them, and its answer read back."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import asyncpg
import orjson
from uuid_utils import uuid7

from shared.store.codec import REASON, Codec
from shared.store.statements import APPEND, REMEMBERED
from shared.store.unit import Answer, Appended, Conflict, Mismatch, Outcome, Repeated, Unit

Connection = asyncpg.Connection | asyncpg.pool.PoolConnectionProxy
LOST_RACE = (asyncpg.UniqueViolationError, asyncpg.LockNotAvailableError, asyncpg.DeadlockDetectedError)


@dataclass(frozen=True, slots=True)
class Prepared:
    """A unit in the form the statement wants: one tuple for the command, one for each event."""

    unit: Unit
    asked: tuple[Any, ...]
    events: tuple[tuple[Any, ...], ...]

    @property
    def command_id(self) -> UUID:
        return self.unit.intent.command_id

    @property
    def stream_id(self) -> UUID | None:
        return self.unit.stream.stream_id if self.unit.stream and self.unit.events else None


def prepare(unit: Unit, codec: Codec, *, agency: str, service: str) -> Prepared:
    """Encrypt and write down a unit's events; the subject's key must exist by now."""
    intent = unit.intent
    writes = unit.stream is not None and bool(unit.events)
    stream = unit.stream if writes else None
    asked = (
        intent.command_id,
        intent.caller,
        intent.request_hash,
        orjson.dumps(unit.outcome).decode(),
        stream.plan_year if stream else None,
        stream.stream_id if stream else None,
        unit.expected,
    )
    events = tuple(
        _row(unit, codec, at, (agency, service))
        for at in range(len(unit.events) if stream is not None else 0)
    )
    return Prepared(unit, asked, events)


def _row(unit: Unit, codec: Codec, at: int, origin: tuple[str, str]) -> tuple[Any, ...]:
    intent, stream, occurred = unit.intent, unit.stream, unit.events[at]
    assert stream is not None  # noqa: S101 - only units with a stream have rows
    event_id = UUID(int=uuid7().int)
    subject = unit.subject_id
    reason = intent.reason_text
    return (
        event_id,
        *origin,
        stream.kind,
        stream.stream_id,
        stream.plan_year,
        unit.expected + at + 1,
        occurred.stored_name,
        occurred.stored_version,
        subject,
        intent.actor_id,
        intent.acting_role,
        intent.on_behalf_of,
        intent.reason_code,
        None
        if reason is None
        else codec.encrypt(reason, event_id=event_id, subject_id=subject, field=REASON),
        intent.effective_on,
        intent.recorded_at,
        intent.command_id,
        intent.correlation_id,
        intent.causation_id,
        intent.traceparent,
        codec.write(occurred, event_id=event_id, subject_id=subject),
    )


async def append_all(connection: Connection, batch: Sequence[Prepared]) -> list[Answer]:
    """Append, in one statement, what can be of a batch with one unit per stream and command id at most.

    Where a race slipped between check and insert, nothing of the batch was stored: each is then tried alone.
    """
    try:
        return await _append(connection, batch)
    except LOST_RACE:
        return [await _append_alone(connection, one) for one in batch]


async def _append_alone(connection: Connection, one: Prepared) -> Answer:
    try:
        return (await _append(connection, [one]))[0]
    except LOST_RACE:
        return (await _judge(connection, [one]))[one.command_id]


async def _append(connection: Connection, batch: Sequence[Prepared]) -> list[Answer]:
    asked = _columns([one.asked for one in batch], 7)
    rows = sorted((row for one in batch for row in one.events), key=lambda row: (row[4], row[6]))
    async with connection.transaction():
        accepted = {row["command_id"] for row in await connection.fetch(APPEND, *asked, *_columns(rows, 22))}
    refused = [one for one in batch if one.command_id not in accepted]
    judged = await _judge(connection, refused) if refused else {}
    return [judged.get(one.command_id) or Appended(one.unit.expected + len(one.events)) for one in batch]


async def _judge(connection: Connection, refused: Sequence[Prepared]) -> dict[UUID, Answer]:
    known = {
        row["command_id"]: row for row in await connection.fetch(REMEMBERED, [r.command_id for r in refused])
    }
    return {one.command_id: _verdict(one.unit, known.get(one.command_id)) for one in refused}


def _verdict(unit: Unit, known: Any) -> Answer:
    if known is None:
        return Conflict()
    return repeated(known, unit.intent.request_hash)


def repeated(known: Any, request_hash: bytes) -> Repeated | Mismatch:
    """What a remembered command says to one that comes with the same id."""
    if known["request_hash"] != request_hash:
        return Mismatch()
    outcome: Outcome = orjson.loads(known["outcome"])
    return Repeated(outcome)


def _columns(rows: Iterable[tuple[Any, ...]], width: int) -> list[list[Any]]:
    columns = [list(column) for column in zip(*rows, strict=True)]
    return columns or [[] for _ in range(width)]


def rounds(batch: Iterable[Prepared]) -> list[list[Prepared]]:
    """Split so that each round holds at most one unit per stream and per command id, keeping their order."""
    split: list[list[Prepared]] = []
    seen: list[set[UUID]] = []
    for one in batch:
        marks = {one.command_id} | ({one.stream_id} if one.stream_id else set())
        last = max((at for at, marked in enumerate(seen) if marked & marks), default=-1)
        if last + 1 == len(split):
            split.append([])
            seen.append(set())
        split[last + 1].append(one)
        seen[last + 1] |= marks
    return split
