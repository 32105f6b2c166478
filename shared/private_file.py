"""Keys and secrets on disk: readable by their owner alone, written whole or not at all."""

import os
from pathlib import Path


def write_private(file: Path, content: bytes) -> None:
    """Write `file` with mode 0600 unless it is there already, also when two processes do so at once."""
    file.parent.mkdir(parents=True, exist_ok=True)
    beside = file.with_name(f"{file.name}.{os.getpid()}")
    with os.fdopen(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as opened:
        opened.write(content)
    try:
        os.link(beside, file)
    except FileExistsError:
        pass
    finally:
        beside.unlink()
