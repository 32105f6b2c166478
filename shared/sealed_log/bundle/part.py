"""One service's part of a bundle: the events of one employee and year, each with its proof."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import asyncpg
import orjson

from shared.sealed_log.readable import HASHABLE, NAMED
from shared.sealed_log.stored import Connection, LogChanged, inclusion_proofs, keys_of, newest_checkpoint
from shared.store.canonical import envelope

DEEPEST = 100  # values within one another in an event that can be exported; ours have six or seven

# The year's partition is read whole: an export is rare, an index on every event for it is not.
EVENTS = f"""
SELECT l.log_index, {HASHABLE} AS hashable, {NAMED}
FROM event.events e JOIN event.log l USING (plan_year, stream_id, stream_version)
WHERE e.plan_year = $1 AND e.subject_id = $2 ORDER BY l.log_index
"""
# Who names the streams asks for them alone, each through its index: a page must not read a year for one.
OF_STREAMS = f"""
SELECT l.log_index, {HASHABLE} AS hashable, {NAMED}
FROM unnest($3::uuid[], $4::int[]) AS asked(stream_id, until)
JOIN event.events e ON e.plan_year = $1 AND e.stream_id = asked.stream_id
    AND e.stream_version <= asked.until AND e.subject_id = $2
JOIN event.log l ON l.plan_year = e.plan_year AND l.stream_id = e.stream_id
    AND l.stream_version = e.stream_version
ORDER BY l.log_index
"""


class NothingSealed(Exception):
    """The log has no checkpoint yet; in a second or two it will."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """What a bundle holds of one service. `unsealed` events are too young to be under a signature."""

    service: str
    envelopes: list[bytes]
    indexes: list[int]
    paths: list[list[bytes]]
    checkpoint: str
    keys: list[str]
    unsealed: int

    @classmethod
    async def of(
        cls,
        connection: Connection,
        log: str,
        employee: UUID,
        year: int,
        *,
        streams: Mapping[UUID, int] | None = None,
    ) -> "Part":
        """The part of the log `<agency>/<service>`: the whole year, or `streams` up to a version each.

        Raises NothingSealed, LogChanged, SignatureWrong.
        """
        keys = await keys_of(connection, log)
        last = await newest_checkpoint(connection, keys) if keys.changes else None
        if last is None:
            raise NothingSealed(log)
        rows: list[asyncpg.Record]
        if streams is None:
            rows = await connection.fetch(EVENTS, year, employee)
        else:
            rows = await connection.fetch(OF_STREAMS, year, employee, list(streams), list(streams.values()))
        sealed = [row for row in rows if row["log_index"] < last[1].size]
        indexes = [row["log_index"] for row in sealed]
        return cls(
            service=log.rpartition("/")[2],
            envelopes=[_envelope(row) for row in sealed],
            indexes=indexes,
            paths=await inclusion_proofs(connection, indexes, last[1].size) if indexes else [],
            checkpoint=last[0],
            keys=keys.notes,
            unsealed=len(rows) - len(sealed),
        )

    def files(self) -> dict[str, bytes]:
        """The part's files by their names in the bundle."""
        proofs = [
            {"index": index, "path": [one.hex() for one in path]}
            for index, path in zip(self.indexes, self.paths, strict=True)
        ]
        return {
            f"{self.service}/events.jsonl": b"".join(one + b"\n" for one in self.envelopes),
            f"{self.service}/proofs.json": orjson.dumps(proofs),
            f"{self.service}/checkpoint.txt": self.checkpoint.encode(),
            f"{self.service}/keys.json": orjson.dumps(self.keys),
            f"{self.service}/evidence.json": orjson.dumps(self.evidence()),
        }

    def evidence(self) -> list[dict[str, str]]:
        """The SHA-256 of every file that these events speak of: what the file must have, wherever it lies."""
        return [found for one in self.envelopes for found in _hashes(orjson.loads(one)["data"])]


def _envelope(row: asyncpg.Record) -> bytes:
    """Raises LogChanged where there is none that anybody could read."""
    written = envelope(row) if row["hashable"] else b""
    try:
        _hashes(orjson.loads(written))
    except (orjson.JSONDecodeError, RecursionError):
        place = f"{row['stream_kind']} {row['stream_id']} v{row['stream_version']}"
        raise LogChanged(f"event {row['log_index']} ({place}) can't be read any more") from None
    return written


def _hashes(value: Any, room: int = DEEPEST) -> list[dict[str, str]]:
    if not room:
        raise RecursionError
    match value:
        case {"evidence_id": str(file), "sha256": str(digest)}:
            return [{"evidence_id": file, "sha256": digest}]
        case dict():
            return [found for inner in value.values() for found in _hashes(inner, room - 1)]
        case list():
            return [found for inner in value for found in _hashes(inner, room - 1)]
        case _:
            return []
