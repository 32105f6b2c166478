"""Whether a block leaves a client to the garbage collector."""

import asyncio
import gc
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest


@asynccontextmanager
async def nothing_unclosed() -> AsyncIterator[None]:
    """Fails where the loop is told of something that was left open in the block."""
    await all_let_go()  # of what was left before the block, which is not its doing
    told: list[str] = []
    loop = asyncio.get_running_loop()
    loop.set_exception_handler(lambda _, context: told.append(str(context)))
    try:
        yield
        await all_let_go()
    finally:
        loop.set_exception_handler(None)
    if told:
        pytest.fail("\n".join(told))


async def all_let_go() -> None:
    """What still holds a client is let go in the loop's next turns."""
    for _ in range(10):
        await asyncio.sleep(0)
        gc.collect()
