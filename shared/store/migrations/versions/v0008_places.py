"""Where a stream is, by its id alone: one small index of first events, which holds all that is asked."""

from alembic import op

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    op.execute(
        "CREATE INDEX events_places ON event.events (stream_id) INCLUDE (stream_kind, plan_year, subject_id)"
        " WHERE stream_version = 1"
    )
