"""Which database it was that was last told of every erasure."""

from alembic import op

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    op.execute(
        "CREATE TABLE work.erasures_read"
        " (only_row boolean PRIMARY KEY DEFAULT true CHECK (only_row), which text NOT NULL)"
    )
