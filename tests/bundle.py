"""A file of `jejak log export` or of the page Jejak, and the checker in it, run as anybody would."""

import asyncio
import json
import sys
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any


@dataclass
class Bundle:
    """A bundle on disk, and the checker taken out of it."""

    file: Path
    checker: Path

    @classmethod
    def of(cls, content: bytes, folder: Path) -> "Bundle":
        """As whoever got it keeps it."""
        made = cls(folder / "bukti.zip", folder / "periksa.py")
        made.file.write_bytes(content)
        made.checker.write_bytes(made.content("periksa.py"))
        return made

    def content(self, name: str) -> bytes:
        """One file inside."""
        with zipfile.ZipFile(self.file) as zipped:
            return zipped.read(name)

    def events(self, service: str) -> list[dict[str, Any]]:
        """What it tells of a service."""
        return [json.loads(line) for line in self.content(f"{service}/events.jsonl").splitlines()]

    async def checked(self, *keys: str) -> tuple[int, str]:
        """By a bare interpreter: isolated from the environment, from site-packages and from this checkout."""
        process = await asyncio.create_subprocess_exec(
            sys._base_executable,  # type: ignore[attr-defined]
            "-I",
            "-S",
            str(self.checker),
            str(self.file),
            *keys,
            cwd=self.file.parent,
            stdout=asyncio.subprocess.PIPE,
        )
        said, _ = await process.communicate()
        return process.returncode or 0, said.decode()

    def rewritten(self, name: str, change: Callable[[bytes], bytes]) -> None:
        """As a forger would: one file inside is another one."""
        with zipfile.ZipFile(self.file) as old:
            files = {one: old.read(one) for one in old.namelist()}
        made = BytesIO()
        with zipfile.ZipFile(made, "w") as new:
            for one, content in files.items():
                new.writestr(one, change(content) if one == name else content)
        self.file.write_bytes(made.getvalue())
