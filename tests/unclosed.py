"""Whether a block leaves a client to the garbage collector."""

import asyncio
import gc
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager


@asynccontextmanager
async def nothing_unclosed() -> AsyncIterator[None]:
    """Fails where the loop is told of something that was left open in the block."""
    told: list[str] = []
    loop = asyncio.get_running_loop()
    loop.set_exception_handler(lambda _, context: told.append(context["message"]))
    try:
        yield
        for _ in range(10):  # what still holds a client is let go in the loop's next turns
            await asyncio.sleep(0)
            gc.collect()
    finally:
        loop.set_exception_handler(None)
    assert told == []
