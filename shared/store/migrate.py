"""Brings one service's database to the schema this code needs; run as the service's `_owner` role."""

from collections.abc import Iterable
from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, Table, inspect, text

from shared.store.samples import unsampled
from shared.store.statements import NAMES, PUBLISHER
from shared.store.urls import engine_of

SCHEMAS = ("event", "work", "read")
LOCK = 0x6A656A616B  # any constant: one migration at a time per database


async def migrate(owner_url: str, app_role: str, *, tables: Iterable[Table], years: Iterable[int]) -> None:
    """Create or upgrade the engine's schema, the partitions of `years`, and the read tables.

    A read table whose columns are no longer those of `tables` is dropped and its projection's
    bookmark forgotten: read tables are disposable and are filled again from the log.
    Safe to run again, and by several processes at once.
    """
    engine = engine_of(owner_url)
    try:
        async with engine.begin() as connection:
            await connection.run_sync(_migrate, app_role, list(tables), sorted(years))
    finally:
        await engine.dispose()


def _migrate(connection: Connection, app_role: str, tables: list[Table], years: list[int]) -> None:
    connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": LOCK})
    for schema in SCHEMAS:
        connection.execute(text(f"CREATE SCHEMA IF NOT EXISTS {schema}"))
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    config.attributes["connection"] = connection
    command.upgrade(config, "head")
    for year in years:
        _partition(connection, year)
    _read_tables(connection, tables)
    _grant(connection, app_role)


def _read_tables(connection: Connection, tables: list[Table]) -> None:
    stale = [table for table in tables if _differs(connection, table)]
    for table in stale:
        table.drop(connection)
    if stale:
        connection.execute(
            text("DELETE FROM work.bookmarks WHERE reader <> :publisher"), {"publisher": PUBLISHER}
        )
    for table in tables:
        table.create(connection, checkfirst=True)
        for statement in unsampled(table):
            connection.execute(text(statement))


def _differs(connection: Connection, table: Table) -> bool:
    inspector = inspect(connection)
    if not inspector.has_table(table.name, schema=table.schema):
        return False
    there = {column["name"] for column in inspector.get_columns(table.name, schema=table.schema)}
    return there != set(table.columns.keys())


def _partition(connection: Connection, year: int) -> None:
    name = f"event.events_{year}"
    if connection.execute(text("SELECT to_regclass(:name)"), {"name": name}).scalar() is not None:
        return
    connection.execute(text(f"CREATE TABLE {name} PARTITION OF event.events FOR VALUES IN ({year})"))
    connection.execute(
        text(
            f"CREATE TRIGGER no_truncate BEFORE TRUNCATE ON {name}"
            " FOR EACH STATEMENT EXECUTE FUNCTION event.refuse_change()"
        )
    )


def _grant(connection: Connection, role: str) -> None:
    for statement in (
        f"GRANT USAGE ON SCHEMA event, work, read TO {role}",
        f"GRANT SELECT ON ALL TABLES IN SCHEMA event TO {role}",
        # The sequencer goes by `xid` and `insert_order`: PostgreSQL alone says what they are.
        f"REVOKE INSERT ON ALL TABLES IN SCHEMA event FROM {role}",
        f"GRANT INSERT ({NAMES}) ON event.events TO {role}",
        f"GRANT INSERT ON event.log, event.nodes, event.checkpoints, event.signing_keys TO {role}",
        f"GRANT USAGE ON ALL SEQUENCES IN SCHEMA event TO {role}",
        f"GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA work, read TO {role}",
    ):
        connection.execute(text(statement))
