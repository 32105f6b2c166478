"""Events of the log topic as rows again: the very bytes that were hashed, in the place they had."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

import asyncpg
import orjson

from shared.messaging.log_feed import FeedUnreadable
from shared.sealed_log.sequencer import LOG
from shared.store.canonical import envelope
from shared.store.statements import COLUMNS

INSERT = f"""
INSERT INTO event.events ({", ".join(name for name, _ in COLUMNS)})
SELECT * FROM unnest({", ".join(f"${at}::{kind}[]" for at, (_, kind) in enumerate(COLUMNS, start=1))})
ON CONFLICT (plan_year, stream_id, stream_version) DO NOTHING
RETURNING event_id
"""
STORED = f"""
SELECT {", ".join(f"e.{name}" for name, _ in COLUMNS)}
FROM unnest($1::smallint[], $2::uuid[], $3::integer[]) AS asked(plan_year, stream_id, stream_version)
JOIN event.events e USING (plan_year, stream_id, stream_version)
"""
# Whoever asks again is not done twice; what was answered then is gone.
COMMANDS = """
INSERT INTO work.commands (command_id, caller, request_hash, outcome)
SELECT DISTINCT unnest($1::uuid[]), 'restored', ''::bytea, '{}' ON CONFLICT (command_id) DO NOTHING
"""


class RestoredDiffers(Exception):
    """Since the restore another event was written where the log topic holds one."""


async def insert(
    connection: asyncpg.Connection,
    first: int,
    envelopes: Sequence[bytes],
    leaves: Sequence[bytes],
    epoch: int,
) -> None:
    """Store events with their places from `first` on. Raises FeedUnreadable, RestoredDiffers."""
    rows = [row_of(one) for one in envelopes]
    columns = [[row[name] for row in rows] for name, _ in COLUMNS]
    new = {row["event_id"] for row in await connection.fetch(INSERT, *columns)}
    known = [at for at, row in enumerate(rows) if row["event_id"] not in new]
    if known:
        await _same(connection, [rows[at] for at in known], [envelopes[at] for at in known])
    await connection.execute(
        LOG,
        list(range(first, first + len(rows))),
        *([row[name] for row in rows] for name in ("plan_year", "stream_id", "stream_version", "event_id")),
        leaves,
        epoch,
    )
    await connection.execute(COMMANDS, [row["command_id"] for row in rows])


async def _same(
    connection: asyncpg.Connection, rows: Sequence[dict[str, Any]], envelopes: Sequence[bytes]
) -> None:
    """What was restored without a place must be what the topic has."""
    asked = [[row[name] for row in rows] for name in ("plan_year", "stream_id", "stream_version")]
    stored = {envelope(row) for row in await connection.fetch(STORED, *asked)}
    for row, wanted in zip(rows, envelopes, strict=True):
        if wanted not in stored:
            raise RestoredDiffers(
                f"version {row['stream_version']} of {row['stream_kind']} {row['stream_id']}: the database "
                "has another event than the log topic"
            )


def row_of(written: bytes) -> dict[str, Any]:
    """The columns of an envelope. Raises FeedUnreadable where they would not give the same bytes."""
    try:
        said = orjson.loads(written)
        data = orjson.dumps(said["data"], option=orjson.OPT_SORT_KEYS).decode()
        row = {name: _value(said[name], kind) for name, kind in COLUMNS} | {"data": data}
        same = envelope(row) == written
    except (KeyError, TypeError, ValueError) as error:
        raise FeedUnreadable("the log topic holds something that is no event") from error
    if not same:
        raise FeedUnreadable("the log topic holds an event that is not in canonical form")
    return row


def _value(said: Any, kind: str) -> Any:
    match said, kind:
        case str(), "uuid":
            return UUID(said)
        case str(), "date":
            return date.fromisoformat(said)
        case str(), "timestamptz":
            return datetime.fromisoformat(said)
        case _:
            return said
