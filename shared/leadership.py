"""One process at a time does a job: elected by a lock that lives and dies with a database connection.

The lock is a lease: PostgreSQL ends a leader's connection that asks nothing, or takes no answer, for
`LEASE` seconds: that of a process that is paused, or of a machine that is gone and never said so.
"""

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar
from zlib import crc32

import asyncpg
import structlog

from shared.store.urls import CONNECT_WITHIN, asyncpg_url

log = structlog.get_logger()
RETRY = 1.0
LEASE, TRANSACTION = 5.0, 10.0  # seconds
ANSWERS_WITHIN = 60.0  # seconds after which a silent connection counts as lost
SETTINGS = {
    # As the store's connections (DECISIONS 32): a plan made while tables were empty must not stay.
    "jit": "off",
    "plan_cache_mode": "force_generic_plan",
    "enable_seqscan": "off",
    # The first piece of a large backlog is the best so many of all of it: without a sort on disk.
    "work_mem": "32MB",
    "idle_session_timeout": f"{LEASE}s",
    "idle_in_transaction_session_timeout": f"{LEASE}s",
    # Asleep in the middle of an answer, or between preparing a statement and asking it, it is not idle.
    "tcp_user_timeout": f"{LEASE}s",
    "transaction_timeout": f"{TRANSACTION}s",
}
# For a restore, one transaction that takes as long as the log is; who is idle in it loses the lead as ever.
UNHURRIED = "SET LOCAL transaction_timeout = 0"

# The last is what the driver says when the server ends a connection in the middle of a question.
GONE = (OSError, asyncpg.PostgresError, asyncpg.InterfaceError, asyncpg.InternalClientError)

T = TypeVar("T")
Lead = Callable[[asyncpg.Connection], Awaitable[None]]


async def lead(database_url: str, job: str, work: Lead) -> None:
    """Run `work` while this process holds the lock of `job`; stand by and try again when it does not.

    `work` gets the connection that holds the lock and must do its writing on it, so that a leader
    whose connection is gone cannot write. It asks something on it more often than every `LEASE` seconds;
    `holding` does so where it must wait for others. Returns only when cancelled.
    """
    while True:
        try:
            connection = await asyncpg.connect(
                asyncpg_url(database_url),
                timeout=CONNECT_WITHIN,
                server_settings=SETTINGS,
                command_timeout=ANSWERS_WITHIN,
            )
            try:
                if await connection.fetchval("SELECT pg_try_advisory_lock($1)", crc32(job.encode())):
                    log.info("leading", job=job)
                    await work(connection)
            finally:
                await _let_go(connection)
        except GONE as error:
            log.warning("lost the lead", job=job, cause=type(error).__name__)
        await asyncio.sleep(RETRY)


async def holding(connection: asyncpg.Connection, elsewhere: Awaitable[T]) -> T:
    """Await what is not done on `connection` and may take long, and stay the leader meanwhile.

    Raises what `elsewhere` raises. When the lead is lost, it is cancelled and the database's error raised.
    """
    waited_for = asyncio.ensure_future(elsewhere)
    try:
        while not (await asyncio.wait([waited_for], timeout=LEASE / 4))[0]:
            await connection.execute("SELECT")
    finally:
        waited_for.cancel()
        await asyncio.gather(waited_for, return_exceptions=True)
    return waited_for.result()


async def _let_go(connection: asyncpg.Connection) -> None:
    try:
        await connection.close(timeout=2)
    except GONE:
        connection.terminate()
