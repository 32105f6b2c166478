"""Everything a process is told from outside, read from the environment once."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, Self
from zoneinfo import ZoneInfo

Environment = Literal["production", "demo", "test"]


class SettingMissing(Exception):
    """A setting that has no safe default was not given."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """One process's settings. `database_url` is that of the service's own `_app` role."""

    environment: Environment
    agency: str
    agency_name: str
    timezone: ZoneInfo
    host: str
    port: int
    database_url: str
    kafka_bootstrap_servers: str
    kafka_partitions: int
    master_key_file: Path
    signing_key_file: Path
    oidc_issuer: str
    oidc_jwks_url: str
    oidc_audience: str
    evidence_dir: Path
    stalled_after: float = 30  # seconds without progress before a part is no longer called ready
    last_checkpoint_file: Path | None = None

    @property
    def checkpoint_file(self) -> Path:
        """What was signed last, outside of the database; beside the signing key unless told otherwise."""
        return self.last_checkpoint_file or self.signing_key_file.with_suffix(".checkpoint")

    @property
    def is_demo(self) -> bool:
        """Whether the demonstration clock and the sample people are allowed."""
        return self.environment == "demo"

    @classmethod
    def from_environment(cls, env: Mapping[str, str] = os.environ) -> Self:
        """Read all settings. Raises SettingMissing naming the first one that is absent."""
        environment = env.get("ENVIRONMENT", "production")
        if environment not in ("production", "demo", "test"):
            msg = "ENVIRONMENT must be production, demo or test"
            raise SettingMissing(msg)
        return cls(
            environment=environment,  # type: ignore[arg-type]
            agency=required(env, "AGENCY"),
            agency_name=env.get("AGENCY_NAME", env.get("AGENCY", "")),
            timezone=ZoneInfo(env.get("AGENCY_TIMEZONE", "Asia/Jakarta")),
            host=env.get("HOST", "127.0.0.1"),
            port=int(env.get("PORT", "0")),
            database_url=required(env, "DATABASE_URL"),
            kafka_bootstrap_servers=required(env, "KAFKA_BOOTSTRAP_SERVERS"),
            kafka_partitions=int(env.get("KAFKA_PARTITIONS", "48")),
            master_key_file=Path(required(env, "MASTER_KEY_FILE")),
            signing_key_file=Path(required(env, "SIGNING_KEY_FILE")),
            oidc_issuer=required(env, "OIDC_ISSUER"),
            oidc_jwks_url=required(env, "OIDC_JWKS_URL"),
            oidc_audience=env.get("OIDC_AUDIENCE", "jejak"),
            evidence_dir=Path(env.get("EVIDENCE_DIR", "evidence")),
            stalled_after=float(env.get("STALLED_AFTER_SECONDS", "30")),
            last_checkpoint_file=Path(file) if (file := env.get("LAST_CHECKPOINT_FILE")) else None,
        )


def required(env: Mapping[str, str], name: str) -> str:
    """The value of `name`, or of the file that `<name>_FILE` points to. Raises SettingMissing."""
    if value := env.get(name):
        return value
    if path := env.get(f"{name}_FILE"):
        return Path(path).read_text(encoding="utf-8").strip()
    msg = f"{name} is not set (nor {name}_FILE)"
    raise SettingMissing(msg)
