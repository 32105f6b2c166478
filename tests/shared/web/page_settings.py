"""Settings and pages for tests that need no servers."""

from pathlib import Path
from zoneinfo import ZoneInfo

from shared.settings import Environment, Settings
from shared.web.pages import Pages
from shared.web.style_guide import FOLDER


def settings(environment: Environment = "demo") -> Settings:
    return Settings(
        environment=environment,
        agency="CONTOH",
        agency_name="Badan Kepegawaian Daerah Contoh",
        timezone=ZoneInfo("Asia/Jakarta"),
        host="127.0.0.1",
        port=0,
        database_url="",
        kafka_bootstrap_servers="",
        kafka_partitions=1,
        master_key_file=Path("kunci"),
        signing_key_file=Path("kunci"),
        oidc_issuer="",
        oidc_jwks_url="",
        oidc_audience="jejak",
        evidence_dir=Path("bukti"),
    )


def pages(environment: Environment = "demo") -> Pages:
    return Pages(FOLDER, settings(environment))
