"""Tells what passes without us from what no repetition mends, for those who apply messages."""

import asyncpg

from shared.messaging.inbox import LostRace
from shared.store.away import is_database_away, is_storage_full

PASSING = (
    OSError,
    asyncpg.PostgresConnectionError,
    asyncpg.InterfaceError,
    asyncpg.DeadlockDetectedError,
    asyncpg.SerializationError,
    LostRace,
)


def is_passing(error: Exception) -> bool:
    """Whether trying again may help: a lost race, or a database that is away, or has no room left."""
    return isinstance(error, PASSING) or is_database_away(error) or is_storage_full(error)
