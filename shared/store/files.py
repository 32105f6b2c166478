"""Files about a person, encrypted at rest under that person's key; erasing the key erases them all."""

import asyncio
import os
import shutil
from contextlib import suppress
from hashlib import sha256
from pathlib import Path
from uuid import UUID

from cryptography.exceptions import InvalidTag

from shared.private_file import sync_folder
from shared.store.event import TextUnreadable
from shared.store.keyring import Keyring


class FileUnreadable(Exception):
    """A file that nobody erased can't be opened; `file_id` says which."""

    def __init__(self, file_id: UUID) -> None:
        super().__init__(str(file_id))
        self.file_id = file_id


class FileMissing(FileUnreadable):
    """The file is not where it was written: the disk was restored without it, or lost it."""


class FileChanged(FileUnreadable):
    """The content is not what its recorded SHA-256 says, or nothing that the person's key opens."""


class EncryptedFiles:
    """A folder of files named by ids only; what each is called and about lies in the events."""

    def __init__(self, folder: Path, keyring: Keyring) -> None:
        self._folder = folder
        self._keyring = keyring

    async def write(self, content: bytes, *, subject_id: UUID, file_id: UUID) -> None:
        """Store `content`, durable on return. An event that never comes leaves a harmless orphan."""
        await self._keyring.make([subject_id])
        sealed = self._keyring.seal(content, subject_id=subject_id, place=str(file_id))
        await asyncio.to_thread(_write, self._path(subject_id, file_id), sealed)

    async def read(self, *, subject_id: UUID, file_id: UUID, digest: str) -> bytes | None:
        """The content, None where the person's key was erased. Raises FileMissing, FileChanged."""
        await self._keyring.load([subject_id])
        try:
            sealed = await asyncio.to_thread(self._path(subject_id, file_id).read_bytes)
        except FileNotFoundError as error:
            if await self._keyring.erased([subject_id]):
                return None
            raise FileMissing(file_id) from error
        try:
            content = self._keyring.unseal(sealed, subject_id=subject_id, place=str(file_id))
        except (InvalidTag, ValueError, TextUnreadable) as error:
            raise FileChanged(file_id) from error
        if content is not None and sha256(content).hexdigest() != digest:
            raise FileChanged(file_id)
        return content

    async def erase(self, subject_id: UUID) -> None:
        """Return when no file about the subject is left, also where there was none.

        Raises OSError: some are still there.
        """
        await asyncio.to_thread(_remove, self._of(subject_id))

    def _of(self, subject_id: UUID) -> Path:
        return self._folder / subject_id.hex[:2] / str(subject_id)

    def _path(self, subject_id: UUID, file_id: UUID) -> Path:
        return self._of(subject_id) / str(file_id)


def _write(path: Path, sealed: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_name(f"{path.name}.{os.urandom(4).hex()}.new")
    try:
        with unfinished.open("xb") as file:
            file.write(sealed)
            file.flush()
            os.fsync(file.fileno())
        unfinished.replace(path)
    finally:
        unfinished.unlink(missing_ok=True)
    for folder in (path.parent, path.parent.parent):
        sync_folder(folder)


def _remove(folder: Path) -> None:
    """Several processes do so at once: what another one removed first is gone as well."""
    while os.path.lexists(folder):
        with suppress(FileNotFoundError):
            shutil.rmtree(folder)
