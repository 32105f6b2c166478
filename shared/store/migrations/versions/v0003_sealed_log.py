"""The sealed log's tree, its signed checkpoints, and the keys that signed them."""

from alembic import op

revision = "0003"
down_revision = "0002"

TABLES = {
    "nodes": """
        CREATE TABLE event.nodes (
            level    smallint NOT NULL,
            position bigint   NOT NULL,
            hash     bytea    NOT NULL,
            PRIMARY KEY (level, position)
        )""",
    "checkpoints": """
        CREATE TABLE event.checkpoints (
            tree_size bigint      PRIMARY KEY,
            note      text        NOT NULL,
            sealed_at timestamptz NOT NULL DEFAULT statement_timestamp()
        )""",
    "signing_keys": """
        CREATE TABLE event.signing_keys (
            number   integer     PRIMARY KEY,
            vkey     text        NOT NULL,
            note     text        NOT NULL,
            added_at timestamptz NOT NULL DEFAULT statement_timestamp()
        )""",
}
GUARDS = """
CREATE TRIGGER no_change BEFORE UPDATE OR DELETE ON event.{table}
    FOR EACH ROW EXECUTE FUNCTION event.refuse_change();

CREATE TRIGGER no_truncate BEFORE TRUNCATE ON event.{table}
    FOR EACH STATEMENT EXECUTE FUNCTION event.refuse_change()
"""


def upgrade() -> None:
    for name, table in TABLES.items():
        op.execute(table)
        for trigger in GUARDS.format(table=name).split("\n\n"):
            op.execute(trigger)
