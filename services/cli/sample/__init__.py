"""`jejak sample`: plays two years of an agency of 200 people against the running system."""

import asyncio
import time

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from services.cli.client import Refused
from services.cli.home import Home, Notes
from services.cli.language import Told, words
from services.cli.sample.agency import sign_in_file, sign_ins
from services.cli.sample.client import Issuer
from services.cli.sample.play import Running, play
from shared.embedded.processes import write_whole
from shared.identity.issuer.clients import DEMO_SEEDER, TRAINING_SYSTEM, clients_in


def command() -> None:
    """Play the sample into the system that runs here; interrupted, run it again."""
    home, console = Home.here(), Console(highlight=False, soft_wrap=True)
    notes = Notes.running(home)
    if notes is None:
        raise Told(words("not-running"))
    home.people_file.parent.mkdir(parents=True, exist_ok=True)
    write_whole(home.people_file, sign_in_file())
    began = time.monotonic()
    try:
        asked = asyncio.run(shown(running(home, notes), console))
    except Refused as refused:
        raise Told(words("sample-refused", reason=refused)) from None
    seconds = f"{time.monotonic() - began:.1f}"
    console.print(words("sample-played", seconds=seconds, asked=asked), markup=False)
    for one in sign_ins():
        console.print(f"  {one['name']}: {one['hint']}", markup=False)
    client = words("sample-client", client=TRAINING_SYSTEM, file=home.clients_file)
    console.print(client, markup=False)


def running(home: Home, notes: Notes) -> Running:
    """The system that `notes` tell of; `home` holds the secrets of its sample's player."""
    seeder = clients_in(home.clients_file)[DEMO_SEEDER]
    urls = notes.urls
    token = Issuer(urls["issuer"], seeder.client_id, seeder.secret).token
    return Running(urls=urls, kafka=notes.kafka, token=token)


async def shown(system: Running, console: Console) -> int:
    """Play with a bar of the commands done."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console) as progress:
        bar = progress.add_task(words("sample-playing"), total=None)
        return await play(system, lambda done, known: progress.update(bar, completed=done, total=known))
