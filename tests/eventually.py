"""Wait for the thing itself, not for a while."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

T = TypeVar("T")


async def eventually(look: Callable[[], Awaitable[T]], *, within: float = 20.0, every: float = 0.02) -> T:
    """The first truthy answer of `look`; an AssertionError with the last answer after `within` seconds."""
    last: T | None = None
    try:
        async with asyncio.timeout(within):
            while not (last := await look()):  # noqa: ASYNC110 - what is awaited may be in another process
                await asyncio.sleep(every)
    except TimeoutError:
        raise AssertionError(f"still {last!r} after {within} s") from None
    return last
