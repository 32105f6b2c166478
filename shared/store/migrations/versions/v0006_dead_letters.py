"""Parked messages are tried a bounded number of times, then are dead letters that people decide about."""

from alembic import op

revision = "0006"
down_revision = "0005"

PARKED = """
ALTER TABLE work.parked
    ADD COLUMN tries     integer NOT NULL DEFAULT 0,
    ADD COLUMN try_after timestamptz,
    ADD COLUMN dead_at   timestamptz,
    ADD COLUMN copied_at timestamptz;

UPDATE work.parked p SET try_after = statement_timestamp() WHERE NOT EXISTS (
    SELECT FROM work.parked b WHERE b.consumer = p.consumer AND b.topic = p.topic
       AND b.partition = p.partition AND b.key = p.key AND b.kafka_offset < p.kafka_offset);

DROP INDEX work.parked_key;

CREATE INDEX parked_key ON work.parked (consumer, topic, partition, key, kafka_offset) WHERE key IS NOT NULL;

CREATE INDEX parked_due ON work.parked (consumer, try_after) WHERE try_after IS NOT NULL;

CREATE INDEX parked_dead ON work.parked (consumer, dead_at) WHERE dead_at IS NOT NULL;

CREATE INDEX parked_uncopied ON work.parked (consumer, dead_at)
    WHERE dead_at IS NOT NULL AND copied_at IS NULL;
"""

ACTS = """
CREATE TABLE work.letter_acts (
    act          text        NOT NULL CHECK (act IN ('replay', 'skip')),
    consumer     text        NOT NULL,
    topic        text        NOT NULL,
    partition    integer     NOT NULL,
    kafka_offset bigint      NOT NULL,
    key          bytea,
    cause        text        NOT NULL,
    acted_by     text        NOT NULL CHECK (acted_by <> ''),
    reason       text        NOT NULL CHECK (reason <> ''),
    acted_at     timestamptz NOT NULL DEFAULT statement_timestamp()
);

CREATE INDEX letter_acts_place ON work.letter_acts (consumer, topic, partition, kafka_offset);

CREATE TRIGGER no_change BEFORE UPDATE OR DELETE ON work.letter_acts
    FOR EACH ROW EXECUTE FUNCTION event.refuse_change();

CREATE TRIGGER no_truncate BEFORE TRUNCATE ON work.letter_acts
    FOR EACH STATEMENT EXECUTE FUNCTION event.refuse_change();
"""


def upgrade() -> None:
    for script in (PARKED, ACTS):
        for statement in script.strip().split("\n\n"):
            op.execute(statement)
