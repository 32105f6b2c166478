"""Hands the signing of a log over to a new key, by a note that both keys sign."""

import os
from pathlib import Path

import asyncpg

from shared.private_file import write_private
from shared.sealed_log.checkpoint import Keys, next_key
from shared.sealed_log.note import KEY_BYTES, Signer, VerifierKey
from shared.sealed_log.sealer import SigningKeyWrong, signing_key
from shared.sealed_log.stored import keys_of, newest_checkpoint

HAND_OVER = "INSERT INTO event.signing_keys (number, vkey, note) VALUES ($1, $2, $3)"


async def rotate(connection: asyncpg.Connection, file: Path, log: str) -> VerifierKey:
    """Make a key, let the one in `file` vouch for it, and put it in its place; the new verifier key.

    The new key lies beside the old one before anything is said, so that who was interrupted asks again
    and loses neither. A running service notices at its next checkpoint. The old secret is gone afterwards.
    Raises SigningKeyMissing, SigningKeyWrong.
    """
    beside = file.with_name(f"{file.name}.next")
    write_private(beside, os.urandom(KEY_BYTES))
    old, new = signing_key(file, log), signing_key(beside, log)
    keys = await keys_of(connection, log)
    if not keys.changes or keys.newest not in (old.verifier, new.verifier):
        raise SigningKeyWrong(f"the key in {file} does not sign {log}")
    if keys.newest == old.verifier:
        await _said(connection, old, new, number=len(keys.changes), size=await _size(connection, keys))
    beside.replace(file)
    return new.verifier


async def _size(connection: asyncpg.Connection, keys: Keys) -> int:
    last = await newest_checkpoint(connection, keys)
    return 0 if last is None else last[1].size


async def _said(connection: asyncpg.Connection, old: Signer, new: Signer, *, number: int, size: int) -> None:
    await connection.execute(HAND_OVER, number, str(new.verifier), next_key(old, new, size))
