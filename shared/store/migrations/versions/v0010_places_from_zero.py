"""No place lies before the log's first: nobody would ever read it."""

from alembic import op

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    # What stands already is an audit's to name: a log that was tampered with must still be migrated.
    op.execute("ALTER TABLE event.log ADD CONSTRAINT log_index_from_zero CHECK (log_index >= 0) NOT VALID")
