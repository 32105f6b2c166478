"""Work on what comes next, begun while what is before it is still under way."""

import asyncio
from collections.abc import Coroutine
from typing import Any, Generic, TypeVar

T = TypeVar("T")


class Ahead(Generic[T]):
    """One piece of work, known by the place in the log that it begins at."""

    def __init__(self) -> None:
        self._begun: tuple[int, asyncio.Task[T]] | None = None

    def begin(self, place: int, work: Coroutine[Any, Any, T]) -> None:
        """Begin; what was begun before and not taken is dropped."""
        self.drop()
        self._begun = place, asyncio.create_task(work)

    async def take(self, place: int) -> T | None:
        """What was begun for `place`, None where nothing was. Raises what the work raised."""
        if self._begun is None or self._begun[0] != place:
            self.drop()
            return None
        (_, task), self._begun = self._begun, None
        return await task

    def drop(self) -> None:
        """Let go of what nobody will take."""
        if self._begun is not None:
            _, task = self._begun
            self._begun = None
            task.cancel()
            task.add_done_callback(_seen)


def _seen(task: "asyncio.Task[Any]") -> None:
    """An error that nobody waits for is not told by the loop either."""
    if not task.cancelled():
        task.exception()
