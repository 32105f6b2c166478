"""`jejak log rotate`: a new signing key, which the old one vouches for."""

import asyncio
from typing import Annotated

import asyncpg
import typer
from rich.console import Console

from services.cli.language import Told, words
from services.cli.log.where import Where
from shared.sealed_log.checkpoint import CheckpointForeign, origin
from shared.sealed_log.note import NoteWrong, SignatureWrong, VerifierKey
from shared.sealed_log.rotation import rotate
from shared.sealed_log.sealer import SigningKeyMissing, SigningKeyWrong


def command(service: Annotated[str, typer.Argument(help="planning | assessment | followup")]) -> None:
    """Replace a service's signing key while it runs; the new verifier key is printed, to be handed out."""
    where = Where.of(service)
    try:
        key = asyncio.run(rotated(where))
    except (SigningKeyMissing, SigningKeyWrong) as reason:
        raise Told(str(reason)) from None
    except (OSError, asyncpg.PostgresError) as reason:
        raise Told(words("log-database-away", reason=reason)) from None
    except (SignatureWrong, NoteWrong, CheckpointForeign) as reason:
        raise Told(words("log-not-rotated", service=service, reason=reason)) from None
    console = Console(highlight=False, soft_wrap=True)
    console.print(words("log-rotated", service=service), markup=False)
    console.print(str(key), markup=False)


async def rotated(where: Where) -> VerifierKey:
    """The new key of a service."""
    connection = await asyncpg.connect(where.database_url)
    try:
        return await rotate(connection, where.signing_key_file, origin(where.agency, where.service))
    finally:
        await connection.close()
