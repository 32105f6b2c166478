"""The only sessions there are: on this side, sealed, under a name that the browser alone knows."""

import hashlib
import secrets
import sqlite3
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from uuid import UUID

from pydantic import TypeAdapter

from services.door.sealed import Seal
from shared.clock import Clock

LONGEST = timedelta(hours=12)
IDLE = timedelta(hours=2)
NOTED_AFTER = timedelta(minutes=1)

TABLE = """
CREATE TABLE IF NOT EXISTS sessions (
    sid_hash BLOB PRIMARY KEY, sealed BLOB NOT NULL, until REAL NOT NULL, seen REAL NOT NULL
) WITHOUT ROWID
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """Somebody who is signed in. The name and roles are for the door's own pages; services read the token."""

    actor_id: UUID
    name: str | None
    roles: frozenset[str]
    access_token: str
    access_until: datetime
    refresh_token: str | None
    id_token: str


STORED = TypeAdapter(Session)


class Sessions:
    """A small SQLite file, so that a restart signs nobody out; its rows say nothing without the key."""

    def __init__(self, file: Path, seal: Seal, clock: Clock) -> None:
        file.parent.mkdir(parents=True, exist_ok=True)
        file.touch(mode=0o600, exist_ok=True)
        self._rows = sqlite3.connect(file, isolation_level=None)
        self._rows.execute("PRAGMA journal_mode = WAL")
        self._rows.execute("PRAGMA synchronous = NORMAL")
        self._rows.execute("PRAGMA secure_delete = ON")  # a name and tokens are not to stay behind a session
        self._rows.execute(TABLE)
        self._seal = seal
        self._clock = clock
        self._forget_ended()

    def open(self, session: Session) -> str:
        """A new session; the answer is its name, which is stored nowhere."""
        sid = secrets.token_urlsafe(32)
        now = self._clock.now()
        self._forget_ended()
        until = (now + LONGEST).timestamp()
        name = hashed(sid)
        self._rows.execute(
            "INSERT INTO sessions VALUES (?, ?, ?, ?)",
            (name, self._sealed(session, name), until, now.timestamp()),
        )
        return sid

    def get(self, sid: str) -> Session | None:
        """The living session of this name, or None: at most 12 hours, and 2 hours after its last use."""
        name = hashed(sid)
        found = self._rows.execute(
            "SELECT sealed, until, seen FROM sessions WHERE sid_hash = ?", (name,)
        ).fetchone()
        if found is None:
            return None
        sealed, until, seen = found
        now = self._clock.now().timestamp()
        stored = self._seal.open(sealed, name.hex())
        if stored is None or now > min(until, seen + IDLE.total_seconds()):
            self.close(sid)
            return None
        if now - seen > NOTED_AFTER.total_seconds():
            self._rows.execute("UPDATE sessions SET seen = ? WHERE sid_hash = ?", (now, name))
            self._forget_ended()
        return STORED.validate_json(stored)

    def renew(self, sid: str, session: Session) -> None:
        """Keep new tokens; a session that was closed meanwhile stays closed."""
        name = hashed(sid)
        self._rows.execute(
            "UPDATE sessions SET sealed = ? WHERE sid_hash = ?", (self._sealed(session, name), name)
        )

    def close(self, sid: str) -> None:
        """End the session."""
        self._rows.execute("DELETE FROM sessions WHERE sid_hash = ?", (hashed(sid),))

    def shut(self) -> None:
        """Close the file."""
        self._rows.close()

    def _forget_ended(self) -> None:
        now = self._clock.now().timestamp()
        self._rows.execute(
            "DELETE FROM sessions WHERE until < ? OR seen < ?", (now, now - IDLE.total_seconds())
        )

    def _sealed(self, session: Session, name: bytes) -> bytes:
        return self._seal.close(STORED.dump_json(session), name.hex())


def hashed(sid: str) -> bytes:
    """What the file knows a session by: reading the file gives nobody a session."""
    return hashlib.sha256(sid.encode("utf-8", "replace")).digest()
