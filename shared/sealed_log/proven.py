"""Whether one stored event stands under the log's signature, looked into anew each time it is asked."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from shared.sealed_log.audit.strangers import PASSED
from shared.sealed_log.checkpoint import CheckpointForeign, Keys
from shared.sealed_log.due import is_due
from shared.sealed_log.leaf import leaf_hash
from shared.sealed_log.note import NoteWrong, SignatureWrong, VerifierKey
from shared.sealed_log.proof import ProofWrong, check_inclusion
from shared.sealed_log.readable import HASHABLE, NAMED
from shared.sealed_log.stored import NEWEST, Connection, LogChanged, inclusion_proofs, keys_of, opened_row
from shared.store.canonical import envelope
from shared.store.errors import NotFound
from shared.store.stream import Stream

STORED = f"""
SELECT l.log_index, l.leaf_hash, {HASHABLE} AS hashable, {PASSED} AS passed,
       statement_timestamp() AS now, {NAMED}
FROM event.events e LEFT JOIN event.log l USING (plan_year, stream_id, stream_version)
WHERE e.plan_year = $1 AND e.stream_id = $2 AND e.stream_version = $3
"""


class Fault(StrEnum):
    """What does not agree: the event with its hash, its hash with the root, the root with its signature."""

    CONTENT = "content"
    PLACE = "place"
    SIGNATURE = "signature"
    KEY = "key"


@dataclass(frozen=True, slots=True)
class Seal:
    """The checkpoint that covers an event, and the way from the event to its root."""

    note: str
    size: int
    root: bytes
    sealed_at: datetime
    key: VerifierKey
    keys: tuple[str, ...]
    path: tuple[bytes, ...]


@dataclass(frozen=True, slots=True)
class Proven:
    """One event as it is hashed; without a seal it is too young for one, with a fault it is not proven.

    Too young is what the sequencer has not come by yet, and what was placed and is not a minute old.

    Of an event that was changed so that it can have no envelope, envelope and leaf are empty.
    """

    envelope: bytes
    leaf: bytes
    index: int | None
    seal: Seal | None = None
    fault: Fault | None = None

    @property
    def status(self) -> str:
        """`proven`, `waiting` for a signature, or `contradicted`."""
        if self.fault:
            return "contradicted"
        return "proven" if self.seal else "waiting"


async def proven(
    connection: Connection, log: str, at: tuple[Stream, int], ours: VerifierKey | None
) -> Proven:
    """The event of that stream and version, checked against the newest checkpoint of the log `log`.

    `ours` is the key that signs by the key file, None where the file is missing or no key: one that the
    database alone vouches for proves nothing to us. Raises NotFound.
    """
    stream, version = at
    async with connection.transaction(isolation="repeatable_read", readonly=True):
        row = await connection.fetchrow(STORED, stream.plan_year, stream.stream_id, version)
        if row is None:
            raise NotFound
        if not row["hashable"]:
            return Proven(b"", b"", row["log_index"], fault=Fault.CONTENT)
        written = envelope(row)
        leaf = leaf_hash(written)
        seal, fault = await _checked(connection, row, leaf, log=log, ours=ours)
    return Proven(written, leaf, row["log_index"], seal, fault)


async def _checked(
    connection: Connection, row: Any, leaf: bytes, *, log: str, ours: VerifierKey | None
) -> tuple[Seal | None, Fault | None]:
    """The seal over an event, and what does not agree; neither while it waits for one."""
    index = row["log_index"]
    if index is None:
        return None, Fault.PLACE if row["passed"] else None
    if row["leaf_hash"] != leaf:
        return None, Fault.CONTENT
    try:
        keys = await keys_of(connection, log)
        seal = await _seal(connection, keys, index)
        if seal is None:
            return None, Fault.SIGNATURE if is_due(row["event_id"], row["now"]) else None
        check_inclusion(leaf, index, seal.size, seal.path, seal.root)
    except (NoteWrong, SignatureWrong, CheckpointForeign):
        return None, Fault.SIGNATURE
    except (ProofWrong, LogChanged):
        return None, Fault.PLACE
    is_ours = keys.newest == ours and keys.proves([seal.key], ours)
    return seal, None if is_ours else Fault.KEY


async def _seal(connection: Connection, keys: Keys, index: int) -> Seal | None:
    last = await connection.fetchrow(NEWEST)
    if last is None:
        return None
    said, signed_by = opened_row(keys, last)
    if said.size <= index:
        return None
    (path,) = await inclusion_proofs(connection, [index], said.size)
    return Seal(
        note=last["note"],
        size=said.size,
        root=said.root,
        sealed_at=last["sealed_at"],
        key=signed_by[-1],
        keys=tuple(keys.notes),
        path=tuple(path),
    )
