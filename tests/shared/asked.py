"""What a database is asked."""

from shared.store.store import Store


async def asked_of(store: Store) -> list[str]:
    """What the pool's first connection is asked from now on."""
    asked: list[str] = []
    async with store.pool.acquire() as connection:
        connection.add_query_logger(lambda record: asked.append(record.query.strip()))
    return asked
