"""Keys and secrets on disk: readable by their owner alone, written whole or not at all."""

import os
from contextlib import suppress
from pathlib import Path
from tempfile import NamedTemporaryFile


def write_private(file: Path, content: bytes) -> None:
    """Write `file` with mode 0600 unless it is there already, also when two processes do so at once.

    On return it is on disk, with its name.
    """
    file.parent.mkdir(parents=True, exist_ok=True)
    with NamedTemporaryFile(dir=file.parent, prefix=f".{file.name}.") as beside:
        beside.write(content)
        beside.flush()
        os.fsync(beside.fileno())
        with suppress(FileExistsError):
            os.link(beside.name, file)
    sync_folder(file.parent)


def sync_folder(folder: Path) -> None:
    """Return when the names in `folder` are on disk, too: a file's own bytes are not enough."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
