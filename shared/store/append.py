"""Units of work made ready for the one statement that appends them, and its answer read back."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import asyncpg
import orjson
from uuid_utils.compat import uuid7

from shared.store.codec import REASON, Codec
from shared.store.statements import APPEND, ASKED, REMEMBERED, WRITTEN
from shared.store.unit import Answer, Appended, Conflict, Mismatch, Outcome, Repeated, Unit

Connection = asyncpg.Connection | asyncpg.pool.PoolConnectionProxy
LOST_RACE = (asyncpg.UniqueViolationError, asyncpg.LockNotAvailableError, asyncpg.DeadlockDetectedError)
# Values that no table takes: a year without a partition is one.
REFUSED = (asyncpg.IntegrityConstraintViolationError, asyncpg.DataError)


Origin = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Prepared:
    """A unit in the form the statement wants: one tuple for the command, one for each event."""

    unit: Unit
    origin: Origin
    asked: tuple[Any, ...]
    events: tuple[tuple[Any, ...], ...]

    @property
    def command_id(self) -> UUID:
        return self.unit.intent.command_id

    @property
    def stream_id(self) -> UUID | None:
        return self.unit.stream.stream_id if self.unit.stream and self.events else None


def prepare(unit: Unit, codec: Codec, *, agency: str, service: str) -> Prepared:
    """Encrypt and write down a unit's events; who has no key by now was erased. Raises SubjectErased."""
    intent = unit.intent
    stream = unit.stream if unit.events else None
    asked = (
        intent.command_id,
        intent.caller,
        intent.request_hash,
        orjson.dumps(unit.outcome).decode(),
        stream and stream.kind,
        stream and stream.stream_id,
        None if stream is None else stream.plan_year,
        unit.expected,
        unit.subject_id,
        intent.actor_id,
        intent.acting_role,
        intent.on_behalf_of,
        intent.reason_code,
        intent.effective_on,
        intent.recorded_at,
        intent.correlation_id,
        intent.causation_id,
        intent.traceparent,
    )
    events = () if stream is None else tuple(_written(unit, codec))
    return Prepared(unit, (agency, service), asked, events)


def _written(unit: Unit, codec: Codec) -> Iterator[tuple[Any, ...]]:
    command_id, subject, reason = unit.intent.command_id, unit.subject_id, unit.intent.reason_text
    for version, occurred in enumerate(unit.events, start=unit.expected + 1):
        event_id = uuid7()
        encrypt = codec.encrypting(event_id, subject, may_lose=unit.is_effect)
        sealed = None if reason is None else encrypt(reason, REASON)
        data = codec.write(occurred, encrypt)
        yield command_id, event_id, version, occurred.stored_name, occurred.stored_version, sealed, data


async def append_each(connection: Connection, batch: Sequence[Prepared]) -> list[Answer | Exception]:
    """As `append_all`, for units of different askers: whose values are refused is told so alone."""
    try:
        return list(await append_all(connection, batch))
    except REFUSED as error:
        if len(batch) == 1:
            return [error]
        return [answer for one in batch for answer in await append_each(connection, [one])]


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
    accepted = await _insert(connection, batch)
    if len(accepted) == len(batch):
        return [Appended(one.unit.expected + len(one.events)) for one in batch]
    judged = await _judge(connection, [one for one in batch if one.command_id not in accepted])
    return [judged.get(one.command_id) or Appended(one.unit.expected + len(one.events)) for one in batch]


async def _insert(connection: Connection, batch: Sequence[Prepared]) -> set[UUID]:
    """The command ids that were accepted. Alone on its connection the statement is its own transaction."""
    values = values_of(batch)
    if connection.is_in_transaction():
        async with connection.transaction():
            rows = await connection.fetch(APPEND, *values)
    else:
        rows = await connection.fetch(APPEND, *values)
    return {row[0] for row in rows}


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


def values_of(batch: Sequence[Prepared]) -> tuple[Any, ...]:
    """What the append statement is given for `batch`."""
    asked = _columns([one.asked for one in batch], len(ASKED))
    written = _columns([row for one in batch for row in one.events], len(WRITTEN))
    return (*batch[0].origin, *asked, *written)


def _columns(rows: Sequence[tuple[Any, ...]], width: int) -> list[Sequence[Any]]:
    """Rows turned on their side; a column without a value travels empty, which `unnest` fills with nulls."""
    if not rows:
        return [()] * width
    return [
        () if column[0] is None and column.count(None) == len(rows) else column
        for column in zip(*rows, strict=True)
    ]


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
