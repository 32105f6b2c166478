"""What a database is asked, and who waits for it."""

from shared.store.store import Store


async def asked_of(store: Store) -> list[str]:
    """What the pool's first connection is asked from now on."""
    asked: list[str] = []
    async with store.pool.acquire() as connection:
        connection.add_query_logger(lambda record: asked.append(record.query.strip()))
    return asked


async def somebody_waits(store: Store) -> bool:
    """Whether a statement in the store's database waits for another's lock."""
    waiting = """
    SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()
    """
    return bool(await store.pool.fetchval(waiting))
