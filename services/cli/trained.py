"""Kafka's next start is made shorter while this one is used."""

import asyncio
import sys
from asyncio.subprocess import DEVNULL
from pathlib import Path

from services.cli.supervisor import Tell
from shared.embedded import training


async def kafka_trained(log: Path, tell: Tell) -> None:
    """Have the archive of Kafka's classes made where it is missing; ends with whoever waits for it."""
    if not training.needed():
        return
    with log.open("wb") as out:
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", training.__name__),
            stdin=DEVNULL,
            stdout=out,
            stderr=out,
            start_new_session=True,
        )
    try:
        if await process.wait():
            tell("training-failed", log=log)
    finally:
        if process.returncode is None:
            process.terminate()
            await process.wait()
