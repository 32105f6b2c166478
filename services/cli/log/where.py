"""Where a service's log is: told by the environment, as in a container, else the system that runs here."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from services.cli.databases import here
from services.cli.home import Home, Notes
from services.cli.language import Told, words
from services.cli.layout import common
from services.cli.programs import SERVICES
from shared.settings import required
from shared.store.urls import asyncpg_url


@dataclass(frozen=True, slots=True)
class Where:
    """One service's database (as its own role), Kafka, and the file of its signing key."""

    service: str
    agency: str
    database_url: str
    kafka: str
    signing_key_file: Path
    last_checkpoint_file: Path | None = None

    @property
    def last_signed(self) -> str | None:
        """What the service signed last by its own file, None where there is none. Raises OSError."""
        file = self.last_checkpoint_file or self.signing_key_file.with_suffix(".checkpoint")
        try:
            return file.read_bytes().decode(errors="replace")
        except FileNotFoundError:
            return None

    @classmethod
    def of(cls, service: str, env: Mapping[str, str] = os.environ) -> "Where":
        """Raises Told when the service is unknown, or nothing says where it is."""
        if service not in SERVICES:
            raise Told(words("unknown-service", name=service, known=", ".join(SERVICES)))
        if "DATABASE_URL" in env or "DATABASE_URL_FILE" in env:
            url = asyncpg_url(required(env, "DATABASE_URL"))
            kafka, key = required(env, "KAFKA_BOOTSTRAP_SERVERS"), Path(required(env, "SIGNING_KEY_FILE"))
            last = Path(file) if (file := env.get("LAST_CHECKPOINT_FILE")) else None
            return cls(service, required(env, "AGENCY"), url, kafka, key, last)
        home = Home.here(env)
        if not home.is_running:
            raise Told(words("not-running"))
        url = here(home)[service]
        key = home.secrets / f"{service}.signing.key"
        return cls(service, common(env)["AGENCY"], url, Notes.of(home).kafka, key)
