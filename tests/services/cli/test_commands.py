"""What the command line says to somebody who mistypes."""

import subprocess
import sys
from pathlib import Path

import pytest

from services.cli.home import Home
from services.cli.programs import known_to
from services.cli.sample.agency import sign_in_file
from services.cli.up import is_ready, people
from services.cli.wording import WORDING

ROOT = Path(__file__).parents[3]


def jejak(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "services.cli", *arguments]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, env={})


def test_an_unknown_service_is_said_in_a_sentence() -> None:
    answer = jejak("serve", "pajak")
    assert (answer.returncode, answer.stdout) == (1, "")
    assert answer.stderr.startswith("jejak: layanan pajak tidak dikenal")


def test_a_missing_setting_is_named_in_english_when_asked() -> None:
    answer = jejak("--lang", "en", "migrate", "planning")
    assert answer.returncode == 1
    assert "PLANNING_OWNER_URL is not set" in answer.stderr


@pytest.mark.parametrize("key", WORDING)
def test_both_languages_tell_the_same_facts(key: str) -> None:
    placed = [sorted(part.split("}")[0] for part in text.split("{")[1:]) for text in WORDING[key]]
    assert placed[0] == placed[1]


def test_planning_is_told_which_numbers_are_the_samples() -> None:
    told = known_to("planning")["sample_nips"]
    assert {nip[-3] for nip in told} == {"9"}, "the serial of a sample NIP is 9xx"


@pytest.mark.parametrize(
    ("said", "address", "ready"),
    [
        ("   0.0 s  Menyalakan Jejak Kinerja\n", "", False),
        ("   0.0 s  Menyalakan Jejak Kinerja\n", "http://127.0.0.1:8080", False),
        ("   9.0 s  berjalan\nhttp://127.0.0.1:8080 - masuk sebagai: Sari\n", "http://127.0.0.1:8080", True),
    ],
)
def test_who_starts_in_the_background_waits_for_the_address(said: str, address: str, *, ready: bool) -> None:
    assert is_ready(said, address) is ready


def test_whoever_the_sample_introduces_is_named_in_the_last_line(tmp_path: Path) -> None:
    home = Home(tmp_path)
    home.people_file.parent.mkdir(parents=True)
    home.people_file.write_bytes(sign_in_file())
    named = people(home)
    assert (named[0], named[-1]) == ("Sari Wulandari", "Irwan Kusuma"), "the auditor too"
