"""What the store need not keep for ever: the answers to commands that nobody will repeat any more."""

import asyncio

import asyncpg

from shared.store.store import Store

KEPT_DAYS = 90
PIECE = 5000
HOUR = 3600.0

FORGET = """
DELETE FROM work.commands WHERE command_id IN (
    SELECT command_id FROM work.commands WHERE recorded_at < statement_timestamp() - make_interval(days => $1)
    ORDER BY recorded_at LIMIT $2 FOR UPDATE SKIP LOCKED)
"""


async def forget_old_commands(pool: asyncpg.Pool) -> int:
    """Delete the answers older than 90 days, in pieces so that nobody waits; how many there were."""
    total = 0
    while deleted := int((await pool.execute(FORGET, KEPT_DAYS, PIECE)).split()[-1]):
        total += deleted
    return total


async def tidy(store: Store) -> None:
    """Once an hour, until cancelled."""
    while True:
        await forget_old_commands(store.pool)
        await asyncio.sleep(HOUR)
