"""docker-compose.yml holds what readers are told: its commands, and what an agency must say."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
COMPOSE = (ROOT / "docker-compose.yml").read_text(encoding="utf-8")
TOLD = re.compile(r"docker compose(?P<options>[^`\n]*?) (?P<rest>(?:run|exec) [^`\n]+)")


def services() -> dict[str, str]:
    """Name to text of each service."""
    told = re.search(r"^services:\n(.*?)^\S", COMPOSE, re.MULTILINE | re.DOTALL)
    assert told is not None
    parts = re.split(r"^  ([a-z]+):\n", told[1], flags=re.MULTILINE)[1:]
    return dict(zip(parts[::2], parts[1::2], strict=True))


def commands() -> Iterator[tuple[str, str]]:
    """Each `docker compose run|exec` that is written for a reader: its options and what follows."""
    code = (ROOT / "services").rglob("*.py")
    for file in (ROOT / "README.md", ROOT / "docker-compose.yml", *(ROOT / "docs").glob("*.md"), *code):
        for one in TOLD.finditer(file.read_text(encoding="utf-8")):
            yield one["options"], one["rest"]


def test_every_command_names_a_service_and_the_settings_that_compose_needs() -> None:
    told = list(commands())
    assert len(told) >= 6
    for options, rest in told:
        named = next(word for word in rest.split()[1:] if not word.startswith("-"))
        assert named in services(), rest
        assert "--env-file" in options, rest


@pytest.mark.parametrize("name", ["AGENCY", "DOOR_URL", "OIDC_ISSUER", "OIDC_JWKS_URL"])
def test_without_an_agency_its_address_and_its_provider_nothing_starts(name: str) -> None:
    assert re.search(rf"^  {name}: \${{{name}:\?", COMPOSE, re.MULTILINE), "no default, not even the sample's"


def test_every_program_is_told_whom_to_believe() -> None:
    deaf = {name for name, text in services().items() if not re.search(r"\*(agency|data)\b", text)}
    assert deaf == {"postgres", "kafka", "setup"}


def test_the_sample_sign_in_starts_only_with_its_profile() -> None:
    assert "profiles: [demo]" in services()["issuer"]
