"""Long work lets others have their turn."""

import asyncio

from shared.turns import PIECE, in_turns


async def test_somebody_else_has_a_turn_between_two_pieces_and_order_is_kept() -> None:
    seen: list[str] = []

    async def other() -> None:
        while True:
            seen.append("other")
            await asyncio.sleep(0)

    found: list[int] = []
    async with asyncio.TaskGroup() as group:
        task = group.create_task(other())
        async for piece in in_turns(range(2 * PIECE + 1)):
            seen.append(f"piece of {len(piece)}")
            found += piece
        task.cancel()
    assert seen == [f"piece of {PIECE}", "other", f"piece of {PIECE}", "other", "piece of 1"]
    assert found == list(range(2 * PIECE + 1))


async def test_a_short_work_waits_for_nobody() -> None:
    few, none = [1, 2], list[int]()
    assert [piece async for piece in in_turns(few)] == [few]
    assert [piece async for piece in in_turns(none)] == []
