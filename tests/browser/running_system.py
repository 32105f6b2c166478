"""The whole system with its sample, as `jejak up` starts it, and people who sign in to it."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from playwright.async_api import Page

from services.cli.home import Home
from shared.embedded.ports import free_port

ROOT = Path(__file__).parents[2]
PATIENCE = 600.0  # seconds
OUTSIDE = ("DATABASE_URL", "KAFKA_BOOTSTRAP_SERVERS", "JEJAK_LANG")


@dataclass(frozen=True)
class System:
    """A running system at `address`, with the sample people who have something to look at."""

    home: Home
    address: str
    people: tuple[dict[str, Any], ...]

    def person(self, *, role: str = "", named: str = "") -> str:
        """The full name of the first sample person with that role or name."""
        return next(
            str(one["name"])
            for one in self.people
            if named in one["name"] and (not role or role in one["roles"]) and one.get("hint")
        )

    async def sign_in(self, page: Page, name: str) -> None:
        """Through the door, as a person does it."""
        await page.goto(f"{self.address}/masuk")
        await page.get_by_role("button", name=f"Masuk sebagai {name}", exact=True).click()
        await page.wait_for_url(f"{self.address}/")


@contextmanager
def running(folder: Path) -> Iterator[System]:
    """Started in `folder` and stopped again."""
    home, port = Home(folder), free_port()
    try:
        jejak(home, "up", "--detach", "--port", str(port))
        wait_for(home.folder / "sample" / "played")
        people = json.loads(home.people_file.read_text(encoding="utf-8"))
        yield System(home, f"http://127.0.0.1:{port}", tuple(people))
    finally:
        jejak(home, "down")


def jejak(home: Home, *arguments: str) -> None:
    kept = {name: value for name, value in os.environ.items() if name not in OUTSIDE}
    subprocess.run(
        [sys.executable, "-m", "services.cli", *arguments],
        env=kept | {"JEJAK_HOME": str(home.folder), "PYTHONPATH": str(ROOT)},
        check=False,
        stdout=subprocess.DEVNULL,
    )


def wait_for(played: Path) -> None:
    """Until the sample is played, however busy the machine; `up` itself gives up waiting earlier."""
    deadline = time.monotonic() + PATIENCE
    while not played.exists():
        assert time.monotonic() < deadline, "the sample was not played"
        time.sleep(0.5)
