"""A data key names the master key that wraps it; an erased one leaves a row that no key can follow."""

from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    op.execute(
        "ALTER TABLE work.keys ALTER wrapped DROP NOT NULL, ADD COLUMN key_id text,"
        " ADD COLUMN erased_at timestamptz, ADD CHECK ((wrapped IS NULL) = (erased_at IS NOT NULL))"
    )
