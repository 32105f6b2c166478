"""What comes close together is given its places together."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from uuid import uuid4

import asyncpg
import pytest

from shared.sealed_log.sequencer import IDLE, LONGEST_IDLE, PACE, idle_after, sequence
from shared.store.store import Store
from tests.eventually import eventually
from tests.shared.conftest import Place
from tests.shared.toy import Counted, unit


@asynccontextmanager
async def sequencing(place: Place, store: Store) -> AsyncIterator[list[int]]:
    """What is told of a sequencer at work."""
    connection = await asyncpg.connect(place.settings.database_url)
    found: list[int] = []
    ticking = asyncio.create_task(sequence(connection, store.written, found.append))
    yield found
    ticking.cancel()
    with suppress(asyncio.CancelledError):
        await ticking
    await connection.close()


@pytest.fixture
async def ticks(place: Place, store: Store) -> AsyncIterator[list[int]]:
    async with sequencing(place, store) as found:
        yield found


async def test_what_got_its_place_before_the_first_tick_is_told_as_well(place: Place, store: Store) -> None:
    await store.append([unit(uuid4(), Counted(by=1)) for _ in range(3)])
    async with sequencing(place, store) as found:

        async def all_are_told() -> bool:
            return sum(found) == 3

        await eventually(all_are_told)


async def test_many_commands_one_after_the_other_share_ticks(ticks: list[int], store: Store) -> None:
    began = time.monotonic()
    for _ in range(60):
        await store.append([unit(uuid4(), Counted(by=1))])

    async def all_are_placed() -> bool:
        return sum(ticks) == 60

    await eventually(all_are_placed)
    assert len(ticks) <= (time.monotonic() - began) / PACE + 1


def test_what_this_process_tells_of_is_not_looked_for() -> None:
    assert idle_after(LONGEST_IDLE, 3, was_told=True) == LONGEST_IDLE


def test_what_others_wrote_is_looked_for_soon_again() -> None:
    assert idle_after(LONGEST_IDLE, 3, was_told=False) == IDLE


def test_looks_that_find_nothing_become_rare() -> None:
    idle = IDLE
    for _ in range(30):
        idle = idle_after(idle, 0, was_told=False)
    assert idle == LONGEST_IDLE
