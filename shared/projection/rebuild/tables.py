"""The tables of a rebuild: they bear the live ones' names in a schema of their own."""

from collections.abc import Iterable, Sequence

import asyncpg
from sqlalchemy import MetaData, Table
from sqlalchemy.dialects.postgresql import dialect
from sqlalchemy.schema import CreateIndex

from shared.projection.rebuild.refusals import InTheWay, NotMigrated, StreamsMeet
from shared.store.append import Connection
from shared.store.samples import unsampled

SCHEMA = "rebuild"
BOOKS = f"""
CREATE SCHEMA IF NOT EXISTS {SCHEMA};
CREATE TABLE IF NOT EXISTS {SCHEMA}.runs (
    reader text PRIMARY KEY, code text NOT NULL, token uuid NOT NULL, log_index bigint NOT NULL,
    is_copied boolean NOT NULL DEFAULT false);
CREATE TABLE IF NOT EXISTS {SCHEMA}.copied (
    reader text, plan_year smallint, low uuid, events bigint NOT NULL, PRIMARY KEY (reader, plan_year, low));
"""
COLUMNS = """
SELECT attname FROM pg_attribute
WHERE attrelid = to_regclass($1) AND attnum > 0 AND NOT attisdropped ORDER BY attnum
"""
RIGHTS = """
SELECT format('GRANT %s ON %s TO %s', right_.privilege_type, $2::text,
    CASE WHEN right_.grantee = 0 THEN 'PUBLIC' ELSE quote_ident(pg_get_userbyid(right_.grantee)) END)
FROM pg_class, aclexplode(relacl) AS right_ WHERE oid = to_regclass($1)
"""


def fresh(table: Table) -> Table:
    """The table beside `table` that is filled anew."""
    return table.to_metadata(MetaData(), schema=SCHEMA)


async def check_columns(connection: Connection, tables: Iterable[Table]) -> None:
    """Raise NotMigrated unless the live tables have exactly the columns that this code writes."""
    for table in tables:
        if set(await columns_of(connection, table)) != set(table.columns.keys()):
            raise NotMigrated(table=table.fullname)


async def columns_of(connection: Connection, table: Table) -> list[str]:
    """The columns that a table of the database has, in its order; none where there is no such table."""
    return [row["attname"] for row in await connection.fetch(COLUMNS, table.fullname)]


async def make(connection: Connection, tables: Iterable[Table]) -> None:
    """Empty tables with the columns of the live ones, without index: these come when all rows are there."""
    for table in tables:
        await connection.execute(f"CREATE TABLE {fresh(table).fullname} (LIKE {table.fullname})")
        for statement in unsampled(fresh(table)):
            await connection.execute(statement)


async def drop(connection: Connection, tables: Iterable[Table]) -> None:
    """Away with what a rebuild has made."""
    for table in tables:
        await connection.execute(f"DROP TABLE IF EXISTS {fresh(table).fullname}")


async def index(connection: Connection, tables: Iterable[Table]) -> None:
    """Primary key and indexes as the code has them. Raises StreamsMeet where a key occurs twice."""
    for table in map(fresh, tables):
        key = ", ".join(column.name for column in table.primary_key)
        try:
            await connection.execute(f"ALTER TABLE {table.fullname} ADD PRIMARY KEY ({key})")
        except asyncpg.UniqueViolationError as error:
            raise StreamsMeet(table=table.name) from error
        for one in sorted(table.indexes, key=lambda index: str(index.name)):
            await connection.execute(str(CreateIndex(one).compile(dialect=dialect())))  # type: ignore[no-untyped-call]
        await connection.execute(f"ANALYZE {table.fullname}")


async def lock(connection: Connection, tables: Sequence[Table]) -> None:
    """Wait for everyone who reads or writes the live tables, and keep others waiting, until the commit."""
    names = ", ".join(sorted(table.fullname for table in tables))
    await connection.execute(f"LOCK TABLE {names} IN ACCESS EXCLUSIVE MODE")


async def swap(connection: Connection, tables: Sequence[Table]) -> None:
    """Put the fresh tables in the place of the live ones, open to the same roles. Raises InTheWay."""
    for table in tables:
        rights = await connection.fetch(RIGHTS, table.fullname, table.fullname)
        try:
            await connection.execute(f"DROP TABLE {table.fullname}")
        except asyncpg.DependentObjectsStillExistError as error:
            raise InTheWay(table=table.fullname, what=error.detail) from error
        await connection.execute(f"ALTER TABLE {fresh(table).fullname} SET SCHEMA {table.schema}")
        for (grant,) in rights:
            await connection.execute(grant)
