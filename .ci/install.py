"""Install what the lock names into .venv, then this project; does nothing when that was done before."""

import fcntl
import hashlib
import os
import re
import shutil
import subprocess
import sys
import tempfile
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LOCK = ROOT / "requirements.lock"
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
STAMP = VENV / "installed"
OLDEST = (3, 11)


def main() -> int:
    if sys.version_info < OLDEST:
        return fail(f"Jejak Kinerja needs Python 3.11 or newer; this is {sys.version.split()[0]}.")
    with LOCK.open("rb") as held:
        try:
            fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            say("waiting for another make that installs")
            fcntl.flock(held, fcntl.LOCK_EX)
        return install()


def install() -> int:
    """What is missing; 0 when .venv is complete."""
    wanted = fingerprint()
    if STAMP.exists() and STAMP.read_text(encoding="utf-8") == wanted:
        STAMP.touch()
        return 0
    if not made_environment():
        return 1
    say("installing the packages of requirements.lock (the first time this takes a minute)")
    if not (uv_installed() or pip_installed()):
        return fail("the packages could not be installed; the reason stands above.")
    say("installing jejak-kinerja itself")
    project = [*pip(), "install", "--quiet", "--no-deps", "--no-build-isolation", "--editable", str(ROOT)]
    if subprocess.run(project, check=False).returncode:
        return fail("the project could not be installed; the reason stands above.")
    STAMP.write_text(wanted, encoding="utf-8")
    return 0


def fingerprint() -> str:
    """What an installation depends on: the lock, the project file, the Python and the place."""
    parts = (LOCK.read_bytes(), (ROOT / "pyproject.toml").read_bytes(), sys.version.encode(), bytes(ROOT))
    return hashlib.sha256(b"\0".join(parts)).hexdigest()


def made_environment() -> bool:
    """Whether .venv is there for this Python; one made for another Python or place is made anew."""
    if not STAMP.exists():
        shutil.rmtree(VENV, ignore_errors=True)
    try:
        venv.create(VENV, with_pip=True, clear=not same_python(), symlinks=True)
    except subprocess.CalledProcessError:
        fail("python3 has no venv module with pip (on Debian: apt-get install python3-venv).")
        return False
    except OSError as reason:
        fail(f".venv could not be made: {reason}")
        return False
    return True


def same_python() -> bool:
    """Whether .venv runs and runs this very version."""
    try:
        found = subprocess.run([PYTHON, "-VV"], capture_output=True, text=True, check=False).stdout
    except OSError:
        return False
    return found.split()[1:2] == sys.version.split()[:1]


def uv_installed() -> bool:
    """Whether uv, many times faster than pip, could install the lock."""
    uv = working_uv() or own_uv()
    if uv is None:
        return False
    command = [uv, "pip", "install", "--quiet", "--require-hashes", "--python", str(PYTHON), "-r", str(LOCK)]
    # Both names of the same wish: trust the certificates this machine trusts.
    env = {"UV_SYSTEM_CERTS": "1", "UV_NO_CONFIG": "1", "UV_NO_PROGRESS": "1", "UV_LINK_MODE": "copy"}
    if subprocess.run(command, check=False, env=env | os.environ).returncode:
        say("uv did not succeed, trying pip")
        return False
    return True


def working_uv() -> str | None:
    """The uv on PATH, if it is more than a name."""
    uv = shutil.which("uv")
    if uv and subprocess.run([uv, "--version"], capture_output=True, check=False).returncode == 0:
        return uv
    return None


def own_uv() -> str | None:
    """The uv of the lock, installed by pip with its hashes."""
    pinned = re.search(r"^uv==.*?(?=^\S)", LOCK.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)
    if pinned is None:
        return None
    with tempfile.TemporaryDirectory() as folder:
        only = Path(folder) / "uv.lock"
        only.write_text(pinned[0], encoding="utf-8")
        command = [*pip(), "install", "--quiet", "--require-hashes", "-r", str(only)]
        done = subprocess.run(command, capture_output=True, check=False)
    return str(VENV / "bin" / "uv") if done.returncode == 0 else None


def pip_installed() -> bool:
    """Whether pip could install the lock."""
    command = [*pip(), "install", "--quiet", "--require-hashes", "-r", str(LOCK)]
    return subprocess.run(command, check=False).returncode == 0


def pip() -> list[str]:
    return [str(PYTHON), "-m", "pip", "--disable-pip-version-check"]


def say(text: str) -> None:
    print(f"  {text}", flush=True)


def fail(text: str) -> int:
    print(f"jejak: {text}", file=sys.stderr, flush=True)
    return 1


if __name__ == "__main__":
    sys.exit(main())
