"""A rebuild from its first range to the swap; a killed one is gone on with, or begun anew by other code."""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import ExitStack, asynccontextmanager
from dataclasses import dataclass, field
from uuid import uuid4
from zlib import crc32

import asyncpg

from shared.projection.projection import Reader
from shared.projection.rebuild import tables
from shared.projection.rebuild.comparing import Compared, compare
from shared.projection.rebuild.copying import Copier, Filling, beside, ranges
from shared.projection.rebuild.refusals import AnotherRebuilds, TakenOver
from shared.projection.runner import BATCH, BOOKMARK
from shared.projection.writing import write
from shared.store.append import Connection
from shared.store.away import is_passing, is_storage_full
from shared.store.keyring import NOBODY
from shared.store.store import Store
from shared.store.urls import asyncpg_url

SETTINGS = {
    "application_name": "jejak rebuild",
    "jit": "off",
    "max_parallel_workers_per_gather": "0",  # people work on the same processors
    "idle_in_transaction_session_timeout": "60s",  # if we hang, nobody waits for us long
    "plan_cache_mode": "force_custom_plan",
    "work_mem": "64MB",
    "maintenance_work_mem": "128MB",
}
NEAR = 10_000  # events: a live table so close to the log's end is one that is kept up
SHORT = 1_000  # events that may be folded while others wait
LET_GO = "5s"  # in which a killed process has let go of its lock
PATIENCE = "200ms"  # how long the swap makes others wait for somebody who reads
HELD = "5s"
AGAIN = 0.2

NEXT = "SELECT next_index FROM work.cursor"
LIVE = "SELECT log_index FROM work.bookmarks WHERE reader = $1"
TAKE = """
UPDATE rebuild.runs SET token = $3 WHERE reader = $1 AND code = $2 RETURNING log_index, is_copied
"""
BEGIN = "INSERT INTO rebuild.runs (reader, code, token, log_index) VALUES ($1, $2, $3, $4)"
FORGET = "DELETE FROM rebuild.copied WHERE reader = $1", "DELETE FROM rebuild.runs WHERE reader = $1"
COPIED = "SELECT plan_year, low, events FROM rebuild.copied WHERE reader = $1"
ALL_COPIED = "UPDATE rebuild.runs SET is_copied = true WHERE reader = $1 AND token = $2"
ADVANCE = "UPDATE rebuild.runs SET log_index = $3 WHERE reader = $1 AND token = $2"
MOVE = "UPDATE work.bookmarks SET log_index = $2 WHERE reader = $1"

Tell = Callable[[str, int, int], None]


@dataclass(frozen=True, slots=True)
class Rebuilt:
    """What a rebuild came to. `compared` is empty where the live table was not kept up, so not comparable."""

    reader: str
    events: int
    log_index: int
    resumed: bool
    compared: list[Compared] = field(default_factory=list)


async def rebuild(url: str, store: Store, reader: Reader, code: str, tell: Tell) -> Rebuilt:
    """Fill the tables of `reader` anew and put them in the place of the live ones.

    `url` is the owner's address. `reader` follows nothing else meanwhile: it may keep states of its own.
    `code` names what the fold is made of: what other code has begun is
    begun anew. `tell(step, done, total)` hears of each step: copy, index, catch-up, compare, swap.
    Raises RebuildStopped, UnreadableEvent, or the database's error; the live tables stay as they were.
    """
    async with _connected(url, 2) as connections, _alone(connections[0], reader):
        one = _Rebuild(url, store, reader, connections, tell)
        try:
            return await one.run(code)
        except Exception as error:
            if not isinstance(error, TakenOver) and (not is_passing(error) or is_storage_full(error)):
                await one.forget()  # a full disk gets its room back; nothing else can be gone on with
            raise


@asynccontextmanager
async def _connected(url: str, count: int) -> AsyncIterator[list[asyncpg.Connection]]:
    found: list[asyncpg.Connection] = []
    with ExitStack() as stack:
        for _ in range(count):
            one = await asyncpg.connect(asyncpg_url(url), server_settings=SETTINGS)
            stack.callback(one.terminate)
            found.append(one)
        yield found


@asynccontextmanager
async def _alone(connection: Connection, reader: Reader) -> AsyncIterator[None]:
    """While nobody else rebuilds the same. Raises AnotherRebuilds."""
    key = crc32(f"rebuild {reader.reader}".encode())
    try:
        await connection.execute(f"SET lock_timeout = '{LET_GO}'")
        await connection.execute("SELECT pg_advisory_lock($1)", key)
        await connection.execute("RESET lock_timeout")
    except asyncpg.LockNotAvailableError:
        raise AnotherRebuilds(projection=reader.reader) from None
    yield  # the lock ends with the connection


class _Rebuild:
    def __init__(
        self, url: str, store: Store, reader: Reader, connections: Sequence[Connection], tell: Tell
    ) -> None:
        self._url, self._store, self._reader, self._tell = url, store, reader, tell
        self._name, self._tables = reader.reader, reader.tables
        self._first, self._second = connections
        self._token = uuid4()
        self._at = -1

    async def run(self, code: str) -> Rebuilt:
        await self._first.execute(tables.BOOKS)
        await tables.check_columns(self._first, self._tables)
        await self._first.execute(BOOKMARK, self._name)
        resumed, is_copied = await self._begin(code)
        if not is_copied:
            await self._copy()
            await self._index()
        await self._catch_up()
        compared = await self._compare()
        await self._swap()
        return Rebuilt(self._name, self._at + 1, self._at, resumed, compared)

    async def forget(self) -> None:
        """Remove what was made so far."""
        async with self._first.transaction():
            await tables.drop(self._first, self._tables)
            for statement in FORGET:
                await self._first.execute(statement, self._name)

    async def _begin(self, code: str) -> tuple[bool, bool]:
        """Go on with what the same code has begun, else begin: whether that was so, and all is copied."""
        there = await self._first.fetchrow(TAKE, self._name, code, self._token)
        if there is not None:
            self._at = there["log_index"]
            return True, there["is_copied"]
        await self.forget()
        self._at = await self._until()
        async with self._first.transaction():
            await tables.make(self._first, self._tables)
            await self._first.execute(BEGIN, self._name, code, self._token, self._at)
        return False, False

    async def _until(self) -> int:
        """Where the live tables stand if they are kept up, so that they can be compared; else all."""
        last = await self._first.fetchval(NEXT) - 1
        live = await self._live()
        return live if live >= 0 and last - live <= NEAR else int(last)

    async def _live(self) -> int:
        return int(await self._first.fetchval(LIVE, self._name))

    async def _copy(self) -> None:
        done = {
            (row["plan_year"], row["low"]): row["events"]
            for row in await self._first.fetch(COPIED, self._name)
        }
        total, copied = self._at + 1, sum(done.values())

        def tell(events: int) -> None:
            nonlocal copied
            copied += events
            self._tell("copy", copied, total)

        tell(0)
        left = [one for one in await ranges(self._first, self._at) if (one.plan_year, one.low) not in done]
        async with _connected(self._url, 2) as reading:
            filling = Filling(self._reader, self._token, self._at)
            await Copier(self._store, reading, self._second, filling).copy(left, tell)

    async def _index(self) -> None:
        self._tell("index", 0, 0)
        async with self._first.transaction():
            await tables.index(self._first, self._tables)
            await self._ours(ALL_COPIED)

    async def _catch_up(self) -> None:
        """Fold what came since: as far as the live tables are, or all where these are behind."""
        live, last = await self._live(), await self._first.fetchval(NEXT) - 1
        began, target = self._at, live if live >= self._at else int(last)
        while self._at < target:
            await self._fold_until(min(target, self._at + BATCH))
            self._tell("catch-up", self._at - began, target - began)

    async def _compare(self) -> list[Compared]:
        """Both at one place of the log: whoever writes the live one waits until a snapshot shows both."""
        self._tell("compare", 0, 0)
        while True:
            async with self._first.transaction():
                live = await self._hold()
                if live < self._at:
                    return []
                if live - self._at <= SHORT:
                    await self._fold_until(live)
                    snapshot = self._second.transaction(isolation="repeatable_read", readonly=True)
                    await snapshot.start()
                    await self._second.fetchval(NEXT)
                    break
            await self._catch_up()
        try:
            return await compare(self._second, self._tables)
        finally:
            await snapshot.rollback()

    async def _swap(self) -> None:
        self._tell("swap", 0, 0)
        while not await self._try_swap():
            await asyncio.sleep(AGAIN)
            await self._catch_up()

    async def _try_swap(self) -> bool:
        """Swap unless somebody reads for long, or too much came meanwhile to be folded while all wait."""
        at = self._at
        try:
            async with self._first.transaction():
                await self._first.execute(f"SET LOCAL lock_timeout = '{PATIENCE}'")
                await tables.lock(self._first, self._tables)
                live = await self._hold()
                if live - self._at > SHORT:
                    return False
                await tables.check_columns(self._first, self._tables)
                await self._fold_until(live, self._first)
                await tables.swap(self._first, self._tables)
                await self._first.execute(MOVE, self._name, self._at)
                for statement in FORGET:
                    await self._first.execute(statement, self._name)
        except (asyncpg.LockNotAvailableError, asyncpg.DeadlockDetectedError):
            self._at = at
            return False
        return True

    async def _hold(self) -> int:
        """Where the live tables are, and stay until the transaction ends, or for some seconds if we hang."""
        await self._first.execute(f"SET LOCAL idle_in_transaction_session_timeout = '{HELD}'")
        return int(await self._first.fetchval(f"{LIVE} FOR UPDATE", self._name))

    async def _fold_until(self, until: int, connection: Connection | None = None) -> None:
        """Write what the log says up to `until`, in the transaction of `connection` or in one of its own."""
        if until <= self._at:
            return
        if connection is None:
            async with self._second.transaction():
                await self._fold_until(until, self._second)
            return
        rows = await self._store.after(self._at, until - self._at)
        await self._store.keyring.load(row.subject_id or NOBODY for row in rows)
        changes = await self._reader.changes(rows, self._store)
        await write(connection, beside(changes, self._tables))
        await self._ours(ADVANCE, until, connection=connection)
        self._at = until

    async def _ours(self, statement: str, *values: object, connection: Connection | None = None) -> None:
        said = await (connection or self._first).execute(statement, self._name, self._token, *values)
        if said != "UPDATE 1":
            raise TakenOver
