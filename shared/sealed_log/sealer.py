"""Signs how far the log has come: grows the tree by what the sequencer placed, then stores a checkpoint.

A part of its own beside the sequencer: what has its place never changes, so it can be hashed once it is
committed, and a key that is missing or wrong stops no event. Signed is only what is committed already.
"""

import asyncio
from pathlib import Path

import asyncpg

from shared.sealed_log.checkpoint import Checkpoint, first_key, origin
from shared.sealed_log.last_signed import LastSigned
from shared.sealed_log.note import KEY_BYTES, Signer, VerifierKey
from shared.sealed_log.proof import ProofWrong, check_consistency
from shared.sealed_log.stored import LogChanged, consistency_proof, keys_of, newest_checkpoint, tree_at
from shared.sealed_log.tree import Tree, apart
from shared.tide import Tide

BATCH = 50_000
EVERY = 1.0  # seconds between checkpoints: one for each event would be as large as the events
FIRST_KEY = """
INSERT INTO event.signing_keys (number, vkey, note) VALUES (0, $1, $2) ON CONFLICT DO NOTHING
"""
# All hashes as one value: to take a row apart costs more than to hash what is in it.
SINCE = """
SELECT count(*) AS events, max(log_index) AS last, string_agg(leaf_hash, '' ORDER BY log_index) AS leaves
FROM (SELECT log_index, leaf_hash FROM event.log WHERE log_index >= $1 ORDER BY log_index LIMIT $2) found
"""
# Only on top of the checkpoint it was made for, by the key that signs now, and never back in time.
SEAL = """
WITH last AS (
    SELECT tree_size, sealed_at FROM event.checkpoints ORDER BY tree_size DESC LIMIT 1
), may AS (
    SELECT coalesce((SELECT tree_size FROM last), 0) = $1 AS follows,
           (SELECT vkey FROM event.signing_keys ORDER BY number DESC LIMIT 1) = $2 AS signs,
           coalesce((SELECT sealed_at FROM last) <= statement_timestamp(), true) AS later
), grown AS (
    INSERT INTO event.nodes (level, position, hash)
    SELECT one.* FROM may, unnest($3::smallint[], $4::bigint[], $5::bytea[]) one
    WHERE may.follows AND may.signs AND may.later
), sealed AS (
    INSERT INTO event.checkpoints (tree_size, note)
    SELECT $6, $7 FROM may WHERE may.follows AND may.signs AND may.later
)
SELECT follows, signs, later FROM may
"""


class SigningKeyMissing(Exception):
    """There is no file with a signing key where one should be, or it holds something else."""


class SigningKeyWrong(Exception):
    """The signing key is not the one that signs this log."""


class ClockBehind(Exception):
    """The database's clock is before the last checkpoint."""


class Overtaken(Exception):
    """Another process has sealed meanwhile; begin anew from what it stored."""


def signing_key(file: Path, name: str) -> Signer:
    """The key in `file`: 32 secret bytes (RFC 8032). Raises SigningKeyMissing, NoteWrong."""
    try:
        secret = file.read_bytes()
    except OSError as error:
        raise SigningKeyMissing(f"no signing key can be read from {file}: {error.strerror}") from None
    if len(secret) != KEY_BYTES:
        raise SigningKeyMissing(f"{file} holds {len(secret)} bytes, not a signing key of {KEY_BYTES}")
    return Signer(name, secret)


async def placed(connection: asyncpg.Connection, size: int, limit: int) -> list[bytes]:
    """The leaf hashes behind the first `size` places, in order, so many at most. Raises LogChanged."""
    (found,) = await connection.fetch(SINCE, size, limit)
    if not found["events"]:
        return []
    leaves = apart(found["leaves"])
    if not len(leaves) == found["events"] == found["last"] + 1 - size:
        raise LogChanged(f"places are missing in the log behind {size}")
    return leaves


class Sealer:
    """One process's tree over the log, as far as it is signed."""

    def __init__(
        self, connection: asyncpg.Connection, signer: Signer, tree: Tree, kept: LastSigned | None = None
    ) -> None:
        self._connection = connection
        self._signer = signer
        self._tree = tree
        self._kept = kept

    @classmethod
    async def start(
        cls, connection: asyncpg.Connection, signer: Signer, kept: LastSigned | None = None
    ) -> "Sealer":
        """From the last checkpoint on, once the log still has the root that it signed, and the one `kept`.

        Raises SigningKeyWrong, LogChanged, LastSignedWrong, and what `Keys.open` raises.
        """
        log = signer.verifier.name
        await connection.execute(FIRST_KEY, str(signer.verifier), first_key(signer))
        keys = await keys_of(connection, log)
        if keys.newest != signer.verifier:
            raise SigningKeyWrong(_wrong(log, keys.newest, signer.verifier))
        last = await newest_checkpoint(connection, keys)
        tree = Tree() if last is None else await tree_at(connection, last[1].size)
        if last is not None and tree.root() != last[1].root:
            raise LogChanged(f"{log} has another root than the one signed at {last[1].size} events")
        if kept is not None:
            signed = kept.open(keys)
            if signed is not None:
                await _begins_as(signed, connection, tree, kept.file)
            if last is not None and (signed is None or signed.size < last[1].size):
                await kept.keep(last[0])
        return cls(connection, signer, tree, kept)

    async def seal(self) -> int:
        """Sign all that has its place by now; how many events that were.

        Raises Overtaken, ClockBehind (nothing is stored; it passes with the time), SigningKeyWrong,
        LastSignedWrong.
        """
        before = self._tree.size
        while True:
            leaves = await placed(self._connection, self._tree.size, BATCH)
            if leaves:
                await self._grow(leaves)
            if len(leaves) < BATCH:
                return self._tree.size - before

    async def _grow(self, leaves: list[bytes]) -> None:
        before = self._tree.size
        tree = Tree(before, [list(nodes) for nodes in self._tree.edge])
        nodes = tree.grow(leaves)
        checkpoint = self._checkpoint(tree)
        note = checkpoint.signed(self._signer)
        try:
            (may,) = await self._connection.fetch(
                SEAL,
                before,
                str(self._signer.verifier),
                [one.level for one in nodes],
                [one.position for one in nodes],
                [one.hash for one in nodes],
                checkpoint.size,
                note,
            )
        except asyncpg.UniqueViolationError as error:
            raise Overtaken from error
        self._judge(may)
        self._tree = tree
        if self._kept is not None:
            await self._kept.keep(note)

    def _checkpoint(self, tree: Tree) -> Checkpoint:
        return Checkpoint(self._signer.verifier.name, tree.size, tree.root())

    def _judge(self, may: asyncpg.Record) -> None:
        if not may["follows"]:
            raise Overtaken
        if not may["signs"]:
            raise SigningKeyWrong(f"{self._signer.verifier.name} has a new signing key")
        if not may["later"]:
            raise ClockBehind("the database's clock is before the last checkpoint")


async def _begins_as(signed: Checkpoint, connection: asyncpg.Connection, tree: Tree, file: Path) -> None:
    """Raises LogChanged unless the log, which is `tree` as far as the database was signed, goes on `signed`.

    The database can have been signed less far: a restore leaves out the end, and gets it back.
    """
    log, size = signed.origin, signed.size
    if size <= tree.size:
        path = await consistency_proof(connection, size, tree.size)
        try:
            check_consistency((size, tree.size), (signed.root, tree.root()), path)
        except ProofWrong as error:
            raise LogChanged(f"{log} does not go on what {file} says was signed: {error}") from error
        return
    grown = Tree(tree.size, [list(nodes) for nodes in tree.edge])
    while grown.size < size:
        leaves = await placed(connection, grown.size, min(BATCH, size - grown.size))
        if not leaves:
            raise LogChanged(f"{log} has {grown.size} events, {file} says that {size} were signed")
        grown.grow(leaves)
    if grown.root() != signed.root:
        raise LogChanged(f"{log} has another root at {size} events than {file} says was signed")


def _wrong(log: str, wanted: VerifierKey, given: VerifierKey) -> str:
    return (
        f"{log} is signed by key {wanted.key_id.hex()}, the key file holds {given.key_id.hex()}: "
        "put the right file back, or hand over with jejak log rotate"
    )


async def seal(
    connection: asyncpg.Connection, place: tuple[Path, str, str], tide: Tide, kept: LastSigned | None = None
) -> None:
    """Seal until cancelled: soon after the log has grown, at most once a second.

    `place` is the key file, the agency and the service; `kept` the file of what was signed last.
    """
    file, agency, service = place
    sealer = await Sealer.start(connection, signing_key(file, origin(agency, service)), kept)
    while True:
        mark = tide.mark()
        if await sealer.seal():
            tide.rise()
            await asyncio.sleep(EVERY)
        else:
            await tide.passed(mark, within=EVERY)
