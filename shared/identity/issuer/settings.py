"""What the sample issuer is told from outside, and the places where it refuses to start."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Self
from zoneinfo import ZoneInfo

from shared.settings import SettingMissing, required

LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})


class NotInProduction(SettingMissing):
    """The sample issuer was started where anybody could sign in as anybody for real."""


@dataclass(frozen=True, slots=True, kw_only=True)
class IssuerSettings:
    """`door_url` is the address that browsers use; the issuer is `<door_url>/issuer` to everybody."""

    door_url: str
    host: str
    port: int
    agency: str
    agency_name: str
    timezone: ZoneInfo
    audience: str
    key_file: Path
    people_file: Path
    clients_file: Path
    door_client_id: str
    door_client_secret: str
    is_demo: bool = True

    @property
    def issuer(self) -> str:
        """The `iss` of every token."""
        return f"{self.door_url}/issuer"

    @property
    def callback(self) -> str:
        """The one address that a code is ever sent to."""
        return f"{self.door_url}/masuk/kembali"

    @classmethod
    def from_environment(cls, env: Mapping[str, str] = os.environ) -> Self:
        """Read all settings. Raises NotInProduction, or SettingMissing naming what is absent.

        A container must listen beyond its own loopback: ISSUER_NETWORK=internal says that only the
        compose network reaches it.
        """
        if env.get("ENVIRONMENT", "production") == "production":
            msg = "the sample issuer refuses to run with ENVIRONMENT=production"
            raise NotInProduction(msg)
        host = env.get("HOST", "127.0.0.1")
        if host not in LOOPBACK and env.get("ISSUER_NETWORK") != "internal":
            msg = "the sample issuer listens on loopback only (or set ISSUER_NETWORK=internal in a container)"
            raise NotInProduction(msg)
        agency = env.get("AGENCY", "CONTOH")
        return cls(
            door_url=required(env, "DOOR_URL").rstrip("/"),
            host=host,
            port=int(env.get("PORT", "0")),
            agency=agency,
            agency_name=env.get("AGENCY_NAME", agency),
            timezone=ZoneInfo(env.get("AGENCY_TIMEZONE", "Asia/Jakarta")),
            audience=env.get("OIDC_AUDIENCE", "jejak"),
            key_file=Path(required(env, "ISSUER_KEY_PATH")),
            people_file=Path(required(env, "SAMPLE_PEOPLE_FILE")),
            clients_file=Path(required(env, "SAMPLE_CLIENTS_FILE")),
            door_client_id=env.get("OIDC_CLIENT_ID", "jejak-door"),
            door_client_secret=required(env, "OIDC_CLIENT_SECRET"),
        )
