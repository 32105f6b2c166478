"""Other libraries in the same run, in an environment of their own that `make bench-peers` makes."""

import asyncio
from dataclasses import dataclass
from pathlib import Path
from shutil import which
from urllib.parse import urlsplit

from services.cli.bench.ground import Ground, measure
from services.cli.bench.rounds import Figures

# How many times theirs ours must be, by the number of clients.
APPENDING: dict[str, dict[int, float]] = {
    "eventsourcing": {32: 20, 128: 30},
    "message-db": {32: 6, 128: 8},
    "emmett": {32: 5, 128: 6.5},
}
RELAY, RELAYING = "faststream-outbox, tuned", 2.0
REBUILDER, REBUILDING = "eventsourcing", 50.0
NODE_AT_LEAST = 20


@dataclass(frozen=True, slots=True)
class Peers:
    """The folder with their programs, and what runs them."""

    folder: Path

    @classmethod
    def of(cls, folder: Path | None) -> "Peers | None":
        """None where no folder is named."""
        return None if folder is None else cls(folder.resolve())

    async def append(self, place: Ground, name: str, clients: int, seconds: float) -> Figures:
        """One contender's closed loop on a fresh database of its own."""
        return await self._on_fresh(place, name, "append", str(clients), str(seconds))

    async def relay(self, place: Ground, events: int, seconds: float) -> Figures:
        """An outbox of so many rows on its way to Kafka, for so long at most."""
        return await self._on_fresh(place, RELAY, "relay", str(events), str(seconds), place.kafka)

    async def rebuild(self, place: Ground, events: int) -> Figures:
        """So many events through its runner into a read table."""
        return await self._on_fresh(place, REBUILDER, "rebuild", str(events))

    async def _on_fresh(self, place: Ground, name: str, phase: str, *more: str) -> Figures:
        if reason := self.missing(name):
            return {"not_run": reason}
        async with place.fresh() as made:
            path = urlsplit(made.owner_url).path
            url = urlsplit(place.admin_url)._replace(path=path).geturl()
            program = self._program(name)
            found = await asyncio.to_thread(measure, [*program, "schema", name, url])
            if "not_run" not in found:
                found = await asyncio.to_thread(measure, [*program, phase, name, url, *more])
        return found

    def _program(self, name: str) -> list[str]:
        if name == "emmett":
            return ["node", str(self.folder / "emmett.mjs")]
        return [str(self.folder / ".venv/bin/python"), str(self.folder / "peers.py")]

    def missing(self, name: str) -> str | None:
        """Why this contender can't be run here."""
        if name == "emmett" and which("node") is None:
            return f"no Node.js {NODE_AT_LEAST}"
        needed = {
            "emmett": ["node_modules/@event-driven-io"],
            "message-db": ["node_modules/@eventide", ".venv"],
        }
        absent = [one for one in needed.get(name, [".venv"]) if not (self.folder / one).exists()]
        return f"no {absent[0]} in {self.folder.name}: make bench-peers" if absent else None
