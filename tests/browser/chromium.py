"""Finds a Chromium on this machine, or installs the distribution's own when it may."""

import os
import shutil
import subprocess
import tempfile
from functools import cache
from pathlib import Path

from shared.embedded.processes import held, wait_for

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
LOCK = Path(tempfile.gettempdir()) / "jejak-chromium.lock"
INSTALLED_WITHIN = 600.0  # seconds
ARGUMENTS = ("--no-sandbox", "--disable-gpu", "--disable-quic", "--disable-background-networking")


@cache
def chromium() -> str | None:
    """The path of a browser, or None when there is none and none can be installed."""
    if (one := found()) or not may_install():
        return one
    with wait_for(lambda: held(LOCK), within=INSTALLED_WITHIN):  # others ask at the same time
        return found() or installed()


def found() -> str | None:
    return next((path for name in NAMES if (path := shutil.which(name))), None)


def may_install() -> bool:
    """Whether we are root on a Debian."""
    return os.getuid() == 0 and Path("/etc/debian_version").exists() and shutil.which("apt-get") is not None


def installed() -> str | None:
    """Debian's package."""
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for words in (["update"], ["install", "-y", "--no-install-recommends", "chromium"]):
        subprocess.run(["apt-get", *words], check=False, capture_output=True, env=environment)
    return found()
