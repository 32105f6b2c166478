"""Long work in pieces, so that a process that also answers people does not let them wait for all of it."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from typing import TypeVar

T = TypeVar("T")
PIECE = 100  # events: some milliseconds


async def in_turns(items: Sequence[T]) -> AsyncIterator[Sequence[T]]:
    """`items` in their order, `PIECE` at a time; between two pieces the rest of the process has its turn."""
    for start in range(0, len(items), PIECE):
        if start:
            await asyncio.sleep(0)
        yield items[start : start + PIECE]
