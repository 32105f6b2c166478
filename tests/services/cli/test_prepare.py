"""What `jejak prepare` gives a service is whole, and what the service has stays its own."""

from pathlib import Path

import pytest

from services.cli.prepare import hand_over
from shared.embedded.provision import Provisioned, key_file


@pytest.fixture
def made(tmp_path: Path) -> Provisioned:
    return Provisioned(
        service="planning",
        owner_url="postgresql://owner@localhost/jejak_planning",
        app_url="postgresql://app@localhost/jejak_planning",
        app_role="planning_app",
        master_key_file=key_file(tmp_path / "planning.key"),
        signing_key_file=key_file(tmp_path / "planning.signing.key"),
    )


def test_a_service_is_given_its_address_and_keys_for_itself_alone(made: Provisioned, tmp_path: Path) -> None:
    folder = tmp_path / "planning"
    hand_over(made, folder)
    assert (folder / "database_url").read_text(encoding="utf-8") == made.app_url
    assert (folder / "master.key").read_bytes() == made.master_key_file.read_bytes()
    assert (folder / "signing.key").read_bytes() == made.signing_key_file.read_bytes()
    assert {file.stat().st_mode & 0o777 for file in folder.iterdir()} == {0o600}


def test_a_key_that_a_rotation_put_there_stays(made: Provisioned, tmp_path: Path) -> None:
    folder = tmp_path / "planning"
    hand_over(made, folder)
    (folder / "master.key").write_bytes(b"r" * 32)
    hand_over(made, folder)
    assert (folder / "master.key").read_bytes() == b"r" * 32


def test_a_hand_over_cut_short_leaves_no_empty_key_to_stay(made: Provisioned, tmp_path: Path) -> None:
    folder = tmp_path / "planning"
    key = made.master_key_file.read_bytes()
    made.master_key_file.unlink()
    with pytest.raises(FileNotFoundError):
        hand_over(made, folder)
    made.master_key_file.write_bytes(key)
    hand_over(made, folder)
    assert (folder / "master.key").read_bytes() == key
