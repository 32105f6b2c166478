"""PostgreSQL's statistics keep no wrapped key and no parked message, and an old rebuild no names."""

from alembic import op

revision = "0009"
down_revision = "0008"

UNSAMPLED = ("keys", "wrapped"), ("parked", "value")


def upgrade() -> None:
    for table, column in UNSAMPLED:
        op.execute(f"ALTER TABLE work.{table} ALTER {column} SET STATISTICS 0")
        op.execute(f"SELECT pg_clear_attribute_stats('work', '{table}', '{column}', false)")
    # What older code began to rebuild is begun anew; the application's role could not erase in it.
    op.execute("DROP SCHEMA IF EXISTS rebuild CASCADE")
