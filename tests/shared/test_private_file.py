"""A secret on disk is whole, its owner's alone, and the first one stays."""

import os
import signal
import subprocess
import sys
from pathlib import Path

from shared.private_file import write_private

KILLED = """
import os, pathlib, signal, sys
from shared.private_file import write_private
os.link = lambda *_: os.kill(os.getpid(), signal.SIGKILL)
write_private(pathlib.Path(sys.argv[1]), b"half")
"""


def test_the_first_secret_stays_and_is_its_owners_alone(tmp_path: Path) -> None:
    file = tmp_path / "secrets" / "key"
    write_private(file, b"first")
    write_private(file, b"second")
    assert file.read_bytes() == b"first"
    assert file.stat().st_mode & 0o777 == 0o600
    assert list(file.parent.iterdir()) == [file]


def test_what_a_killed_writer_left_is_in_nobodys_way(tmp_path: Path) -> None:
    file = tmp_path / "key"
    root = str(Path(__file__).parents[2])
    killed = subprocess.run(
        [sys.executable, "-c", KILLED, str(file)], env=os.environ | {"PYTHONPATH": root}, check=False
    )
    assert killed.returncode == -signal.SIGKILL
    assert not file.exists()
    write_private(file, b"whole")
    assert file.read_bytes() == b"whole"


def test_the_unfinished_file_of_a_process_of_the_same_number_is_in_nobodys_way(tmp_path: Path) -> None:
    file = tmp_path / "key"
    (tmp_path / f"key.{os.getpid()}").write_bytes(b"half")  # a container's program is always process 1
    write_private(file, b"whole")
    assert file.read_bytes() == b"whole"
