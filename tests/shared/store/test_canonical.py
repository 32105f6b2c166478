"""The canonical text is RFC 8785 on what it allows, and allows nothing that could differ."""

import json
from datetime import UTC, date, datetime
from hashlib import sha256
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from shared.sealed_log.leaf import leaf_hash
from shared.store.canonical import LARGEST, NotCanonical, canonical, envelope, instant

VECTOR = Path(__file__).parent / "envelope.vector.json"

texts = st.text(st.characters(exclude_characters="\x00", exclude_categories=["Cs"]))
keys = st.text(st.characters(min_codepoint=32, max_codepoint=126), min_size=1).filter(
    lambda key: key != "$clear"
)
values = st.recursive(
    st.none() | st.booleans() | st.integers(-LARGEST, LARGEST) | texts,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(keys, inner, max_size=4),
    max_leaves=20,
)


@given(values)
def test_equal_to_rfc_8785(value: Any) -> None:
    assert canonical(value) == rfc8785.dumps(value)


@pytest.mark.parametrize(
    "value", [1.0, LARGEST + 1, "a\x00b", "\ud800", {"ké": 1}, {1: 2}, {"$clear": "secret"}, b"bytes"]
)
def test_what_could_be_written_in_two_ways_is_refused(value: Any) -> None:
    with pytest.raises(NotCanonical):
        canonical({"field": value})


def test_an_instant_has_six_digits_and_is_utc() -> None:
    assert instant(datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)) == "2026-01-02T03:04:05.000000Z"


def test_the_envelope_of_the_vector_is_what_it_always_was() -> None:
    row = {
        "event_id": UUID("01890000-0000-7000-8000-000000000001"),
        "agency": "CONTOH",
        "service": "planning",
        "stream_kind": "plan",
        "stream_id": UUID("5b0c1f6e-8f3f-5d57-9a43-6a656a616b31"),
        "plan_year": 2026,
        "stream_version": 3,
        "type": "PlanSubmitted",
        "schema_version": 1,
        "subject_id": UUID(int=7),
        "actor_id": UUID(int=7),
        "acting_role": "employee",
        "on_behalf_of": None,
        "reason_code": None,
        "reason_text": None,
        "effective_on": date(2026, 1, 15),
        "recorded_at": datetime(2026, 1, 15, 7, 0, 0, 120000, tzinfo=UTC),
        "command_id": UUID(int=8),
        "correlation_id": UUID(int=9),
        "causation_id": None,
        "traceparent": None,
        "data": '{"late":false,"unit_id":"00000000-0000-0000-0000-00000000000a"}',
    }
    written = envelope(row)
    vector = json.loads(VECTOR.read_text(encoding="utf-8"))
    assert written.decode() == vector["envelope"]
    assert leaf_hash(written).hex() == vector["leaf_hash"] == sha256(b"\x00" + written).hexdigest()
    assert written == rfc8785.dumps(json.loads(written))
