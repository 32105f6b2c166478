"""Whether a database has the schema of this very code: asking costs milliseconds, migrating seconds."""

import hashlib
from datetime import UTC, datetime
from pathlib import Path

import asyncpg

ROOT = Path(__file__).parents[2]
PACKAGES = ("services", "shared")
NOTED = "SELECT obj_description(to_regnamespace('event'), 'pg_namespace')"


def code_state() -> str:
    """A hash of all our code and of the year, for which partitions are made: other code, other hash."""
    found = hashlib.sha256(str(datetime.now(UTC).year).encode())
    for file in sorted(file for package in PACKAGES for file in (ROOT / package).rglob("*.py")):
        found.update(f"\0{file.relative_to(ROOT)}\0".encode())
        found.update(file.read_bytes())
    return found.hexdigest()


async def is_migrated(owner_url: str, code: str) -> bool:
    """Whether `code` migrated that database last. It is noted there, so a restored one tells the truth."""
    connection = await asyncpg.connect(owner_url)
    try:
        return bool(await connection.fetchval(NOTED) == code)
    finally:
        await connection.close()


async def note_migrated(owner_url: str, code: str) -> None:
    """Say in that database that `code` (a hash) migrated it."""
    connection = await asyncpg.connect(owner_url)
    try:
        await connection.execute(f"COMMENT ON SCHEMA event IS '{code}'")  # takes no parameters
    finally:
        await connection.close()
