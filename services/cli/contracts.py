"""`jejak contracts`: what others build on, written into the tree, so that a change is seen in review."""

import json
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from rich.console import Console

from services.cli.home import CHECKOUT
from services.cli.language import words
from services.cli.programs import SERVICES, composed
from shared.contracts.asyncapi import asyncapi
from shared.settings import Settings

FOLDER = CHECKOUT / "contracts"
# Nothing is connected to: an application is only composed, never run.
NOWHERE = Settings(
    environment="test",
    agency="CONTOH",
    agency_name="CONTOH",
    timezone=ZoneInfo("Asia/Jakarta"),
    host="127.0.0.1",
    port=0,
    database_url="postgresql://nobody@localhost/none",
    kafka_bootstrap_servers="localhost:0",
    kafka_partitions=1,
    master_key_file=Path("none"),
    signing_key_file=Path("none"),
    oidc_issuer="https://issuer.example",
    oidc_jwks_url="https://issuer.example/jwks",
    oidc_audience="jejak",
    evidence_dir=Path("none"),
)


def command() -> None:
    """Write the OpenAPI documents of the services and the AsyncAPI document of the topics."""
    FOLDER.mkdir(exist_ok=True)
    for name, text in documents().items():
        (FOLDER / name).write_text(text, encoding="utf-8")
    Console(highlight=False).print(words("contracts-written", folder=FOLDER), markup=False)


def documents() -> dict[str, str]:
    """Each file's name with what it must hold."""
    services = {f"{name}.openapi.json": composed(name).build(NOWHERE).openapi() for name in SERVICES}
    return {name: _text(document) for name, document in {"asyncapi.json": asyncapi(), **services}.items()}


def _text(document: dict[str, Any]) -> str:
    return json.dumps(document, indent=1, ensure_ascii=False, sort_keys=True) + "\n"
