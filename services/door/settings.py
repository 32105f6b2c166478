"""What the door is told from outside."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Self
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from shared.settings import SettingMissing, required

LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})


@dataclass(frozen=True, slots=True, kw_only=True)
class DoorSettings:
    """`door_url` is the one address people know; the services' and the issuer's are known only in here."""

    agency: str
    agency_name: str
    timezone: ZoneInfo
    is_demo: bool
    host: str
    port: int
    door_url: str
    planning_url: str
    assessment_url: str
    followup_url: str
    issuer_internal_url: str | None
    oidc_issuer: str
    oidc_jwks_url: str
    oidc_audience: str
    client_id: str
    client_secret: str
    session_file: Path
    session_key_file: Path

    @property
    def is_https(self) -> bool:
        """Whether people reach the door encrypted; decides the cookies' names and flags."""
        return self.door_url.startswith("https://")

    @property
    def callback(self) -> str:
        """Where the issuer sends people back to."""
        return f"{self.door_url}/masuk/kembali"

    @property
    def discovery_url(self) -> str:
        """Where the issuer describes itself."""
        return self.back_channel(f"{self.oidc_issuer}/.well-known/openid-configuration")

    def back_channel(self, address: str) -> str:
        """The direct address of what the issuer says lies behind this door: no way out and in again."""
        if self.issuer_internal_url and address.startswith(f"{self.door_url}/"):
            return self.issuer_internal_url + address.removeprefix(self.door_url)
        return address

    @classmethod
    def from_environment(cls, env: Mapping[str, str] = os.environ) -> Self:
        """Read all settings. Raises SettingMissing: what is absent, or that a cookie would travel openly."""
        door_url = required(env, "DOOR_URL").rstrip("/")
        is_open = not door_url.startswith("https://") and urlsplit(door_url).hostname not in LOOPBACK
        if is_open and env.get("ENVIRONMENT", "production") == "production":
            msg = "DOOR_URL must be https (or loopback): the session's cookie would travel unencrypted"
            raise SettingMissing(msg)
        agency = required(env, "AGENCY")
        return cls(
            agency=agency,
            agency_name=env.get("AGENCY_NAME", agency),
            timezone=ZoneInfo(env.get("AGENCY_TIMEZONE", "Asia/Jakarta")),
            is_demo=env.get("ENVIRONMENT") == "demo",
            host=env.get("HOST", "127.0.0.1"),
            port=int(env.get("PORT", "8080")),
            door_url=door_url,
            planning_url=required(env, "PLANNING_URL").rstrip("/"),
            assessment_url=required(env, "ASSESSMENT_URL").rstrip("/"),
            followup_url=required(env, "FOLLOWUP_URL").rstrip("/"),
            issuer_internal_url=env.get("ISSUER_INTERNAL_URL", "").rstrip("/") or None,
            oidc_issuer=required(env, "OIDC_ISSUER").rstrip("/"),
            oidc_jwks_url=required(env, "OIDC_JWKS_URL"),
            oidc_audience=env.get("OIDC_AUDIENCE", "jejak"),
            client_id=env.get("OIDC_CLIENT_ID", "jejak-door"),
            client_secret=required(env, "OIDC_CLIENT_SECRET"),
            session_file=Path(required(env, "SESSION_PATH")),
            session_key_file=Path(required(env, "SESSION_KEY_PATH")),
        )
