"""The parts of the system ask one another where the environment names a proxy that reaches none of them."""

import urllib.request
from pathlib import Path

import pytest

from services.cli.programs import SERVICES
from services.cli.stage import running_stage
from services.cli.status import health
from services.cli.supervisor import answers_well
from shared.directly import is_this_machine
from tests.services.cli.test_supervisor import Heard, program, supervising


@pytest.fixture
def proxied(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
    monkeypatch.delenv("no_proxy", raising=False)
    monkeypatch.setattr(urllib.request, "_opener", None)  # else the proxies of the first request of all
    return monkeypatch


async def test_programs_are_found_ready_and_asked_past_a_proxy(
    proxied: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    tiny = program(tmp_path)
    address = tiny.ready_url.removesuffix("/health/ready")
    for name in (*(f"{one.upper()}_URL" for one in SERVICES), "ISSUER_INTERNAL_URL", "DOOR_URL"):
        proxied.setenv(name, address)
    proxied.setenv("KAFKA_BOOTSTRAP_SERVERS", "none")
    async with supervising(Heard()) as supervisor:
        await supervisor.start(tiny.kept(supervisor))
        assert answers_well(tiny.ready_url)
        assert health(address) == {"ready": True}
        async with running_stage() as stage:
            assert (await stage.http.get(tiny.ready_url)).status_code == 200


@pytest.mark.parametrize(
    ("url", "here"),
    [
        ("http://127.0.0.1:8081/issuer/jwks", True),
        ("http://localhost/jwks", True),
        ("http://[::1]:8081/jwks", True),
        ("https://sso.example.go.id/jwks", False),
        ("http://issuer:8000/jwks", False),
        ("http://10.0.0.7/jwks", False),
    ],
)
def test_a_provider_elsewhere_may_be_behind_the_proxy(url: str, *, here: bool) -> None:
    assert is_this_machine(url) is here
