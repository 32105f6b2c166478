"""A new master key, while the service works: every data key is wrapped anew, no text is touched."""

import os
import secrets
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

import asyncpg

from shared.private_file import sync_folder
from shared.store.keyring import ANY, Connection, wrapped
from shared.store.master_keys import (
    KEY_BYTES,
    MasterKeys,
    key_id_of,
    next_to,
    old_beside,
)

BATCH = 500
LOCK = 0x6B657973  # any constant: one rotation at a time per database
FIRST = UUID(int=0)
WAITS = 3  # seconds

PATIENCE = "SET lock_timeout = '{seconds}s'"
TAKE_LOCK = "SELECT pg_advisory_lock($1)"
TO_DO = "SELECT count(*) FROM work.keys WHERE wrapped IS NOT NULL AND key_id IS DISTINCT FROM $1"
PIECE = """
SELECT subject_id, key_id, wrapped FROM work.keys
WHERE subject_id >= $1 AND wrapped IS NOT NULL AND key_id IS DISTINCT FROM $2
ORDER BY subject_id LIMIT $3 FOR UPDATE
"""
MOVE = """
UPDATE work.keys k SET key_id = $1, wrapped = anew.wrapped
FROM unnest($2::uuid[], $3::bytea[]) AS anew(subject_id, wrapped) WHERE k.subject_id = anew.subject_id
"""
NEEDING = "SELECT count(*) FROM work.keys WHERE wrapped IS NOT NULL AND (key_id = $1 OR key_id IS NULL)"

Told = Callable[[int, int], None]


class RotationUnderWay(Exception):
    """Another process is wrapping this service's keys anew."""


@dataclass(frozen=True, slots=True)
class Rotated:
    """What a rotation did: how many rows it wrapped anew, under which key; `old` holds the one before."""

    rows: int
    key_id: str
    old: Path


async def rotate(connection: Connection, service: str, file: Path, told: Told) -> Rotated:
    """Put a new master key in the place of the one in `file`, which is kept beside it.

    The new one lies at `<file>.next` until every row is wrapped by it; running processes wrap by it as soon
    as it is there. Killed at any point, the next call goes on. `told` gets rows done and rows there were.
    Raises RotationUnderWay, MasterKeyMissing, MasterKeyWrong; nothing is lost by any of them.
    """
    await _alone(connection)
    keys = MasterKeys(service, file)
    keys.current_id  # noqa: B018 - a key file that does not fit is told before there is a second one
    await keys.unwrap([wrapped(row) for row in await connection.fetch(ANY)])
    if not next_to(file).exists():
        _make(next_to(file), like=file)
    key_id = keys.current_id
    total = await connection.fetchval(TO_DO, key_id)
    rows = walked = await _walk(connection, keys, key_id, lambda done: told(done, total))
    while walked:  # a process that wrapped by the old key meanwhile is met by the next walk
        walked = await _walk(connection, keys, key_id, lambda _: told(total, total))
        rows += walked
    old = _take_over(file)
    return Rotated(rows, key_id, old)


async def forget_old(
    connection: Connection, file: Path, elsewhere: Path | None = None
) -> tuple[list[Path], list[Path]]:
    """Delete the predecessors that no row is wrapped by; those gone, and those still needed.

    `elsewhere` may be a copy of one of them, of the key itself, or nothing.
    """
    gone, needed = [], []
    olds = [*old_beside(file)]
    if elsewhere and elsewhere.exists() and elsewhere.read_bytes() != file.read_bytes():
        olds.append(elsewhere)
    for old in olds:
        if await connection.fetchval(NEEDING, key_id_of(old.read_bytes())):
            needed.append(old)
        else:
            old.unlink()
            gone.append(old)
    return gone, needed


async def _alone(connection: Connection) -> None:
    """Hold the lock as long as the connection lives; that of one just killed is gone in a moment."""
    await connection.execute(PATIENCE.format(seconds=WAITS))
    try:
        await connection.execute(TAKE_LOCK, LOCK)
    except asyncpg.LockNotAvailableError:
        raise RotationUnderWay from None
    await connection.execute(PATIENCE.format(seconds=0))


async def _walk(connection: Connection, keys: MasterKeys, key_id: str, told: Callable[[int], None]) -> int:
    """Once over the table; how many rows it wrapped anew."""
    done, place = 0, FIRST
    while True:
        async with connection.transaction():
            found = await connection.fetch(PIECE, place, key_id, BATCH)
            if not found:
                return done
            clear = await keys.unwrap([wrapped(row) for row in found])
            subjects = [row["subject_id"] for row in found]
            anew = await keys.wrap(list(zip(subjects, clear, strict=True)))
            await connection.execute(MOVE, key_id, subjects, [one.sealed for one in anew])
        done, place = done + len(found), subjects[-1]
        told(done)


def _make(file: Path, *, like: Path) -> None:
    """A fresh key, safe on disk before anything is wrapped by it, readable by whoever reads `like`."""
    there = like.stat()
    beside = file.with_name(f"{file.name}.made")
    beside.unlink(missing_ok=True)  # of one that was killed here; rotations wait for one another
    with os.fdopen(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as opened:
        os.fchmod(opened.fileno(), there.st_mode & 0o777)
        if os.geteuid() == 0:
            os.fchown(opened.fileno(), there.st_uid, there.st_gid)
        opened.write(secrets.token_bytes(KEY_BYTES))
        opened.flush()
        os.fsync(opened.fileno())
    beside.rename(file)
    sync_folder(file.parent)


def _take_over(file: Path) -> Path:
    """Keep what is in `file` under another name, then let its successor take its place."""
    old = file.with_name(f"{file.name}.old-{key_id_of(file.read_bytes())}")
    with suppress(FileExistsError):  # killed between the two steps
        os.link(file, old)
    next_to(file).replace(file)
    sync_folder(file.parent)
    return old
