"""What every bench tells: how its times spread, the table of it, and the machine it ran on."""

import json
import os
import platform
import sys
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import psutil
from rich.console import Console
from rich.table import Table

from services.cli.language import words

WIDE = 160  # columns, where no terminal says how many there are
PACKAGES = ("asyncpg", "aiokafka", "fastapi", "uvicorn")


@dataclass(frozen=True, slots=True)
class Spread:
    """Milliseconds."""

    p50: float
    p90: float
    p99: float
    max: float

    @classmethod
    def of(cls, seconds: list[float]) -> "Spread":
        """By rank; `seconds` holds at least one."""
        ordered = sorted(seconds)

        def at(share: float) -> float:
            return round(ordered[min(int(share * len(ordered)), len(ordered) - 1)] * 1000, 1)

        return cls(at(0.5), at(0.9), at(0.99), at(1))


def show(table: Table, *lines: str, found: Mapping[str, Any], to: Path | None) -> None:
    """Print the table, what belongs to it and the machine; write `found` and the machine to a file."""
    on = machine()
    console = Console(highlight=False, width=None if sys.stdout.isatty() else WIDE)
    console.print(table)
    for line in (*lines, words("bench-machine", **on)):
        console.print(line, markup=False)
    if to:
        to.write_text(json.dumps({"machine": on, **found}, indent=1) + "\n", encoding="utf-8")


def machine() -> dict[str, Any]:
    """What it was measured on."""
    return {
        "cpu": cpu(),
        "cores": os.cpu_count(),
        "memory_gb": round(psutil.virtual_memory().total / 1e9, 1),
        "load": round(os.getloadavg()[0], 1),
        "system": platform.platform(),
        "python": platform.python_version(),
        "packages": ", ".join(f"{name} {version(name)}" for name in PACKAGES),
    }


def memory_of(url: str) -> float:
    """Megabytes that the process which answers at `url` on this machine holds now."""
    port = urlsplit(url).port
    for process in psutil.process_iter():
        with suppress(psutil.Error):  # it ended meanwhile, or is somebody else's
            listening = (one for one in process.net_connections("tcp") if one.status == psutil.CONN_LISTEN)
            if any(one.laddr.port == port for one in listening):
                return round(process.memory_info().rss / 1e6, 1)
    raise LookupError(url)


def cpu() -> str:
    """The processor's name."""
    file = Path("/proc/cpuinfo")
    lines = file.read_text(encoding="utf-8").splitlines() if file.exists() else []
    named = (line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    return next(named, platform.processor() or platform.machine())
