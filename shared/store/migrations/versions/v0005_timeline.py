"""The cursor knows its timeline too: after a restore to a point in time the cluster is the same."""

from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    op.execute("ALTER TABLE work.cursor ADD COLUMN timeline integer")
