"""`eventsourcing`'s own runner: a read table made anew from its log, as its documents say.

The work of `jejak bench rebuild`: three shapes of an event in turn, ten to a record, one row a record.
"""

import json
import time
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

from eventsourcing.application import Application
from eventsourcing.domain import Aggregate
from eventsourcing.persistence import StoredEvent, Tracking
from eventsourcing.postgres import PostgresTrackingRecorder
from eventsourcing.projection import Projection, ProjectionRunner
from psycopg.sql import SQL, Identifier

PER_STREAM, AT_ONCE = 10, 1000
NOTE, TITLE = "sesuai jadwal yang disepakati", "Laporan pengolahan data kepegawaian triwulan"
TABLE = """
CREATE TABLE IF NOT EXISTS {}.sums (
    stream_id uuid PRIMARY KEY, events integer, quantity bigint, last_sequence bigint)
"""
ADD = """
INSERT INTO sums VALUES (%s, 1, %s, %s) ON CONFLICT (stream_id) DO UPDATE SET events = sums.events + 1,
quantity = sums.quantity + excluded.quantity, last_sequence = excluded.last_sequence
"""


class Result(Aggregate):  # type: ignore[misc]
    """A measured result."""

    class Measured(Aggregate.Event):  # type: ignore[misc]
        """Its third shape."""

        sequence: int
        quantity: int
        unit: str
        title: str
        note: str
        class_version = 3

        @staticmethod
        def upcast_v1_v2(state: dict[str, Any]) -> None:
            """Version 1 called it `amount`."""
            state["quantity"] = state.pop("amount")

        @staticmethod
        def upcast_v2_v3(state: dict[str, Any]) -> None:
            """Version 2 knew documents only."""
            state["unit"] = "berkas"


class Results(Application[UUID]):  # type: ignore[misc]
    """Where the results are kept."""


class Sums(PostgresTrackingRecorder):  # type: ignore[misc]
    """One row a record."""

    def __init__(self, datastore: Any, **kwargs: Any) -> None:
        super().__init__(datastore, **kwargs)
        self.sql_create_statements.append(SQL(TABLE).format(Identifier(datastore.schema)))

    def add(self, occurred: Result.Measured, tracking: Tracking) -> None:
        """One more, and how far we are, in one transaction."""
        with self.datastore.transaction(commit=True) as cursor:
            self._insert_tracking(cursor, tracking)
            values = (occurred.originator_id, occurred.quantity, occurred.sequence)
            cursor.execute(ADD, values, prepare=True)


class Summing(Projection[Sums]):  # type: ignore[misc]
    """Results to sums."""

    topics = ("rebuilt:Result.Measured",)

    def process_event(self, domain_event: Any, tracking: Tracking) -> None:
        """Count it."""
        self.view.add(domain_event, tracking)


def fill(application: Application[UUID], events: int) -> int:
    """Store `events` of them, all records in turn; the id of the last."""
    streams = [uuid4() for _ in range(events // PER_STREAM)]
    at = {"_type_": "datetime_iso", "_data_": datetime.now(UTC).isoformat()}
    last = 0
    for start in range(0, events, AT_ONCE):
        stored = application.recorder.insert_events(
            [
                StoredEvent(
                    originator_id=streams[number % len(streams)],
                    originator_version=number // len(streams) + 1,
                    topic=Summing.topics[0],
                    state=json.dumps({**shape(number, number // len(streams)), "timestamp": at}).encode(),
                )
                for number in range(start, min(start + AT_ONCE, events))
            ]
        )
        last = (stored or [last])[-1]
    return last


def shape(number: int, turn: int) -> dict[str, Any]:
    """The event as that day's code wrote it: three versions in turn along every stream."""
    common = {"sequence": number, "title": TITLE, "note": NOTE}
    quantity = number % 7 + 1
    match turn % 3:
        case 0:
            return {**common, "amount": quantity}
        case 1:
            return {**common, "quantity": quantity, "class_version": 2}
        case _:
            return {**common, "quantity": quantity, "unit": "berkas", "class_version": 3}


def rebuilt(env: dict[str, str], events: int) -> dict[str, Any]:
    """Events a second through its runner into an empty table; the table is counted."""
    application = Results(env)
    last = fill(application, events)
    application.close()
    began = time.perf_counter()
    with ProjectionRunner(
        application_class=Results, projection_class=Summing, view_class=Sums, env=env
    ) as runner:
        runner.wait(last, timeout=600)
        lasted = time.perf_counter() - began
        with runner.view.datastore.transaction() as cursor:
            cursor.execute("SELECT sum(events) AS events, count(*) AS records FROM sums")
            found = cursor.fetchone()
    return {
        "rate": round(events / lasted, 1),
        "events": int(found["events"]),
        "records": int(found["records"]),
    }
