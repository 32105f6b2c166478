"""Runs an audit: the whole log by several readers, or one hundredth of it a day."""

import asyncio
import multiprocessing
from collections.abc import AsyncIterator, Awaitable, Callable
from concurrent.futures import ProcessPoolExecutor
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import date
from functools import partial
from typing import Any

import asyncpg
import uvloop

from shared.sealed_log.audit.finding import (
    CHECKPOINT,
    KEY,
    REMOVED,
    Finding,
    Suspect,
    judged,
)
from shared.sealed_log.audit.rows import SETTINGS, connect, reread
from shared.sealed_log.audit.strangers import SIZE, counted, named_here, strangers
from shared.sealed_log.audit.structure import structure
from shared.sealed_log.audit.whole import Published, Whole
from shared.sealed_log.checkpoint import Checkpoint, CheckpointForeign, Keys
from shared.sealed_log.due import is_due
from shared.sealed_log.note import NoteWrong, SignatureWrong, VerifierKey
from shared.sealed_log.proof import ProofWrong, check_consistency
from shared.sealed_log.stored import KEYS, LogChanged, consistency_proof, hashes, newest_checkpoint
from shared.sealed_log.tree import HASH, WIDTH, Tree, apart, root_over

STRETCH = 25_000  # events
# PostgreSQL does two thirds of the work, so that one process keeps up with two of its own. Another of ours
# takes seconds to start: a log must be as large as to be read for longer.
TOGETHER, LARGE = 2, 2_000_000
DAYS = 100
Advance = Callable[[int], None]
Stretch = tuple[bytes, list[int], list[Suspect]]
Read = Callable[[int, int], Awaitable[Stretch]]

CHECKPOINTS = "SELECT tree_size, coalesce(note, '') AS note FROM event.checkpoints ORDER BY tree_size"
# Asked before the checkpoints are: what was signed by then has one among them. A tree is kept of it.
SIGNED_BY_NOW = """
SELECT statement_timestamp() AS now, (SELECT max(position) + 1 FROM event.nodes WHERE level = 1) AS blocks
"""
NEXT = "SELECT log_index, event_id FROM event.log WHERE log_index >= $1 ORDER BY log_index LIMIT 1"
FILE = "the file of what was signed last"
WRONG = (NoteWrong, SignatureWrong, CheckpointForeign)


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """`events` were read, the first `proven` of the log are under a checkpoint that agrees."""

    events: int
    proven: int
    key: VerifierKey | None
    findings: list[Finding] = field(default_factory=list)


@dataclass(frozen=True, slots=True, kw_only=True)
class Audit:
    """Of which log, read from where.

    `trusted` is a key that signs, or vouches for who does; None trusts the database's. `kept` is a checkpoint
    of earlier, from elsewhere; `last_signed` what the service's own file held before the audit began.
    """

    url: str
    origin: str
    trusted: VerifierKey | None = None
    kept: str = ""
    last_signed: str | None = None
    jobs: int = 1

    async def whole(self, published: Published | None, advance: Advance) -> Report:
        """Every event, every checkpoint; `advance` is told how many events were read.

        Raises NoteWrong, SignatureWrong, CheckpointForeign: `kept` is no checkpoint of this log.
        """
        connection = await connect(self.url)
        try:
            found, loose = await structure(connection)
            if found:
                return Report(events=0, proven=0, key=None, findings=found)
            keys, wrong = await self._keys(connection)
            (by_now,) = await connection.fetch(SIGNED_BY_NOW)
            notes = {row["tree_size"]: row["note"] for row in await connection.fetch(CHECKPOINTS)}
            (size, surplus), all_there = await counted(connection), True
            kept, unread = self._kept(keys, size) if not wrong else ([], [])
            audit = Whole(keys, notes, published, kept, trusted=None if wrong else self.trusted)
            async for stretch in self._stretches(size):
                audit.take(*stretch)
                advance(len(stretch[0]) // HASH)
                all_there = all_there and not stretch[1] and not stretch[2]
            found = [*loose, *wrong, *unread, *audit.finished()]
            if audit.proven < size and all(one.kind != CHECKPOINT for one in found):
                found += await _unsigned(connection, audit.proven, size, by_now)
            if loose or surplus != 0 or not all_there:
                found += await strangers(connection, surplus)
            found = await named_here(connection, found)
        finally:
            await connection.close()
        return self._report(keys, found, events=size, proven=0 if wrong else audit.proven)

    async def light(self, day: date, advance: Advance) -> Report:
        """The blocks of `day`, each some 256 events, under the last checkpoint."""
        connection = await connect(self.url)
        try:
            found, loose = await structure(connection)
            if found:
                return Report(events=0, proven=0, key=None, findings=found)
            keys, wrong = await self._keys(connection)
            (by_now,) = await connection.fetch(SIGNED_BY_NOW)
            last, below, nodes = await _last(connection, keys, None if wrong else self.last_signed)
            proven = self._proven(keys, last[0]) if last and not wrong else 0
            found = wrong + loose + below
            if not (wrong or below):
                found += await _unsigned(connection, proven, None, by_now)
            events, size = 0, last[1].size if last else 0
            for block in blocks(day, size):
                first, end = block * WIDTH, min((block + 1) * WIDTH, size)
                found += await _block(connection, first, end, nodes.get(block))
                events += end - first
                advance(end - first)
        finally:
            await connection.close()
        return self._report(keys, found, events=events, proven=proven)

    def _kept(self, keys: Keys, size: int) -> tuple[list[dict[int, str]], list[Finding]]:
        """What was kept outside of the database, by size. Raises as `Keys.open` where we were given it."""
        kept = [{keys.open(self.kept).size: self.kept}] if self.kept else []
        if self.last_signed is None:
            return kept, []
        try:
            return [*kept, {keys.open(self.last_signed).size: self.last_signed}], []
        except WRONG as error:
            return kept, [Finding(kind=CHECKPOINT, index=0, other=max(size - 1, 0), why=f"{FILE}: {error}")]

    def _proven(self, keys: Keys, note: str) -> int:
        """How many events a checkpoint proves to who trusts our key."""
        checkpoint, signed_by = keys.opened(note)
        return checkpoint.size if keys.proves(signed_by, self.trusted) else 0

    def _report(self, keys: Keys, findings: list[Finding], *, events: int, proven: int) -> Report:
        key = keys.newest if keys.changes else None
        return Report(events=events, proven=proven, key=key, findings=findings)

    async def _keys(self, connection: asyncpg.Connection) -> tuple[Keys, list[Finding]]:
        keys = Keys(self.origin)
        try:
            for row in await connection.fetch(KEYS):
                keys.add(row["note"])
        except WRONG as error:
            return keys, [Finding(kind=KEY, why=str(error))]
        if self.trusted and all(change.key != self.trusted for change in keys.changes):
            why = f"the log is not signed by {self.trusted}, nor by a key that it vouches for"
            return keys, [Finding(kind=KEY, why=why)]
        return keys, []

    async def _stretches(self, size: int) -> AsyncIterator[Stretch]:
        spans = [(start, min(start + STRETCH, size)) for start in range(0, size, STRETCH)]
        async with self._readers(size) as read:
            waiting: list[Awaitable[Stretch]] = []
            for first, last in spans:
                waiting.append(asyncio.ensure_future(read(first, last)))
                if len(waiting) > 2 * self.jobs:
                    yield await waiting.pop(0)
            for one in waiting:
                yield await one

    @asynccontextmanager
    async def _readers(self, size: int) -> AsyncIterator[Read]:
        """What reads a stretch: two connections of ours, or processes where it pays to start them."""
        if self.jobs <= TOGETHER or size < LARGE:
            count = min(self.jobs, TOGETHER)
            async with asyncpg.create_pool(
                self.url, min_size=count, max_size=count, server_settings=SETTINGS
            ) as pool:
                yield partial(_together, pool)
            return
        loop = asyncio.get_running_loop()
        with ProcessPoolExecutor(self.jobs, multiprocessing.get_context("spawn")) as processes:
            yield lambda first, last: loop.run_in_executor(processes, _apart, self.url, first, last)


async def _together(pool: asyncpg.Pool, first: int, last: int) -> Stretch:
    async with pool.acquire() as connection:
        return await reread(connection, first, last)


def _apart(url: str, first: int, last: int) -> Stretch:
    """In a process of its own."""

    async def work() -> Stretch:
        connection = await connect(url)
        try:
            return await reread(connection, first, last)
        finally:
            await connection.close()

    return uvloop.run(work())


def blocks(day: date, size: int) -> range:
    """Which blocks of a log of `size` events are read on that day: one in a hundred, but always one.

    So that no block waits while a log grows, one of fewer than a hundred is gone through in a power of two.
    """
    count = -(-size // WIDTH)
    days = DAYS if count >= DAYS else 1 << max(count.bit_length() - 1, 0)
    return range(day.toordinal() % days, count, days)


async def _unsigned(
    connection: asyncpg.Connection, proven: int, size: int | None, by_now: Any
) -> list[Finding]:
    """What should have been signed `by_now` of a log of `size`, and no checkpoint vouches for."""
    after = await connection.fetchrow(NEXT, proven)
    if after is None or not (
        is_due(after["event_id"], by_now["now"]) or proven < (by_now["blocks"] or 0) * WIDTH
    ):
        return []
    size = await connection.fetchval(SIZE) if size is None else size
    why = "no checkpoint vouches for these events"
    return [Finding(kind=CHECKPOINT, index=proven, other=size - 1, why=why)] if proven < size else []


Last = tuple[str, Checkpoint]


async def _last(
    connection: asyncpg.Connection, keys: Keys, last_signed: str | None
) -> tuple[Last | None, list[Finding], dict[int, bytes]]:
    """The newest checkpoint, what does not agree with it, and the roots of the blocks below it."""
    last = None
    try:
        last = await newest_checkpoint(connection, keys)
        if last_signed is not None:
            await _goes_on(connection, last[1] if last else None, keys.open(last_signed))
        return last, [], await _nodes(connection, last[1]) if last else {}
    except (LogChanged, ProofWrong, *WRONG) as error:
        behind = last[1].size if last else 1
        return last, [Finding(kind=CHECKPOINT, index=0, other=behind - 1, why=str(error))], {}


async def _goes_on(connection: asyncpg.Connection, last: Checkpoint | None, signed: Checkpoint) -> None:
    """Raises LogChanged, ProofWrong unless the last checkpoint goes on what the service's file says."""
    if last is None or last.size < signed.size:
        raise LogChanged(f"{FILE}: signed at {signed.size} events, which no checkpoint says any more")
    path = await consistency_proof(connection, signed.size, last.size)
    check_consistency((signed.size, last.size), (signed.root, last.root), path)


async def _nodes(connection: asyncpg.Connection, signed: Checkpoint) -> dict[int, bytes]:
    """The root of each block, the last of them not full, of a tree as it was signed. Raises LogChanged."""
    size = signed.size
    full, rest = (1, 0, size // WIDTH), (0, size - size % WIDTH, size)
    found = await hashes(connection, [full, rest])
    upper = Tree()
    upper.grow(found[full])
    if root_over([found[rest], *upper.edge]) != signed.root:
        raise LogChanged(f"the stored tree has another root than the one signed at {size} events")
    return dict(enumerate([*found[full], root_over([found[rest]])]))


async def _block(connection: asyncpg.Connection, first: int, last: int, node: bytes | None) -> list[Finding]:
    leaves, missing, suspects = await reread(connection, first, last)
    found = [Finding(kind=REMOVED, index=index) for index in missing] + judged(suspects)
    if not found and node is not None and root_over([apart(leaves)]) != node:
        why = "the places of these events are not those that were signed"
        found.append(Finding(kind=CHECKPOINT, index=first, other=last - 1, why=why))
    return found
