"""One data key per person and service, wrapped by the service's master key: what makes a text erasable."""

import base64
import os
from collections import OrderedDict
from collections.abc import Iterable
from pathlib import Path
from uuid import UUID

import asyncpg
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from shared.store.encrypted import Ciphertext, Encrypted

NONCE = 12
KEY_BYTES = 32
HELD = 20_000  # unwrapped keys at a time: many times what any batch needs, some 10 MB
NOBODY = UUID(int=0)

MISSING = (
    "SELECT id FROM unnest($1::uuid[]) AS id WHERE NOT EXISTS (SELECT FROM work.keys WHERE subject_id = id)"
)
INSERT = """
INSERT INTO work.keys (subject_id, wrapped) SELECT * FROM unnest($1::uuid[], $2::bytea[])
ON CONFLICT (subject_id) DO NOTHING
"""
SELECT = "SELECT subject_id, wrapped FROM work.keys WHERE subject_id = ANY($1::uuid[])"


class MasterKeyWrong(Exception):
    """A data key does not open: the master key is not the one it was wrapped with."""


class Keyring:
    """Encrypts and opens texts of one service. Data keys are made, and committed, before first use."""

    def __init__(self, pool: asyncpg.Pool, service: str, master_key: bytes) -> None:
        self._pool = pool
        self._service = service
        self._master = AESGCM(master_key)
        self._keys: OrderedDict[UUID, AESGCM] = OrderedDict()  # those used last, the newest at the end

    @classmethod
    def from_file(cls, pool: asyncpg.Pool, service: str, path: Path) -> "Keyring":
        """The keyring of `service` with the 32-byte master key in `path`."""
        return cls(pool, service, path.read_bytes())

    async def make(self, subject_ids: Iterable[UUID]) -> None:
        """See to it that each subject has a key, durable before any text is encrypted with it."""
        wanted = self._not_held(set(subject_ids))
        if not wanted:
            return
        missing = [row["id"] for row in await self._pool.fetch(MISSING, wanted)]
        if missing:
            wrapped = [self._wrap(subject, os.urandom(KEY_BYTES)) for subject in missing]
            await self._pool.execute(INSERT, missing, wrapped)
        await self.load(wanted)

    async def load(self, subject_ids: Iterable[UUID]) -> None:
        """Fetch the keys that exist; a subject without one was erased, or never had a text."""
        subjects = set(subject_ids)
        wanted = self._not_held(subjects)
        for row in await self._pool.fetch(SELECT, wanted) if wanted else ():
            self._keys[row["subject_id"]] = AESGCM(self._unwrap(row["subject_id"], row["wrapped"]))
        while len(self._keys) > max(HELD, len(subjects)):
            self._keys.popitem(last=False)

    def _not_held(self, subjects: set[UUID]) -> list[UUID]:
        for subject in subjects & self._keys.keys():
            self._keys.move_to_end(subject)
        return [subject for subject in subjects if subject not in self._keys]

    def encrypt(self, clear: str, *, subject_id: UUID, event_id: UUID, field: str) -> str:
        """Base64 of nonce and AES-256-GCM ciphertext, bound to `event_id` and `field`. Call `make` first."""
        nonce = os.urandom(NONCE)
        sealed = self._keys[subject_id].encrypt(nonce, clear.encode(), _place(event_id, field))
        return base64.b64encode(nonce + sealed).decode()

    def open(self, text: Encrypted[str]) -> str | None:
        """The clear text, or None where the person's key was erased. Call `load` first."""
        match text.content:
            case Ciphertext() as stored:
                key = self._keys.get(stored.subject_id)
                if key is None:
                    return None
                raw = base64.b64decode(stored.cipher)
                return key.decrypt(raw[:NONCE], raw[NONCE:], _place(stored.event_id, stored.field)).decode()
            case clear:
                return clear

    def seal(self, content: bytes, *, subject_id: UUID, place: str) -> bytes:
        """A file's content as nonce and AES-256-GCM ciphertext, bound to `place`. Call `make` first."""
        nonce = os.urandom(NONCE)
        return nonce + self._keys[subject_id].encrypt(nonce, content, place.encode())

    def unseal(self, sealed: bytes, *, subject_id: UUID, place: str) -> bytes | None:
        """The content, or None where the person's key was erased. Call `load` first."""
        key = self._keys.get(subject_id)
        return None if key is None else key.decrypt(sealed[:NONCE], sealed[NONCE:], place.encode())

    def forget(self, subject_id: UUID) -> None:
        """Drop a cached key, after its row was deleted."""
        self._keys.pop(subject_id, None)

    def _wrap(self, subject: UUID, key: bytes) -> bytes:
        nonce = os.urandom(NONCE)
        return nonce + self._master.encrypt(nonce, key, self._owner(subject))

    def _unwrap(self, subject: UUID, wrapped: bytes) -> bytes:
        try:
            return self._master.decrypt(wrapped[:NONCE], wrapped[NONCE:], self._owner(subject))
        except InvalidTag as error:
            raise MasterKeyWrong(self._service) from error

    def _owner(self, subject: UUID) -> bytes:
        return f"{self._service}/{subject}".encode()


def _place(event_id: UUID, field: str) -> bytes:
    return f"{event_id}/{field}".encode()
