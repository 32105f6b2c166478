"""docker-compose.yml as its reader would use it: secrets, up, a look through the door, down."""

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import httpx2
import pytest

from shared.embedded.ports import free_port

ROOT = Path(__file__).resolve().parents[2]
UP_WITHIN = 600
TOLD = ("Komunikasi Layanan Publik", "followup.TrainingAssigned.v1", "PlanAgreed")


class Compose:
    """A project of its own, so that it disturbs no other."""

    def __init__(self) -> None:
        self.port = free_port()
        self.address = f"http://localhost:{self.port}"
        self._env = os.environ | {
            "COMPOSE_PROJECT_NAME": f"jejak-test-{self.port}",
            "DOOR_PORT": str(self.port),
            "DOOR_URL": self.address,
            "OIDC_ISSUER": f"{self.address}/issuer",
        }

    def __call__(self, *words: str, timeout: int = UP_WITHIN) -> subprocess.CompletedProcess[str]:
        command = ["docker", "compose", "--env-file", "deploy/demo.env", *words]
        return subprocess.run(
            command, cwd=ROOT, env=self._env, capture_output=True, text=True, timeout=timeout, check=False
        )

    def logs(self) -> str:
        """What every container said last."""
        return self("logs", "--tail", "20").stdout[-6000:]


@pytest.fixture(scope="module")
def compose() -> Iterator[Compose]:
    subprocess.run(["make", "secrets"], cwd=ROOT, check=True, capture_output=True)
    made = Compose()
    try:
        up = made("up", "--build", "--detach", "--wait")
        assert up.returncode == 0, up.stderr[-3000:] + made.logs()
        yield made
    finally:
        made("down", "--volumes", "--timeout", "20")


def test_the_door_is_open_and_shows_where_to_sign_in(compose: Compose) -> None:
    answer = httpx2.get(compose.address, follow_redirects=True, timeout=20)
    assert answer.status_code == 200
    assert "Data contoh" in answer.text


def test_the_story_plays_to_its_end_against_the_containers(compose: Compose) -> None:
    played = compose("run", "--rm", "-T", "story")
    # What `run` ends with is not always the program's own end, so what was told counts as well.
    missing = [one for one in TOLD if one not in played.stdout]
    assert (played.returncode, missing) == (0, []), (
        played.stderr[-2000:] + played.stdout[-2000:] + compose.logs()
    )


@pytest.mark.parametrize("service", ["planning", "assessment", "followup"])
def test_after_the_story_every_log_is_verified_where_it_runs(compose: Compose, service: str) -> None:
    verify = ("python", "-m", "services.cli", "--lang", "en", "log", "verify", service)
    verified = compose("exec", "-T", service, *verify)
    assert verified.returncode == 0, verified.stderr[-2000:] + verified.stdout[-2000:]
    assert f"{service}: verified" in verified.stdout


@pytest.mark.parametrize("service", ["planning", "assessment", "followup"])
def test_what_was_signed_last_outlives_the_container(compose: Compose, service: str) -> None:
    kept = compose("exec", "-T", service, "cat", "/var/lib/sealed/last.checkpoint")
    assert kept.stdout.startswith(f"CONTOH/{service}\n")


def test_no_service_reads_the_secrets_of_another(compose: Compose) -> None:
    listed = compose("exec", "-T", "planning", "ls", "/secrets")
    assert listed.stdout.split() == ["database_url", "master.key", "signing.key"]


def test_programs_are_not_root_and_can_write_nothing_but_their_own(compose: Compose) -> None:
    assert compose("exec", "-T", "planning", "id", "-u").stdout.strip() == "10001"
    assert compose("exec", "-T", "planning", "touch", "/app/x").returncode != 0
