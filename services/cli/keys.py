"""`jejak keys`: new master keys while the system works, and an end to old ones."""

import asyncio
import os
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import asyncpg
import typer
from rich.console import Console
from rich.progress import Progress

from services.cli.databases import here
from services.cli.home import Home
from services.cli.language import Told, words
from services.cli.prepare import OWNERS_ONLY
from services.cli.programs import SERVICES
from shared.settings import SettingMissing, required
from shared.store.keyring import Connection
from shared.store.master_keys import MasterKeyMissing, MasterKeyWrong
from shared.store.rewrapping import RotationUnderWay, forget_old, rotate
from shared.store.urls import asyncpg_url

ALL = "all"
app = typer.Typer(no_args_is_help=True)
Which = Annotated[str, typer.Argument(help="planning | assessment | followup | all")]
Folder = Annotated[Path, typer.Option(help="of `jejak prepare`, where DATABASE_ADMIN_HOST is set")]
GIVEN = Path("secrets")
console = Console(highlight=False, soft_wrap=True)


@dataclass(frozen=True, slots=True)
class Kept:
    """Where a service's wrapped keys are, the master key that wraps them, and what that was made as."""

    service: str
    url: str
    file: Path
    made: Path | None = None


@app.command("rotate")
def rotate_command(service: Which, folder: Folder = GIVEN) -> None:
    """Wrap every person's key by a new master key; safe while running, goes on after a kill -9."""
    for kept in places(service, folder, os.environ):
        told(kept, rotated)


@app.command("forget-old")
def forget_command(service: Which, folder: Folder = GIVEN) -> None:
    """Delete old master keys that no row needs; backups made before the rotation close for good."""
    for kept in places(service, folder, os.environ):
        told(kept, forgotten)


def places(service: str, folder: Path, env: Mapping[str, str]) -> list[Kept]:
    """The services asked for, each with its place. Raises Told."""
    if service not in (*SERVICES, ALL):
        raise Told(words("unknown-service", name=service, known=", ".join((*SERVICES, ALL))))
    wanted = SERVICES if service == ALL else (service,)
    if "DATABASE_ADMIN_HOST" in env:
        return [handed_over(one, folder) for one in wanted]
    home = Home.here(env)
    try:
        if home.is_running:
            found = here(home)
            return [Kept(one, found[one], home.secrets / f"{one}.key") for one in wanted]
        return [of_environment(one, env, is_alone=service != ALL) for one in wanted]
    except SettingMissing as missing:
        raise Told(words("setting-missing", reason=missing)) from None


def handed_over(service: str, folder: Path) -> Kept:
    """What `jejak prepare` gave the service. Raises Told where it did not run."""
    own, made = folder / service, folder / OWNERS_ONLY / f"{service}.key"
    try:
        return Kept(service, (own / "database_url").read_text(encoding="utf-8"), own / "master.key", made)
    except OSError as error:
        raise Told(words("setting-missing", reason=error)) from None


def of_environment(service: str, env: Mapping[str, str], *, is_alone: bool) -> Kept:
    """`<SERVICE>_DATABASE_URL` and `<SERVICE>_MASTER_KEY_FILE`; as a service's container names its own."""
    prefix = f"{service.upper()}_"
    if is_alone and f"{prefix}MASTER_KEY_FILE" not in env and "MASTER_KEY_FILE" in env:
        prefix = ""
    url = required(env, f"{prefix}DATABASE_URL")
    return Kept(service, url, Path(required(env, f"{prefix}MASTER_KEY_FILE")))


def told(kept: Kept, work: Callable[[Connection, Kept], Awaitable[None]]) -> None:
    """Do the work on the service's database; what an operator can mend is said in a sentence."""

    async def connected() -> None:
        connection = await asyncpg.connect(asyncpg_url(kept.url), timeout=10)
        try:
            await work(connection, kept)
        finally:
            await connection.close()

    try:
        asyncio.run(connected())
    except RotationUnderWay:
        raise Told(words("keys-under-way", service=kept.service)) from None
    except (MasterKeyMissing, MasterKeyWrong) as error:
        raise Told(words("keys-wrong", reason=error)) from None
    except (OSError, asyncpg.PostgresError) as error:
        raise Told(words("keys-away", service=kept.service, reason=type(error).__name__)) from None


async def rotated(connection: Connection, kept: Kept) -> None:
    """Rotate one service's master key, with a bar."""
    with Progress(transient=True, console=console) as progress:
        task = progress.add_task(words("keys-running", service=kept.service), total=None)
        done = await rotate(
            connection,
            kept.service,
            kept.file,
            lambda rows, total: progress.update(task, completed=rows, total=total),
        )
    facts = {"service": kept.service, "rows": done.rows, "name": done.key_id, "old": done.old}
    console.print(words("keys-rotated", **facts), markup=False)


async def forgotten(connection: Connection, kept: Kept) -> None:
    """Delete one service's old master keys that no row needs."""
    gone, needed = await forget_old(connection, kept.file, kept.made)
    for file in gone:
        console.print(words("keys-forgotten", service=kept.service, file=file), markup=False)
    for file in needed:
        console.print(words("keys-needed", service=kept.service, file=file), markup=False)
    if not gone and not needed:
        console.print(words("keys-none-old", service=kept.service), markup=False)
