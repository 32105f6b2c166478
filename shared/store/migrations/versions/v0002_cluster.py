"""The cursor knows the cluster whose transaction ids it speaks of."""

from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    op.execute("ALTER TABLE work.cursor ADD COLUMN cluster bigint")
