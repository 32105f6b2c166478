"""What the door keeps of whoever is signed in, and for how long."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import uuid4

import pytest

from services.door.sealed import Seal
from services.door.sessions import IDLE, LONGEST, NOTED_AFTER, Session, Sessions
from shared.clock import FixedClock

START = datetime(2026, 3, 2, 1, tzinfo=UTC)


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock(START)


def opened(folder: Path, clock: FixedClock) -> Sessions:
    return Sessions(folder / "sessions.sqlite", Seal.with_key_in(folder / "key"), clock)


def somebody() -> Session:
    return Session(
        actor_id=uuid4(),
        name="Sari",
        roles=frozenset({"employee"}),
        access_token="access",
        access_until=START,
        refresh_token=None,
        id_token="id",
    )


def rows(sessions: Sessions) -> int:
    [(count,)] = sessions._rows.execute("SELECT count(*) FROM sessions")
    return int(count)


def test_a_session_that_ended_is_gone_when_the_door_starts_again(tmp_path: Path, clock: FixedClock) -> None:
    before = opened(tmp_path, clock)
    before.open(somebody())
    before.shut()
    clock.instant += LONGEST + timedelta(seconds=1)
    assert rows(opened(tmp_path, clock)) == 0


def test_a_session_nobody_goes_on_with_is_gone_while_others_go_on(tmp_path: Path, clock: FixedClock) -> None:
    sessions = opened(tmp_path, clock)
    sessions.open(somebody())
    clock.instant += IDLE - timedelta(minutes=1)
    stays = sessions.open(somebody())
    clock.instant += timedelta(minutes=1) + NOTED_AFTER
    assert sessions.get(stays) is not None
    assert rows(sessions) == 1


def test_what_a_session_held_is_overwritten(tmp_path: Path, clock: FixedClock) -> None:
    sessions = opened(tmp_path, clock)
    sid = sessions.open(somebody())
    [(sealed,)] = sessions._rows.execute("SELECT sealed FROM sessions").fetchall()
    sessions.close(sid)
    sessions.shut()
    assert not any(sealed in file.read_bytes() for file in tmp_path.iterdir())
