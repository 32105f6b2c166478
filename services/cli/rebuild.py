"""`jejak rebuild`: a service's read tables made anew from its log while people work."""

import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from hashlib import sha256
from pathlib import Path
from typing import Annotated, Self

import asyncpg
import typer
import uvloop
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, ProgressColumn, Task, TextColumn
from rich.progress import TimeRemainingColumn as Remaining
from rich.text import Text

import services
import shared
from services.cli.contracts import NOWHERE
from services.cli.language import Told, words
from services.cli.owners import Owned, owned
from services.cli.programs import SERVICES, composed
from shared.collector import spare_the_collector
from shared.projection.projection import Reader
from shared.projection.rebuild.comparing import Compared
from shared.projection.rebuild.refusals import RebuildStopped
from shared.projection.rebuild.run import Rebuilt, rebuild
from shared.service import Service
from shared.settings import SettingMissing
from shared.store.away import is_database_away, is_storage_full
from shared.store.event import TextUnreadable, UnreadableEvent
from shared.store.master_keys import MasterKeyMissing, MasterKeyWrong
from shared.store.store import open_store

INTERRUPTED = 130


def command(
    service: Annotated[str, typer.Argument(help="planning | assessment | followup")],
    projection: Annotated[str, typer.Argument(help="people | plans | trail | ...; kosong/empty: all")] = "",
    folder: Annotated[Path, typer.Option(help="rahasia dari/secrets of `jejak prepare`")] = Path("secrets"),
) -> None:
    """Susun ulang tabel baca dari log selagi orang bekerja / rebuild read tables from the log meanwhile.

    Tabel yang hidup tetap dipakai sampai yang baru lengkap, lalu ditukar dalam satu transaksi; tidak ada
    pesan yang dikirim lagi. Yang terputus dilanjutkan dengan perintah yang sama.

    The live tables serve until the new ones are complete, then both change places in one transaction;
    nothing is sent again. What was interrupted goes on with the same command.

    Contoh / examples:

      jejak rebuild planning              (semua tabel / every table)

      jejak rebuild planning plans        (satu proyeksi / one projection)

      docker compose --env-file your.env run --rm setup rebuild followup --folder /secrets
    """
    console = Console(highlight=False, soft_wrap=True)
    if service not in SERVICES:
        raise Told(words("unknown-service", name=service, known=", ".join(SERVICES)))
    spare_the_collector()
    try:
        uvloop.run(rebuilt(composed(service).SERVICE, projection, owned(service, folder), console))
    except SettingMissing as missing:
        raise Told(words("setting-missing", reason=missing)) from None
    except RebuildStopped as stopped:
        raise Told(words(stopped.key, **stopped.facts)) from None
    except TextUnreadable as unreadable:
        raise Told(reason(unreadable)) from None
    except UnreadableEvent as unreadable:
        place = words("rebuild-place", service=service, **unreadable.facts)
        raise Told(words("rebuild-unreadable", place=place, **unreadable.facts)) from None
    except KeyboardInterrupt:
        console.print(words("rebuild-interrupted"), markup=False)
        raise typer.Exit(INTERRUPTED) from None
    except (
        MasterKeyMissing,
        MasterKeyWrong,
        OSError,
        asyncpg.PostgresError,
        asyncpg.InterfaceError,
    ) as error:
        raise Told(reason(error)) from error


def reason(error: Exception) -> str:
    """What a person can do about a server that refuses."""
    if isinstance(error, MasterKeyMissing | MasterKeyWrong):
        return words("keys-wrong", reason=error)
    if isinstance(error, TextUnreadable):
        return words("rebuild-text-unreadable", reason=error)
    if is_storage_full(error):
        return words("rebuild-disk-full")
    if isinstance(error, OSError) or is_database_away(error):
        return words("rebuild-database-away", reason=error)
    return words("rebuild-database-said", reason=error)


async def rebuilt(service: Service, name: str, place: Owned, console: Console) -> None:
    """Rebuild one projection, or all of the service's in turn."""
    settings = replace(NOWHERE, database_url=place.url, master_key_file=place.master_key_file)
    catalogues = [aggregate.catalogue for aggregate in service.aggregates]
    async with open_store(settings, service.name, catalogues) as store:
        for reader in chosen(service, service.readers(store), name):
            began = time.monotonic()
            with Bar(name_of(reader), console) as bar:
                found = await rebuild(place.url, store, reader, fingerprint(), bar.tell)
            told(found, time.monotonic() - began, console)


def chosen(service: Service, readers: Sequence[Reader], name: str) -> Sequence[Reader]:
    """The readers of that name, all where it is empty. Raises Told where there is none."""
    found = [one for one in readers if name in ("", name_of(one))]
    if not found:
        known = ", ".join(map(name_of, readers))
        raise Told(words("projection-unknown", name=name, service=service.name, known=known))
    return found


def name_of(reader: Reader) -> str:
    """Without its version."""
    return reader.reader.rpartition(".v")[0]


def fingerprint() -> str:
    """What the fold is made of: what older code has begun is not gone on with."""
    found = sha256()
    for package in (services, shared):
        for root in package.__path__:
            for file in sorted(Path(root).rglob("*.py")):
                found.update(file.read_bytes())
    return found.hexdigest()


class Rate(ProgressColumn):
    """Events a second, over the last moments."""

    def render(self, task: Task) -> Text:
        return Text(words("rebuild-rate", rate=f"{task.speed or 0:,.0f}"))


@dataclass
class Bar:
    """Shows which step a rebuild is at, and how far."""

    name: str
    console: Console

    def __enter__(self) -> Self:
        columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), Rate(), Remaining())
        self._progress = Progress(*columns, console=self.console, transient=True)
        self._step = ""
        self._progress.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._progress.stop()

    def tell(self, step: str, done: int, total: int) -> None:
        """As `rebuild` tells it."""
        if step != self._step:
            self._step = step
            for old in self._progress.task_ids:
                self._progress.remove_task(old)
            description = f"{self.name}: {words(f'rebuild-{step}')}"
            self._task = self._progress.add_task(description, total=total or None, completed=done)
        self._progress.update(self._task, completed=done, total=total or None)


def told(found: Rebuilt, seconds: float, console: Console) -> None:
    """What came of it: how much and how fast, and whether the live tables had said the same."""
    facts = {
        "name": found.reader.rpartition(".v")[0],
        "events": f"{found.events:,}",
        "seconds": f"{seconds:.1f}",
        "rate": f"{found.events / seconds:,.0f}",
    }
    console.print(words("rebuild-done", **facts), markup=False)
    if found.resumed:
        console.print(words("rebuild-resumed"), markup=False)
    if not found.compared:
        console.print(words("rebuild-not-compared"), markup=False)
    for one in found.compared:
        console.print(line(one), markup=False)


def line(one: Compared) -> str:
    """One table's comparison."""
    if one.is_same:
        return words("rebuild-same", table=one.table, rows=one.live.rows, checksum=one.live.checksum)
    return words(
        "rebuild-differs",
        table=one.table,
        live=f"{one.live.rows} {one.live.checksum}",
        rebuilt=f"{one.rebuilt.rows} {one.rebuilt.checksum}",
        count=one.differing,
        examples="; ".join(one.examples),
    )
