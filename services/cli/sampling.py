"""Plays the sample once per data folder, through the real commands of the running system."""

import asyncio
import sys

from services.cli import COMMANDS
from services.cli.layout import Layout, common
from services.cli.supervisor import Tell
from shared.embedded.processes import write_whole


async def play_sample(layout: Layout, tell: Tell) -> None:
    """Run `jejak sample` unless it succeeded before here; its progress goes to our terminal."""
    done = layout.home.folder / "sample" / "played"
    if done.exists() or "sample" not in COMMANDS or common()["ENVIRONMENT"] != "demo":
        return
    process = await asyncio.create_subprocess_exec(sys.executable, "-m", "services.cli", "sample")
    try:
        code = await process.wait()
    except asyncio.CancelledError:
        process.terminate()
        await process.wait()
        raise
    if code:
        tell("sample-failed", code=code)
        return
    done.parent.mkdir(parents=True, exist_ok=True)
    write_whole(done, layout.address)
