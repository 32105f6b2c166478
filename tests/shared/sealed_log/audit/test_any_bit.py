"""Whatever single bit of an event, or of its place in the log, is another than it was: an audit names it."""

from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import asyncpg
from hypothesis import HealthCheck, assume, given, reject, settings
from hypothesis import strategies as some

from shared.store.statements import COLUMNS
from tests.shared.sealed_log.audit.conftest import EVENTS, Scene

PLACE = ("log_index", "plan_year", "stream_id", "stream_version", "event_id", "leaf_hash")
CELLS = [("events", name) for name, _ in COLUMNS] + [("log", name) for name in PLACE]
ROWS = {"events": "event.events e JOIN event.log l USING (event_id)", "log": "event.log e"}
EPOCH = datetime(2000, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(some.sampled_from(CELLS), some.integers(0, EVENTS - 1), some.integers(0, 4095))
async def test_any_bit_that_is_another_is_found(
    scene: Scene, cell: tuple[str, str], index: int, bit: int
) -> None:
    table, column = cell
    query = f"SELECT e.{column} AS value, e.ctid, e.tableoid FROM {ROWS[table]} WHERE log_index = $1"
    row = await scene.owner.fetchrow(query, index)
    assert row is not None
    assume(row["value"] is not None)
    stream = await scene.owner.fetchval("SELECT stream_id FROM event.log WHERE log_index = $1", index)
    write = (
        f"UPDATE event.{table} SET {column} = $1 WHERE ctid = $2 AND tableoid = $3 RETURNING ctid, tableoid"
    )
    try:
        changed = await scene.owner.fetchrow(write, flipped(row["value"], bit), row["ctid"], row["tableoid"])
    except (asyncpg.IntegrityConstraintViolationError, asyncpg.DataError):
        reject()  # it cannot be stored
    assert changed is not None
    found = await scene.verify(topic=False)
    assert any(
        index in (one.index, one.other) or (one.event and one.event.stream_id == stream) for one in found
    )
    await scene.owner.execute(write, row["value"], changed["ctid"], changed["tableoid"])
    assert await scene.verify() == []


def flipped(value: Any, bit: int) -> Any:
    """The same value with one bit another; which one, `bit` says, in turn over all that it has."""
    match value:
        case UUID():
            return UUID(int=value.int ^ 1 << bit % 128)
        case str():
            return text(flipped(value.encode(), bit))
        case bytes():
            return (int.from_bytes(value) ^ 1 << bit % (8 * len(value))).to_bytes(len(value))
        case datetime():
            return EPOCH + ((value - EPOCH) // MICROSECOND ^ 1 << bit % 50) * MICROSECOND
        case date():
            return date.fromordinal(value.toordinal() ^ 1 << bit % 20)
        case _:
            return value ^ 1 << bit % 15


def text(written: bytes) -> str:
    try:
        return written.decode()
    except UnicodeDecodeError:
        reject()
