"""What the database keeps of the sealed log: nodes, checkpoints, keys; read only."""

from collections.abc import Iterable, Sequence
from typing import Any

import asyncpg

from shared.sealed_log.checkpoint import Checkpoint, Keys
from shared.sealed_log.note import NoteWrong, VerifierKey
from shared.sealed_log.proof import Place, Span, consistency_spans, inclusion_spans, places, proof
from shared.sealed_log.tree import Tree, edge_places

Connection = asyncpg.Connection | asyncpg.pool.PoolConnectionProxy

LEAVES = """
SELECT 0 AS level, l.log_index AS position, l.leaf_hash AS hash
FROM unnest($1::bigint[], $2::bigint[]) AS asked(first, last)
JOIN event.log l ON l.log_index >= asked.first AND l.log_index < asked.last
"""
NODES = """
SELECT n.level, n.position, n.hash
FROM unnest($1::smallint[], $2::bigint[], $3::bigint[]) AS asked(level, first, last)
JOIN event.nodes n ON n.level = asked.level AND n.position >= asked.first AND n.position < asked.last
"""
# Where somebody left nothing: a text that is no note.
NEWEST = """
SELECT tree_size, coalesce(note, '') AS note, sealed_at FROM event.checkpoints ORDER BY tree_size DESC LIMIT 1
"""
KEYS = "SELECT coalesce(note, '') AS note FROM event.signing_keys ORDER BY number"


class LogChanged(Exception):
    """The log does not have the root any more that was signed."""


async def hashes(connection: Connection, asked: Iterable[Place]) -> dict[Place, list[bytes]]:
    """The stored hashes of each place, in two statements. Raises LogChanged where one is missing."""
    wanted = set(asked)
    leaves = [place for place in wanted if place[0] == 0]
    nodes = [place for place in wanted if place[0]]
    rows = await connection.fetch(LEAVES, *_columns(leaves)[1:]) if leaves else []
    rows += await connection.fetch(NODES, *_columns(nodes)) if nodes else []
    found = {(row["level"], row["position"]): row["hash"] for row in rows if row["hash"] is not None}
    try:
        return {place: [found[place[0], at] for at in range(place[1], place[2])] for place in wanted}
    except KeyError as missing:
        level, position = missing.args[0]
        raise LogChanged(f"node {position} of level {level} is missing") from None


async def tree_at(connection: Connection, size: int) -> Tree:
    """The tree as it was when it had `size` leaves, ready to grow. Raises LogChanged."""
    edge = edge_places(size)
    found = await hashes(connection, edge)
    return Tree(size, [found[place] for place in edge])


async def keys_of(connection: Connection, origin: str) -> Keys:
    """All keys that signed the log `origin`. Raises NoteWrong, SignatureWrong, CheckpointForeign."""
    keys = Keys(origin)
    for row in await connection.fetch(KEYS):
        keys.add(row["note"])
    return keys


async def inclusion_proofs(connection: Connection, indexes: Sequence[int], size: int) -> list[list[bytes]]:
    """For each index the proof that it stands in the tree of `size`. Raises ProofWrong, LogChanged."""
    return await _proofs(connection, [inclusion_spans(index, size) for index in indexes])


async def consistency_proof(connection: Connection, first: int, second: int) -> list[bytes]:
    """That the tree of `first` begins that of `second`. Raises ProofWrong, LogChanged."""
    return (await _proofs(connection, [consistency_spans(first, second)]))[0]


async def newest_checkpoint(connection: Connection, keys: Keys) -> tuple[str, Checkpoint] | None:
    """The last note that was signed, and what it says; None before the first. Raises as `Keys.open`."""
    row = await connection.fetchrow(NEWEST)
    return None if row is None else (row["note"], opened_row(keys, row)[0])


def opened_row(keys: Keys, row: Any) -> tuple[Checkpoint, list[VerifierKey]]:
    """What a stored note says and who signed it. Raises as `Keys.open`."""
    said, signed_by = keys.opened(row["note"])
    if said.size != row["tree_size"]:
        raise NoteWrong(f"signed at {said.size} events, and stored as if at {row['tree_size']}")
    return said, signed_by


async def _proofs(connection: Connection, wanted: Sequence[list[Span]]) -> list[list[bytes]]:
    asked = {place for spans in wanted for span in spans for place in places(span)}
    found = await hashes(connection, asked)
    return [proof(spans, found.__getitem__) for spans in wanted]


def _columns(asked: Sequence[Place]) -> tuple[list[int], list[int], list[int]]:
    return [one[0] for one in asked], [one[1] for one in asked], [one[2] for one in asked]
