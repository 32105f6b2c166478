"""What a service's data keys are wrapped with: master keys in files beside one another, the newest in use.

`unwrap` is the only way from what is stored to a data key: a key service takes the place of this class.
"""

import os
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

NONCE = 12
KEY_BYTES = 32
ID_DIGITS = 16


class MasterKeyMissing(Exception):
    """No file holds the master key that is asked for; the text says which, and where it was sought."""


class MasterKeyWrong(Exception):
    """A master key opens nothing: it is no key, or not the one its rows were wrapped with."""


@dataclass(frozen=True, slots=True)
class Wrapped:
    """A data key as it is stored. `key_id` names its master key; None was stored before they had names."""

    subject_id: UUID
    key_id: str | None
    sealed: bytes


def next_to(file: Path) -> Path:
    """Where the successor of the master key in `file` lies while rows are still being wrapped anew."""
    return file.with_name(f"{file.name}.next")


def old_beside(file: Path) -> list[Path]:
    """The predecessors that are kept for rows and backups wrapped by them."""
    return sorted(file.parent.glob(f"{file.name}.old-*"))


def key_id_of(key: bytes) -> str:
    """A name for a master key that tells nothing of it."""
    return sha256(b"jejak master key\0" + key).hexdigest()[:ID_DIGITS]


class MasterKeys:
    """The master keys of one service.

    Files are read when they are needed and not held, but for the keys themselves: a rotation in another
    process puts a new one beside them, and from then on whatever is wrapped is wrapped by that.
    """

    def __init__(self, service: str, file: Path) -> None:
        self._service = service
        self._file = file
        self._ciphers: dict[str, AESGCM] = {}

    @property
    def current_id(self) -> str:
        """The key that wraps from now on. Raises MasterKeyMissing, MasterKeyWrong."""
        return self._read_there(next_to(self._file)) or self._read(self._file)

    async def wrap(self, keys: Sequence[tuple[UUID, bytes]]) -> list[Wrapped]:
        """Each subject's data key under the newest master key. Raises MasterKeyMissing, MasterKeyWrong."""
        key_id = self.current_id
        return [Wrapped(subject, key_id, self._sealed(key_id, subject, key)) for subject, key in keys]

    async def unwrap(self, stored: Sequence[Wrapped]) -> list[bytes]:
        """The data keys of `stored`, in its order. Raises MasterKeyMissing, MasterKeyWrong."""
        return [self._opened(one) for one in stored]

    def _sealed(self, key_id: str, subject: UUID, key: bytes) -> bytes:
        nonce = os.urandom(NONCE)
        return nonce + self._ciphers[key_id].encrypt(nonce, key, self._owner(subject))

    def _opened(self, one: Wrapped) -> bytes:
        for cipher in self._candidates(one.key_id):
            try:
                return cipher.decrypt(one.sealed[:NONCE], one.sealed[NONCE:], self._owner(one.subject_id))
            except (InvalidTag, ValueError):
                continue
        msg = (
            f"{self._service}: the master key in {self._file} does not open the data key of {one.subject_id}:"
            " it is the key of another service or installation, or the row was changed"
        )
        raise MasterKeyWrong(msg)

    def _candidates(self, key_id: str | None) -> list[AESGCM]:
        if key_id is None or key_id not in self._ciphers:
            for file in (self._file, next_to(self._file), *old_beside(self._file)):
                self._read_there(file)
        if key_id is None:
            return list(self._ciphers.values())
        if key_id in self._ciphers:
            return [self._ciphers[key_id]]
        there = ", ".join(sorted(self._ciphers)) or "none"
        msg = (
            f"{self._service}: its data keys are wrapped by master key {key_id}, which is neither in"
            f" {self._file} nor beside it (there: {there})"
        )
        raise MasterKeyMissing(msg)

    def _read_there(self, file: Path) -> str | None:
        """As `_read`; None where there is no such file, or not any more: a rotation moves them."""
        try:
            return self._read(file)
        except MasterKeyMissing:
            if file.exists():
                raise
            return None

    def _read(self, file: Path) -> str:
        try:
            key = file.read_bytes()
        except OSError as error:
            msg = f"{self._service}: the master key file {file} can't be read: {error.strerror}"
            raise MasterKeyMissing(msg) from None
        if len(key) != KEY_BYTES:
            msg = f"{self._service}: {file} is no master key: {len(key)} bytes instead of {KEY_BYTES}"
            raise MasterKeyWrong(msg)
        key_id = key_id_of(key)
        self._ciphers.setdefault(key_id, AESGCM(key))
        return key_id

    def _owner(self, subject: UUID) -> bytes:
        return f"{self._service}/{subject}".encode()
