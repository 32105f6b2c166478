"""The signing key in a file that may be replaced or missing while the service runs."""

from pathlib import Path

from shared.sealed_log.note import NoteWrong, Signer
from shared.sealed_log.sealer import SigningKeyMissing, signing_key


class KeyFile:
    """A look at the file is cheap and often; it is read when it is another one, or none could be read."""

    def __init__(self, file: Path, name: str) -> None:
        self._file = file
        self._name = name
        self._seen: tuple[int, ...] = ()
        self._signer: Signer | None = None

    def signer(self) -> Signer | None:
        """The key that is there now; None where there is none, or something else."""
        try:
            found = self._file.stat()
            seen = found.st_ino, found.st_mtime_ns, found.st_size
            if self._signer is None or seen != self._seen:
                self._signer = signing_key(self._file, self._name)
                self._seen = seen  # as it was before it was read: a change meanwhile is seen next time
        except (OSError, SigningKeyMissing, NoteWrong):
            self._signer = None
        return self._signer
