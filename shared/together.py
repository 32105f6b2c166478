"""Many look-ups, one statement: whoever asks while one is under way goes together in the next."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Generic, TypeVar

K = TypeVar("K")
V = TypeVar("V")

Fetch = Callable[[Sequence[K]], Awaitable[Mapping[K, V]]]


class Together(Generic[K, V]):
    """`fetch` answers several keys at once; a key that it leaves out is answered with None.

    What is answered was read after it was asked for. Adds no wait when idle.
    """

    def __init__(self, fetch: Fetch[K, V]) -> None:
        self._fetch = fetch
        self._waiting: dict[K, asyncio.Future[V | None]] = {}
        self._running: asyncio.Task[None] | None = None

    async def get(self, key: K) -> V | None:
        """The answer for `key`. Raises what the fetch that it went with raised."""
        future = self._waiting.get(key)
        if future is None:
            future = self._waiting[key] = asyncio.get_running_loop().create_future()
        if self._running is None:
            self._running = asyncio.create_task(self._run())
        return await asyncio.shield(future)

    async def _run(self) -> None:
        try:
            while self._waiting:
                asked, self._waiting = self._waiting, {}
                await self._answer(asked)
        finally:
            self._running = None
            abandoned, self._waiting = self._waiting, {}
            for future in abandoned.values():
                future.cancel()

    async def _answer(self, asked: dict[K, "asyncio.Future[V | None]"]) -> None:
        try:
            found = await self._fetch(list(asked))
        except Exception as error:  # noqa: BLE001 - handed to everyone who asked
            for future in asked.values():
                future.set_exception(error)
                future.exception()  # an asker that left must not make the loop complain
        else:
            for key, future in asked.items():
                future.set_result(found.get(key))
        finally:
            for future in asked.values():
                future.cancel()  # only those not answered: the loop is ending
