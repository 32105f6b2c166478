"""One text for one meaning: the form in which data is stored and envelopes are hashed.

Equal to RFC 8785 on what is allowed here: sorted ASCII keys, strings, integers within 2^53,
booleans, null. Decimals and dates are strings; floats do not occur.
"""

from collections.abc import Iterable
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

import orjson

from shared.store.encrypted import CLEAR

LARGEST = 2**53 - 1
# Where one of these is in a text, only a look at each value tells whether it may be there.
NUL, MARK = b"\\u0000", b'"$'


class NotCanonical(ValueError):
    """A value that has no place in a stored event: a float, a huge integer, a clear secret, NUL."""


def canonical(value: Any) -> bytes:
    """The one UTF-8 text of `value`. Raises NotCanonical."""
    _check(value)
    try:
        return orjson.dumps(value, option=orjson.OPT_SORT_KEYS)
    except orjson.JSONEncodeError as error:
        raise NotCanonical(str(error)) from error


def canonical_at_once(value: Any, *, marks: int = 0) -> bytes | None:
    """The canonical text of JSON values among which no float can be, without a look at each.

    `marks` is how many keys or texts in it may begin with `$`. None where it takes that look: ask
    `canonical`, which may refuse.
    """
    try:
        text = orjson.dumps(value, option=orjson.OPT_SORT_KEYS | orjson.OPT_STRICT_INTEGER)
    except orjson.JSONEncodeError:
        return None
    return text if text.isascii() and NUL not in text and text.count(MARK) == marks else None


def _check(value: Any) -> None:
    """By exact type, most frequent first: this runs for every value of every event."""
    kind = type(value)
    if kind is str:
        allowed = "\x00" not in value
    elif kind is dict:
        allowed = all(map(_is_key, value))
        _check_all(value.values())
    elif kind is list or kind is tuple:
        allowed = True
        _check_all(value)
    else:
        allowed = value is None or kind is bool or (kind is int and abs(value) <= LARGEST)
    if not allowed:
        raise NotCanonical(kind.__name__)


def _check_all(values: Iterable[Any]) -> None:
    for value in values:
        if type(value) is not str or "\x00" in value:
            _check(value)


def _is_key(key: object) -> bool:
    return isinstance(key, str) and key.isascii() and key != CLEAR


def instant(at: datetime) -> str:
    """UTC with six digits and `Z`, such as `2026-11-23T07:05:00.000000Z`."""
    utc = at if at.tzinfo is UTC else at.astimezone(UTC)
    return f"{utc.isoformat(timespec='microseconds')[:26]}Z"  # without its offset


def envelope(row: Any) -> bytes:
    """The canonical envelope of a row of `event.events`: what the log hashes (architecture, rule 3).

    `row` is anything that maps the column names; `data` goes in as it is stored.
    """
    at = row["recorded_at"]
    return orjson.dumps(
        {  # in the order of the keys, so that nothing has to be sorted
            "acting_role": row["acting_role"],
            "actor_id": str(row["actor_id"]),
            "agency": row["agency"],
            "causation_id": _text(row["causation_id"]),
            "command_id": str(row["command_id"]),
            "correlation_id": str(row["correlation_id"]),
            "data": orjson.Fragment(row["data"]),
            "effective_on": _text(row["effective_on"]),
            "event_id": str(row["event_id"]),
            "on_behalf_of": _text(row["on_behalf_of"]),
            "plan_year": row["plan_year"],
            "reason_code": row["reason_code"],
            "reason_text": row["reason_text"],
            # orjson leaves six zeros out, and writes nothing else than `instant`, in a sixth of its time.
            "recorded_at": at if at.microsecond and at.tzinfo is UTC else instant(at),
            "schema_version": row["schema_version"],
            "service": row["service"],
            "stream_id": str(row["stream_id"]),
            "stream_kind": row["stream_kind"],
            "stream_version": row["stream_version"],
            "subject_id": _text(row["subject_id"]),
            "traceparent": row["traceparent"],
            "type": row["type"],
        },
        option=orjson.OPT_UTC_Z,
    )


def _text(value: UUID | date | None) -> str | None:
    return None if value is None else str(value)
