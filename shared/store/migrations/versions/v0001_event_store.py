"""The event store: events that nobody can change, the log over them, and the engine's own bookkeeping."""

from alembic import op

revision = "0001"
down_revision = None

EVENTS = """
CREATE SEQUENCE event.insert_order AS bigint CACHE 1;

CREATE TABLE event.events (
    event_id       uuid        NOT NULL,
    agency         text        NOT NULL,
    service        text        NOT NULL,
    stream_kind    text        NOT NULL,
    stream_id      uuid        NOT NULL,
    plan_year      smallint    NOT NULL,
    stream_version integer     NOT NULL CHECK (stream_version > 0),
    type           text        NOT NULL,
    schema_version smallint    NOT NULL,
    subject_id     uuid,
    actor_id       uuid        NOT NULL,
    acting_role    text        NOT NULL,
    on_behalf_of   uuid,
    reason_code    text,
    reason_text    text,
    effective_on   date,
    recorded_at    timestamptz NOT NULL DEFAULT statement_timestamp(),
    command_id     uuid        NOT NULL,
    correlation_id uuid        NOT NULL,
    causation_id   uuid,
    traceparent    text,
    data           text        NOT NULL,
    insert_order   bigint      NOT NULL DEFAULT nextval('event.insert_order'),
    xid            xid8        NOT NULL DEFAULT pg_current_xact_id(),
    PRIMARY KEY (plan_year, stream_id, stream_version)
) PARTITION BY LIST (plan_year);

CREATE INDEX events_xid ON event.events (xid, insert_order);

ALTER SEQUENCE event.insert_order OWNED BY event.events.insert_order;

CREATE TABLE event.events_0 PARTITION OF event.events FOR VALUES IN (0);

CREATE TABLE event.log (
    log_index      bigint   PRIMARY KEY,
    plan_year      smallint NOT NULL,
    stream_id      uuid     NOT NULL,
    stream_version integer  NOT NULL,
    event_id       uuid     NOT NULL,
    leaf_hash      bytea    NOT NULL,
    epoch          bigint   NOT NULL,
    UNIQUE (plan_year, stream_id, stream_version)
);
"""

GUARDS = """
CREATE FUNCTION event.refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% on %.% is refused: what happened stays', TG_OP, TG_TABLE_SCHEMA, TG_TABLE_NAME
        USING ERRCODE = 'insufficient_privilege';
END $$;

CREATE TRIGGER no_change BEFORE UPDATE OR DELETE ON event.events
    FOR EACH ROW EXECUTE FUNCTION event.refuse_change();

CREATE TRIGGER no_truncate BEFORE TRUNCATE ON event.events
    FOR EACH STATEMENT EXECUTE FUNCTION event.refuse_change();

CREATE TRIGGER no_truncate BEFORE TRUNCATE ON event.events_0
    FOR EACH STATEMENT EXECUTE FUNCTION event.refuse_change();

CREATE TRIGGER no_change BEFORE UPDATE OR DELETE ON event.log
    FOR EACH ROW EXECUTE FUNCTION event.refuse_change();

CREATE TRIGGER no_truncate BEFORE TRUNCATE ON event.log
    FOR EACH STATEMENT EXECUTE FUNCTION event.refuse_change();
"""

WORK = """
CREATE TABLE work.commands (
    command_id   uuid        PRIMARY KEY,
    caller       text        NOT NULL,
    request_hash bytea       NOT NULL,
    outcome      text        NOT NULL,
    recorded_at  timestamptz NOT NULL DEFAULT statement_timestamp()
);

CREATE INDEX commands_recorded_at ON work.commands (recorded_at);

CREATE TABLE work.high_water (
    consumer  text    NOT NULL,
    topic     text    NOT NULL,
    partition integer NOT NULL,
    log_index bigint  NOT NULL,
    PRIMARY KEY (consumer, topic, partition)
);

CREATE TABLE work.cursor (
    only_row     boolean PRIMARY KEY DEFAULT true CHECK (only_row),
    epoch        bigint  NOT NULL,
    done         text    NOT NULL,
    current      text,
    insert_order bigint  NOT NULL,
    next_index   bigint  NOT NULL
);

INSERT INTO work.cursor (epoch, done, insert_order, next_index) VALUES (0, '1:1:', 0, 0);

CREATE TABLE work.bookmarks (
    reader    text   PRIMARY KEY,
    log_index bigint NOT NULL
);

CREATE TABLE work.parked (
    consumer   text        NOT NULL,
    topic      text        NOT NULL,
    partition  integer     NOT NULL,
    kafka_offset bigint    NOT NULL,
    key        bytea,
    headers    bytea       NOT NULL,
    value      bytea,
    cause      text        NOT NULL,
    parked_at  timestamptz NOT NULL DEFAULT statement_timestamp(),
    PRIMARY KEY (consumer, topic, partition, kafka_offset)
);

CREATE INDEX parked_key ON work.parked (consumer, topic, partition, key, kafka_offset);

CREATE TABLE work.keys (
    subject_id uuid        PRIMARY KEY,
    wrapped    bytea       NOT NULL,
    made_at    timestamptz NOT NULL DEFAULT statement_timestamp()
);
"""


def upgrade() -> None:
    for script in (EVENTS, GUARDS, WORK):
        for statement in script.strip().split("\n\n"):  # the driver takes one statement at a time
            op.execute(statement)
