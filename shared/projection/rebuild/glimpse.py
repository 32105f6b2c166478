"""The part of an event that most folds look at: half the columns, and much of a rebuild is reading them."""

from typing import Any, NoReturn, cast

from shared.store.codec import Codec
from shared.store.stream import Stream
from shared.store.unit import Recorded

LOOKED_AT = (
    "event_id",
    "stream_kind",
    "stream_id",
    "plan_year",
    "stream_version",
    "type",
    "schema_version",
    "subject_id",
    "recorded_at",
    "data",
)


class LooksFurther(Exception):
    """A fold looked at something that a glimpse does not show: it needs the events whole."""


class Glimpse:
    """Looks like `Recorded` to whoever looks at no more than this."""

    __slots__ = (
        "event",
        "event_id",
        "log_index",
        "recorded_at",
        "schema_version",
        "stream",
        "stream_version",
        "subject_id",
        "type",
    )

    def __init__(self, row: Any, stream: Stream, event: Any) -> None:
        (
            self.log_index,
            self.event_id,
            _,
            _,
            _,
            self.stream_version,
            self.type,
            self.schema_version,
            self.subject_id,
            self.recorded_at,
            _,
        ) = row
        self.stream = stream
        self.event = event

    def __getattr__(self, name: str) -> NoReturn:
        raise LooksFurther(name)


class Glimpses:
    """Makes them of rows that come stream by stream."""

    def __init__(self, codec: Codec) -> None:
        self._codec = codec
        self._stream = Stream.of("nothing")

    def of(self, row: Any) -> Recorded:
        """The glimpse of a row of log index and `LOOKED_AT`. Raises UnreadableEvent."""
        if row["stream_id"] != self._stream.stream_id:
            self._stream = Stream(row["stream_kind"], row["stream_id"], row["plan_year"])
        return cast(Recorded, Glimpse(row, self._stream, self._codec.event(row, row["log_index"])))
