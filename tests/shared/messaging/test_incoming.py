"""What anybody may write into a message is read without trust, and never stops who reads it."""

from dataclasses import replace
from datetime import UTC, datetime
from uuid import uuid4

import pytest
from aiokafka import ConsumerRecord

from shared.messaging.incoming import NotUnderstood, Raw, understood
from tests.shared.messaging.messages import CountedV1, message


def saying(**headers: str) -> Raw:
    """A message that says something else in some of its headers."""
    raw = message(uuid4(), 1, 0)
    kept = tuple(one for one in raw.headers if one[0] not in headers)
    return replace(raw, headers=(*kept, *((name, value.encode()) for name, value in headers.items())))


@pytest.mark.parametrize("index", ["²", "१", "9" * 19, "9" * 5000, "-1", "1.0", ""])
def test_an_index_that_no_log_can_have_is_none(index: str) -> None:
    assert saying(ce_logindex=index).log_index is None


@pytest.mark.parametrize("timestamp", [-(10**15), -(2**63), 10**15, 2**63 - 1])
def test_a_timestamp_that_no_calendar_has_is_the_epoch(timestamp: int) -> None:
    record = ConsumerRecord[bytes, bytes]("toy", 0, 7, timestamp, 0, None, b"{}", None, 0, 2, ())
    assert Raw.of(record).at == datetime(1970, 1, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    "said", ["yesterday", "2026-11-30", "2026-11-30T08:00:00", "20261-01-01T00:00:00Z", ""]
)
def test_a_time_that_is_no_instant_is_that_of_kafka(said: str) -> None:
    raw = saying(ce_time=said)
    incoming = understood(raw, (CountedV1,))
    assert incoming
    assert incoming.time == raw.at


@pytest.mark.parametrize("version", ["²", "9" * 5000])
def test_what_is_no_version_is_of_no_type_we_listen_to(version: str) -> None:
    assert understood(saying(ce_type=f"toy.Counted.v{version}"), (CountedV1,)) is None


def test_a_newer_version_is_not_understood() -> None:
    with pytest.raises(NotUnderstood, match="newer version"):
        understood(saying(ce_type="toy.Counted.v2"), (CountedV1,))
