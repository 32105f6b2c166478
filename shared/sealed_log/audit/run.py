"""Runs an audit: the whole log in several processes, or one hundredth of it a day."""

import asyncio
import multiprocessing
from collections.abc import AsyncIterator, Callable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from datetime import date

import asyncpg

from shared.sealed_log.audit.finding import (
    CHECKPOINT,
    INSERTED,
    KEY,
    REMOVED,
    Event,
    Finding,
    Suspect,
    judged,
)
from shared.sealed_log.audit.rows import connect, inserted, reread
from shared.sealed_log.audit.whole import HASH, Published, Whole
from shared.sealed_log.checkpoint import CheckpointForeign, Keys
from shared.sealed_log.note import NoteWrong, SignatureWrong, VerifierKey
from shared.sealed_log.stored import LogChanged, hashes, newest_checkpoint
from shared.sealed_log.tree import WIDTH, Tree, folded, root_over

STRETCH = 50_000
DAYS = 100
Advance = Callable[[int], None]
Stretch = tuple[bytes, list[int], list[Suspect]]

SIZE = "SELECT coalesce(max(log_index) + 1, 0) FROM event.log"
CHECKPOINTS = "SELECT tree_size, note FROM event.checkpoints ORDER BY tree_size"
KEYS = "SELECT note FROM event.signing_keys ORDER BY number"
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
    """Of which log, read from where. `trusted` is the key that must sign now; None trusts the database's."""

    url: str
    origin: str
    trusted: VerifierKey | None = None
    jobs: int = 1

    async def whole(self, published: Published | None, advance: Advance) -> Report:
        """Every event, every checkpoint; `advance` is told how many events were read."""
        connection = await connect(self.url)
        try:
            keys, wrong = await self._keys(connection)
            notes = {row["tree_size"]: row["note"] for row in await connection.fetch(CHECKPOINTS)}
            audit = Whole(keys, notes, published)
            size = await connection.fetchval(SIZE)
            async for stretch in self._stretches(connection, size):
                audit.take(*stretch)
                advance(len(stretch[0]) // HASH)
            found = [*wrong, *audit.finished(), *_inserted(await inserted(connection))]
        finally:
            await connection.close()
        return Report(
            events=size, proven=audit.proven, key=keys.newest if keys.changes else None, findings=found
        )

    async def light(self, day: date, advance: Advance) -> Report:
        """Every hundredth block of 256 events, each once in a hundred days, under the last checkpoint."""
        connection = await connect(self.url)
        try:
            keys, found = await self._keys(connection)
            proven = 0
            try:
                last = await newest_checkpoint(connection, keys) if keys.changes else None
                proven = last[1].size if last else 0
                nodes = await _nodes(connection, proven, last[1].root if last else None)
            except (LogChanged, *WRONG) as error:
                found.append(Finding(kind=CHECKPOINT, index=0, other=max(proven - 1, 0), why=str(error)))
                nodes = {}
            events = 0
            for block in range(day.toordinal() % DAYS, max(proven, 1) // WIDTH, DAYS):
                found += await _block(connection, block, nodes.get(block))
                events += WIDTH
                advance(WIDTH)
        finally:
            await connection.close()
        return Report(events=events, proven=proven, key=keys.newest if keys.changes else None, findings=found)

    async def _keys(self, connection: asyncpg.Connection) -> tuple[Keys, list[Finding]]:
        keys = Keys(self.origin)
        try:
            for row in await connection.fetch(KEYS):
                keys.add(row["note"])
        except WRONG as error:
            return keys, [Finding(kind=KEY, why=str(error))]
        if self.trusted and (not keys.changes or keys.newest != self.trusted):
            return keys, [Finding(kind=KEY, why=f"the log is not signed by {self.trusted}")]
        return keys, []

    async def _stretches(self, connection: asyncpg.Connection, size: int) -> AsyncIterator[Stretch]:
        spans = [(start, min(start + STRETCH, size)) for start in range(0, size, STRETCH)]
        if self.jobs == 1 or len(spans) == 1:
            for first, last in spans:
                yield await reread(connection, first, last)
            return
        loop = asyncio.get_running_loop()
        with ProcessPoolExecutor(self.jobs, multiprocessing.get_context("spawn")) as processes:
            waiting: list[asyncio.Future[Stretch]] = []
            for first, last in spans:
                waiting.append(loop.run_in_executor(processes, _apart, self.url, first, last))
                if len(waiting) > 2 * self.jobs:
                    yield await waiting.pop(0)
            for one in waiting:
                yield await one


def _apart(url: str, first: int, last: int) -> Stretch:
    """In a process of its own."""

    async def work() -> Stretch:
        connection = await connect(url)
        try:
            return await reread(connection, first, last)
        finally:
            await connection.close()

    return asyncio.run(work())


def _inserted(events: list[Event]) -> list[Finding]:
    return [Finding(kind=INSERTED, event=one) for one in events]


async def _nodes(connection: asyncpg.Connection, size: int, root: bytes | None) -> dict[int, bytes]:
    """The root of each full block of a tree that has `root`. Raises LogChanged."""
    blocks, rest = (1, 0, size // WIDTH), (0, size - size % WIDTH, size)
    found = await hashes(connection, [blocks, rest])
    upper = Tree()
    upper.grow(found[blocks])
    if root is not None and root_over([found[rest], *upper.edge]) != root:
        raise LogChanged(f"the stored tree has another root than the one signed at {size} events")
    return dict(enumerate(found[blocks]))


async def _block(connection: asyncpg.Connection, block: int, node: bytes | None) -> list[Finding]:
    first = block * WIDTH
    leaves, missing, suspects = await reread(connection, first, first + WIDTH)
    found = [Finding(kind=REMOVED, index=index) for index in missing] + judged(suspects)
    row = [leaves[at : at + HASH] for at in range(0, len(leaves), HASH)]
    if not found and node is not None and folded(row) != node:
        why = "the places of these events are not those that were signed"
        found.append(Finding(kind=CHECKPOINT, index=first, other=first + WIDTH - 1, why=why))
    return found
