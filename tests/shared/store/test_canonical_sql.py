"""What PostgreSQL writes as the envelope of a row is, byte for byte, what Python writes."""

import asyncio
import json
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

import asyncpg
import rfc8785
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from shared.store.canonical import canonical, envelope
from shared.store.canonical_sql import CAN_BE_NULL, SETTINGS, envelope_sql
from shared.store.statements import COLUMNS
from tests.shared.store.test_canonical import texts, values

Row = dict[str, Any]
UNHELPFUL = {"search_path": "public", "datestyle": "SQL, DMY", "timezone": "Asia/Jayapura"}
ASKED = ", ".join(f"${at}::{kind} AS {name}" for at, (name, kind) in enumerate(COLUMNS, start=1))
WRITTEN = f"SELECT {envelope_sql('e')} FROM (SELECT {ASKED}) e"
KINDS: dict[str, st.SearchStrategy[Any]] = {
    "uuid": st.uuids() | st.sampled_from([UUID(int=0), UUID(int=2**128 - 1)]),
    "text": texts,
    "smallint": st.integers(-(2**15), 2**15 - 1),
    "integer": st.integers(-(2**31), 2**31 - 1),
    # The driver writes the first and the last of them as infinity.
    "date": st.dates(date(1, 1, 2), date(9999, 12, 30)),
    "timestamptz": st.builds(
        datetime,
        st.integers(1, 9999),
        st.integers(1, 12),
        st.integers(2, 28),
        st.integers(0, 23),
        st.integers(0, 59),
        st.integers(0, 59),
        st.just(0) | st.integers(0, 999_999),
        tzinfo=st.just(UTC),
    ),
}
rows = st.fixed_dictionaries(
    {
        name: values.map(lambda value: canonical(value).decode())
        if name == "data"
        else (st.none() | KINDS[kind] if name in CAN_BE_NULL else KINDS[kind])
        for name, kind in COLUMNS
    }
)
EVERY_CHARACTER = "".join(map(chr, [*range(1, 0xD800), *range(0xE000, 0x10000), 0x1F600, 0x10FFFF]))
PLAIN: Row = {
    name: {
        "uuid": UUID(int=1),
        "smallint": 1,
        "integer": 1,
        "timestamptz": datetime(2026, 1, 1, tzinfo=UTC),
    }.get(kind, None if name in CAN_BE_NULL else "{}")
    for name, kind in COLUMNS
}


class Written:
    """A connection, as an audit has it, on a loop of its own, so that properties can ask it."""

    def __init__(self, url: str, session: dict[str, str]) -> None:
        self._runner = asyncio.Runner()
        self._connection = self._runner.run(asyncpg.connect(url, server_settings=session))

    def __call__(self, row: Row) -> bytes:
        said: str = self._runner.run(self._connection.fetchval(WRITTEN, *(row[name] for name, _ in COLUMNS)))
        return said.encode()

    def close(self) -> None:
        self._runner.run(self._connection.close())
        self._runner.close()


def held_to(url: str, session: dict[str, str]) -> None:
    written = Written(url, session)

    @settings(deadline=None, max_examples=300, suppress_health_check=list(HealthCheck))
    @given(rows)
    def test(row: Row) -> None:
        assert written(row) == envelope(row) == rfc8785.dumps(json.loads(envelope(row)))

    try:
        test()
        for name, kind in COLUMNS:
            if kind == "text" and name != "data":
                row = PLAIN | {name: EVERY_CHARACTER}
                assert written(row) == envelope(row)
    finally:
        written.close()


async def test_both_write_the_same_of_every_row(postgres_admin_url: str) -> None:
    await asyncio.to_thread(held_to, postgres_admin_url, SETTINGS)


async def test_what_a_server_sets_for_itself_changes_nothing(postgres_admin_url: str) -> None:
    await asyncio.to_thread(held_to, postgres_admin_url, UNHELPFUL | SETTINGS)


def test_no_column_is_left_out() -> None:
    assert sorted(json.loads(envelope(PLAIN))) == sorted(name for name, _ in COLUMNS)
