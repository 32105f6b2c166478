"""Which processes the system on one machine has, and what each is told; each gets only its own secrets."""

import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self

from services.cli.home import Home, Notes
from services.cli.programs import APPS, KEPT_FROM_US, SERVICES
from services.cli.supervisor import Begin, Program
from shared.embedded.ports import HOST, free_port
from shared.embedded.processes import write_whole
from shared.embedded.provision import Provisioned, provisioned

PROGRAMS = tuple(name for name in (*SERVICES, "issuer", "door") if name in APPS)
ALL = ("postgres", "kafka", *PROGRAMS)
EMBEDDED_PARTITIONS = "8"


def common(env: Mapping[str, str] = os.environ) -> dict[str, str]:
    """The agency; an example one unless the user's environment names another."""
    return {
        "ENVIRONMENT": env.get("ENVIRONMENT", "demo"),
        "AGENCY": env.get("AGENCY", "CONTOH"),
        "AGENCY_NAME": env.get("AGENCY_NAME", "Badan Kepegawaian Daerah Contoh"),
        "AGENCY_TIMEZONE": env.get("AGENCY_TIMEZONE", "Asia/Jakarta"),
    }


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """Where everything of one running system listens, and for which agency."""

    home: Home
    address: str
    ports: Mapping[str, int]
    kafka: str
    databases: Mapping[str, Provisioned]
    agency: Mapping[str, str] = field(default_factory=common)

    @classmethod
    def running(cls, home: Home, notes: Notes) -> Self:
        """The one that these notes tell of."""
        return cls(
            home=home,
            address=notes.address,
            ports={name: int(url.rpartition(":")[2]) for name, url in notes.urls.items()},
            kafka=notes.kafka,
            databases={one: provisioned(notes.database, one, home.secrets) for one in SERVICES},
            agency=notes.agency,
        )

    def url(self, name: str) -> str:
        return f"http://{HOST}:{self.ports[name]}"

    def program(self, name: str, begin: Begin) -> Program:
        return Program(
            name=name,
            begin=begin,
            argv=("serve", name),
            env=self.environment(name),
            ready_url=f"{self.url(name)}/health/ready",
            mark=self.home.mark(name),
            log=self.home.log(name),
        )

    def environment(self, name: str) -> dict[str, str]:
        """All that `name` is told, whatever the user's own environment says by now."""
        told = {**self.agency, **self._identity(), "HOST": HOST, "PORT": str(self.ports[name])}
        told |= {f"{one.upper()}_URL": self.url(one) for one in (*SERVICES, "issuer")}
        told |= dict.fromkeys(KEPT_FROM_US, "")
        if name in self.databases:
            told |= self._data(name, self.databases[name])
        if name in ("issuer", "door"):
            told |= self._sign_in()
        return told

    def _data(self, name: str, database: Provisioned) -> dict[str, str]:
        return {
            "DATABASE_URL": database.app_url,
            "KAFKA_BOOTSTRAP_SERVERS": self.kafka,
            "KAFKA_PARTITIONS": EMBEDDED_PARTITIONS,
            "MASTER_KEY_FILE": str(database.master_key_file),
            "SIGNING_KEY_FILE": str(database.signing_key_file),
            "LAST_CHECKPOINT_FILE": str(database.signing_key_file.with_suffix(".checkpoint")),
            "EVIDENCE_DIR": str(self.home.folder / "evidence" / name),
        }

    def _identity(self) -> dict[str, str]:
        issuer = f"{self.address}/issuer"
        return {
            "DOOR_URL": self.address,
            "OIDC_ISSUER": issuer,
            "OIDC_JWKS_URL": f"{self.url('issuer')}/issuer/jwks",
            "OIDC_AUDIENCE": "jejak",
        }

    def _sign_in(self) -> dict[str, str]:
        folder = self.home.secrets
        return {
            "OIDC_CLIENT_ID": "jejak-door",
            "ISSUER_INTERNAL_URL": self.url("issuer"),
            "SESSION_PATH": str(self.home.folder / "door" / "sessions.sqlite"),
            "SESSION_KEY_PATH": str(folder / "door-session.key"),
            "OIDC_CLIENT_SECRET": kept_secret(folder / "door-client"),
            "ISSUER_KEY_PATH": str(folder / "issuer.pem"),
            "SAMPLE_PEOPLE_FILE": str(self.home.people_file),
            "SAMPLE_CLIENTS_FILE": str(self.home.clients_file),
        }


def kept_secret(file: Path) -> str:
    """A random secret, made once."""
    if not file.exists():
        file.parent.mkdir(parents=True, exist_ok=True)
        write_whole(file, secrets.token_urlsafe(32), mode=0o600)
    return file.read_text(encoding="utf-8")


def inner_ports() -> dict[str, int]:
    """A free port for each program but the door."""
    return {name: free_port() for name in PROGRAMS if name != "door"}
