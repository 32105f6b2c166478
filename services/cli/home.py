"""Where a checkout keeps its data, and what it writes down about the system that runs there."""

import json
import os
from collections.abc import Mapping
from contextlib import AbstractContextManager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Self

import psutil

from services.cli.programs import SERVICES
from shared.embedded import processes

CHECKOUT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True, slots=True)
class Home:
    """The folder `.jejak`: data of the servers, secrets, logs, and notes on what runs."""

    folder: Path

    @classmethod
    def here(cls, env: Mapping[str, str] = os.environ) -> Self:
        """The one of JEJAK_HOME, else under the checkout, else under the current folder."""
        if given := env.get("JEJAK_HOME"):
            return cls(Path(given).resolve())
        root = CHECKOUT if (CHECKOUT / "pyproject.toml").exists() else Path.cwd()
        return cls(root / ".jejak")

    @property
    def secrets(self) -> Path:
        return self.folder / "secrets"

    @property
    def run(self) -> Path:
        return self.folder / "run"

    @property
    def people_file(self) -> Path:
        """The sample people one may sign in as; the issuer reads it again when it changes."""
        return self.folder / "sample" / "people.json"

    @property
    def clients_file(self) -> Path:
        """The sample's programs with their secrets, made by the issuer."""
        return self.secrets / "clients.json"

    @property
    def further(self) -> tuple[str, ...]:
        """The names of processes that a bench started beside the system's own (`planning-2`)."""
        return tuple(sorted(mark.stem for mark in self.run.glob("*-*.json")))

    def log(self, name: str) -> Path:
        return self.folder / "log" / f"{name}.log"

    def mark(self, name: str) -> Path:
        """Where the process of `name` is remembered; the servers remember theirs beside their data."""
        return (
            self.folder / name / "process.json"
            if name in ("postgres", "kafka")
            else self.run / f"{name}.json"
        )

    @property
    def lock(self) -> Path:
        return self.run / "lock"

    def held(self) -> AbstractContextManager[None]:
        """Held by the one process that runs the system. Raises AlreadyRunning.

        Whoever asks whether it runs holds the lock for a moment, too: that is waited for.
        """
        return processes.wait_for(self._held_now, within=1)

    def _held_now(self) -> AbstractContextManager[None]:
        return processes.held(self.lock)

    @property
    def is_running(self) -> bool:
        """Whether some process runs the system of this folder now."""
        try:
            with self._held_now():
                return False
        except processes.AlreadyRunning:
            return True


@dataclass(slots=True)
class Notes:
    """What the running system tells other processes: where it is, and whether all of it is ready.

    `urls` are the programs' own addresses by name; people and other systems use `address`. `database` is
    the database server, without a password; `agency` what all programs were told about whose system it is.
    """

    address: str = ""
    ready: bool = False
    kafka: str = ""
    urls: dict[str, str] = field(default_factory=dict)
    database: str = ""
    agency: dict[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, home: Home) -> Self:
        """The notes of the system that runs, or ran last; empty ones where there are none."""
        try:
            return cls(**json.loads((home.run / "system.json").read_text(encoding="utf-8")))
        except (OSError, ValueError, TypeError):
            return cls()

    @classmethod
    def running(cls, home: Home, env: Mapping[str, str] = os.environ) -> Self | None:
        """The system of PLANNING_URL and its neighbours (containers), else the one that runs here, ready."""
        if all(f"{name.upper()}_URL" in env for name in SERVICES):
            urls = {name: env[f"{name.upper()}_URL"] for name in SERVICES}
            urls["issuer"] = env["ISSUER_INTERNAL_URL"]
            return cls(env["DOOR_URL"], True, env["KAFKA_BOOTSTRAP_SERVERS"], urls)
        notes = cls.of(home)
        return notes if home.is_running and notes.ready else None

    def write(self, home: Home) -> None:
        home.run.mkdir(parents=True, exist_ok=True)
        processes.write_whole(home.run / "system.json", json.dumps(asdict(self), indent=1), mode=0o600)


def running(home: Home, names: tuple[str, ...]) -> dict[str, psutil.Process]:
    """Those of the named processes that are alive."""
    found = {name: processes.remembered(home.mark(name)) for name in names}
    return {name: process for name, process in found.items() if process is not None}
