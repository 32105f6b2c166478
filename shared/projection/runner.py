"""Keeps a projection's tables up with the log: changes and bookmark in one transaction."""

import asyncio

import asyncpg
import structlog

from shared.projection.projection import Reader, write
from shared.store.keyring import NOBODY
from shared.store.store import Store
from shared.store.stream import Stream
from shared.tide import Tide

log = structlog.get_logger()
BATCH = 1000
FALLBACK = 0.25
POLL = 0.005  # another process may be the one that projects

BOOKMARK = """
INSERT INTO work.bookmarks (reader, log_index) VALUES ($1, -1) ON CONFLICT (reader) DO NOTHING
"""
WHERE_AM_I = "SELECT log_index FROM work.bookmarks WHERE reader = $1 FOR UPDATE"
MOVE = "UPDATE work.bookmarks SET log_index = $2 WHERE reader = $1"
REACHED = """
SELECT b.log_index >= l.log_index FROM work.bookmarks b, event.log l
WHERE b.reader = $1 AND l.plan_year = $2 AND l.stream_id = $3 AND l.stream_version = $4
"""


async def step(store: Store, projection: Reader) -> int:
    """Fold one batch of the log into the projection's tables; how many events it held."""
    async with store.pool.acquire() as connection, connection.transaction():
        index = await connection.fetchval(WHERE_AM_I, projection.reader)
        rows = await store.after(index, BATCH, connection=connection)
        if not rows:
            return 0
        await store.keyring.load(row.subject_id or NOBODY for row in rows)
        await write(connection, await projection.changes(rows, store))
        await connection.execute(MOVE, projection.reader, rows[-1].log_index)
        return len(rows)


async def run(store: Store, projection: Reader, tide: Tide) -> None:
    """Follow the log until cancelled; a database that is away is waited for."""
    delay = FALLBACK
    while True:
        try:
            await store.pool.execute(BOOKMARK, projection.reader)
            await _follow(store, projection, tide)
        except (OSError, asyncpg.PostgresConnectionError, asyncpg.InterfaceError) as error:
            log.warning(
                "projection waits for the database", projection=projection.reader, cause=type(error).__name__
            )
            await asyncio.sleep(delay)
            delay = min(delay * 2, 5)


async def _follow(store: Store, projection: Reader, tide: Tide) -> None:
    while True:
        mark = tide.mark()
        if not await step(store, projection):
            await tide.passed(mark, within=FALLBACK)


async def caught_up(store: Store, reader: str, stream: Stream, version: int, *, within: float = 1.0) -> bool:
    """Whether the tables of `reader` show `version` of `stream`, waiting up to `within` seconds for it."""
    try:
        async with asyncio.timeout(within):
            place = (stream.plan_year, stream.stream_id, version)
            while not await store.pool.fetchval(REACHED, reader, *place):  # noqa: ASYNC110
                await asyncio.sleep(POLL)
    except TimeoutError:
        return False
    return True
