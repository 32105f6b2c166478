"""What was signed last, in a file: whoever owns the database could empty it and have all signed anew."""

import asyncio
import os
from pathlib import Path

from shared.embedded.processes import write_whole
from shared.sealed_log.checkpoint import Checkpoint, CheckpointForeign, Keys
from shared.sealed_log.note import NoteWrong, SignatureWrong


class LastSignedWrong(Exception):
    """The file of what was signed last can't be read or written, or holds no checkpoint of this log."""


class LastSigned:
    """The last checkpoint that one process, or one after the other, signed. An older one holds as well."""

    def __init__(self, file: Path) -> None:
        self.file = file

    def open(self, keys: Keys) -> Checkpoint | None:
        """What it says, None before the first. Raises LastSignedWrong."""
        if not os.access(self.file.parent, os.W_OK):
            raise LastSignedWrong(f"nothing can be written into {self.file.parent}")
        try:
            return keys.open(self.file.read_text(encoding="utf-8"))
        except FileNotFoundError:
            return None
        except (OSError, UnicodeError, NoteWrong, SignatureWrong, CheckpointForeign) as error:
            raise LastSignedWrong(f"{self.file}: {error}") from error

    async def keep(self, note: str) -> None:
        """Remember a checkpoint that is stored by now; the disk is waited for in a thread of its own."""
        try:
            await asyncio.to_thread(write_whole, self.file, note)
        except OSError as error:
            raise LastSignedWrong(f"{self.file}: {error.strerror}") from error
