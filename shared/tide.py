"""Tells everyone in this process who waits that the log has grown."""

import asyncio


class Tide:
    """A broadcast without memory: readers look first, then wait for the next rise, or poll."""

    def __init__(self) -> None:
        self._next = asyncio.Event()

    def rise(self) -> None:
        """Wake every waiter once."""
        woken, self._next = self._next, asyncio.Event()
        woken.set()

    def mark(self) -> asyncio.Event:
        """The next rise. Take it before looking, so that none is missed in between."""
        return self._next

    @staticmethod
    async def passed(mark: asyncio.Event, *, within: float) -> None:
        """Return at that rise, or after `within` seconds: another process may have sequenced."""
        try:
            async with asyncio.timeout(within):
                await mark.wait()
        except TimeoutError:
            return
