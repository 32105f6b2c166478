"""Look-ups that go together, each answered with what was read after it was asked for."""

import asyncio
from collections.abc import Mapping, Sequence

import pytest

from shared.together import Together


class Slow:
    """A source that answers only when told to, and remembers what it was asked."""

    def __init__(self) -> None:
        self.asked: list[list[int]] = []
        self.go = asyncio.Semaphore(0)
        self.broken = False

    async def fetch(self, keys: Sequence[int]) -> Mapping[int, str]:
        self.asked.append(sorted(keys))
        await self.go.acquire()
        if self.broken:
            raise ConnectionResetError
        return {key: f"value {key}" for key in keys if key >= 0}


async def started(*asking: "asyncio.Task[str | None]") -> None:
    for _ in range(3):
        await asyncio.sleep(0)
    assert not any(one.done() for one in asking)


async def test_those_who_ask_while_one_is_under_way_go_together_in_the_next() -> None:
    slow = Slow()
    together = Together(slow.fetch)
    first = asyncio.create_task(together.get(1))
    await started(first)
    later = [asyncio.create_task(together.get(key)) for key in (2, 3, 2, 1)]
    await started(*later)
    slow.go.release()
    slow.go.release()
    assert await first == "value 1"
    assert await asyncio.gather(*later) == ["value 2", "value 3", "value 2", "value 1"]
    assert slow.asked == [[1], [1, 2, 3]]


async def test_what_is_not_found_is_none() -> None:
    slow = Slow()
    slow.go.release()
    assert await Together(slow.fetch).get(-1) is None


async def test_a_failure_reaches_everyone_who_went_along_and_nobody_after() -> None:
    slow = Slow()
    together = Together(slow.fetch)
    slow.broken = True
    failing = [asyncio.create_task(together.get(key)) for key in (1, 2)]
    await started(*failing)
    slow.go.release()
    for one in failing:
        with pytest.raises(ConnectionResetError):
            await one
    slow.broken = False
    slow.go.release()
    assert await together.get(1) == "value 1"


async def test_an_asker_that_leaves_disturbs_nobody() -> None:
    slow = Slow()
    together = Together(slow.fetch)
    leaving, staying = (asyncio.create_task(together.get(1)) for _ in range(2))
    await started(leaving, staying)
    leaving.cancel()
    slow.go.release()
    assert await staying == "value 1"


async def test_when_the_loop_ends_nobody_waits_for_ever() -> None:
    slow = Slow()
    together = Together(slow.fetch)
    waiting = asyncio.create_task(together.get(1))
    await started(waiting)
    running = together._running
    assert running is not None
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting
