"""One process at a time does a job: elected by a lock that lives and dies with a database connection."""

import asyncio
from collections.abc import Awaitable, Callable
from zlib import crc32

import asyncpg
import structlog

from shared.store.urls import asyncpg_url

log = structlog.get_logger()
RETRY = 1.0
ANSWERS_WITHIN = 60.0  # seconds after which a silent connection counts as lost
# As the store's connections (DECISIONS 32): a plan made while tables were empty must not stay.
SETTINGS = {"jit": "off", "plan_cache_mode": "force_generic_plan", "enable_seqscan": "off"}

Lead = Callable[[asyncpg.Connection], Awaitable[None]]


async def lead(database_url: str, job: str, work: Lead) -> None:
    """Run `work` while this process holds the lock of `job`; stand by and try again when it does not.

    `work` gets the connection that holds the lock and must do its writing on it, so that a leader
    whose connection is gone cannot write. Returns only when cancelled.
    """
    while True:
        try:
            connection = await asyncpg.connect(
                asyncpg_url(database_url), server_settings=SETTINGS, command_timeout=ANSWERS_WITHIN
            )
            try:
                if await connection.fetchval("SELECT pg_try_advisory_lock($1)", crc32(job.encode())):
                    log.info("leading", job=job)
                    await work(connection)
            finally:
                await _let_go(connection)
        except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError) as error:
            log.warning("lost the lead", job=job, cause=type(error).__name__)
        await asyncio.sleep(RETRY)


async def _let_go(connection: asyncpg.Connection) -> None:
    try:
        await connection.close(timeout=2)
    except (OSError, TimeoutError, asyncpg.PostgresError, asyncpg.InterfaceError):
        connection.terminate()
