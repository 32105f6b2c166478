"""`jejak log export`: one employee's year, with its proofs, for whoever must check it without us."""

import asyncio
import os
from pathlib import Path
from typing import Annotated
from uuid import UUID
from zoneinfo import ZoneInfo

import asyncpg
import typer
from rich.console import Console

from services.cli.language import Told, words
from services.cli.layout import common
from services.cli.log.where import Where
from services.cli.programs import SERVICES
from shared.embedded.processes import write_whole
from shared.sealed_log.audit.rows import connect
from shared.sealed_log.bundle.bundle import bundled
from shared.sealed_log.bundle.part import NothingSealed, Part
from shared.sealed_log.checkpoint import CheckpointForeign, origin
from shared.sealed_log.note import NoteWrong, SignatureWrong
from shared.sealed_log.proof import ProofWrong
from shared.sealed_log.stored import LogChanged

EXAMPLES = "jejak log export --employee 0190... --year 2026 · python3 -I periksa.py bukti-2026.zip"


def command(
    *,
    employee: Annotated[UUID, typer.Option(help="the employee's id")],
    year: Annotated[int, typer.Option(min=1, max=9999, help="2026")],
    services: Annotated[list[str] | None, typer.Option("--service", help="all of them unless named")] = None,
    to: Annotated[Path | None, typer.Option(help="bukti-<year>-<employee>.zip")] = None,
) -> None:
    """Write events, proofs, checkpoint, evidence hashes, a page to read and a checker into one zip file."""
    places = [Where.of(name) for name in services or SERVICES]
    try:
        parts = asyncio.run(exported(places, employee, year))
    except NothingSealed as log:
        raise Told(words("log-not-sealed", service=log)) from None
    except (OSError, asyncpg.PostgresError) as reason:
        raise Told(words("log-database-away", reason=reason)) from None
    except (LogChanged, ProofWrong, SignatureWrong, NoteWrong, CheckpointForeign) as reason:
        raise Told(words("log-not-exported", reason=reason)) from None
    if not any(one.envelopes for one in parts):
        raise Told(words("log-nobody", employee=employee, year=year))
    zone = ZoneInfo(common(os.environ)["AGENCY_TIMEZONE"])
    file = to or Path(f"bukti-{year}-{employee}.zip")
    content = bundled(parts, agency=places[0].agency, employee=employee, year=year, zone=zone)
    try:
        written(file, content)
    except OSError as reason:
        raise Told(words("log-not-written", file=file, reason=reason.strerror)) from None
    events = sum(len(one.envelopes) for one in parts)
    console = Console(highlight=False, soft_wrap=True)
    console.print(words("log-exported", file=file, events=events), markup=False)


def written(file: Path, content: bytes) -> None:
    """Whole, or what was there before stays; a device or a pipe takes it as it comes. Raises OSError."""
    if file.exists() and not file.is_file():
        file.write_bytes(content)
    else:
        write_whole(file, content)


async def exported(places: list[Where], employee: UUID, year: int) -> list[Part]:
    """The part of each service."""
    parts = []
    for where in places:
        connection = await connect(where.database_url)
        try:
            parts.append(await Part.of(connection, origin(where.agency, where.service), employee, year))
        finally:
            await connection.close()
    return parts
