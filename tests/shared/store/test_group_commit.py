"""The queue before the append statement: nobody waits for ever, nothing overtakes in its stream."""

import asyncio
from collections.abc import Sequence
from contextlib import suppress
from uuid import UUID, uuid4

import pytest

from shared.store.append import Prepared
from shared.store.errors import Overloaded
from shared.store.group_commit import Closed, GroupCommit
from shared.store.unit import Answer, Appended, Mismatch, Repeated
from tests.shared.toy import Counted, intent, unit


def prepared(owner: UUID, *, command_id: UUID | None = None, said: str = "count") -> Prepared:
    asked = unit(owner, Counted(by=1), asked=intent(command_id=command_id, said=said))
    return Prepared(asked, ("CONTOH", "toy"), (), ((),))


class Database:
    """A flush that takes as long as it is told, and remembers what came together."""

    def __init__(self) -> None:
        self.batches: list[list[Prepared]] = []
        self.under_way: set[UUID] = set()
        self.gate = asyncio.Event()
        self.gate.set()
        self.error: BaseException | None = None

    async def flush(self, batch: Sequence[Prepared]) -> list[Answer]:
        self.batches.append(list(batch))
        streams = {one.unit.stream.stream_id for one in batch if one.unit.stream}
        assert len(streams) == len(batch)
        assert not streams & self.under_way
        self.under_way |= streams
        try:
            await self.gate.wait()
            if self.error:
                raise self.error
        finally:
            self.under_way -= streams
        return [Appended(1)] * len(batch)


async def test_who_comes_in_one_turn_goes_in_few_batches() -> None:
    database = Database()
    commits = GroupCommit(database.flush)
    answers = await asyncio.gather(*(commits.submit(prepared(uuid4())) for _ in range(200)))
    assert answers == [Appended(1)] * 200
    assert [len(batch) for batch in database.batches] == [100, 100]
    await commits.close()


async def test_one_alone_goes_at_once() -> None:
    database = Database()
    commits = GroupCommit(database.flush)
    waiting = asyncio.create_task(commits.submit(prepared(uuid4())))
    for _ in range(8):  # turns of the loop, no time
        await asyncio.sleep(0)
    assert waiting.done()
    await commits.close()


async def test_two_of_one_stream_are_never_under_way_together_and_keep_their_order() -> None:
    database = Database()
    commits = GroupCommit(database.flush)
    owner = uuid4()
    mine = [prepared(owner) for _ in range(10)]
    others = [prepared(uuid4()) for _ in range(90)]
    await asyncio.gather(*(commits.submit(one) for one in [*mine, *others]))
    written = [one for batch in database.batches for one in batch if one in mine]
    assert written == mine
    await commits.close()


async def test_what_fails_is_told_to_everyone_of_the_batch_and_the_next_is_written() -> None:
    database = Database()
    commits = GroupCommit(database.flush)
    database.error = OSError("the line is cut")
    failed = await asyncio.gather(
        *(commits.submit(prepared(uuid4())) for _ in range(60)), return_exceptions=True
    )
    assert [type(one) for one in failed] == [OSError] * 60
    database.error = None
    assert await commits.submit(prepared(uuid4())) == Appended(1)
    await commits.close()


async def test_a_caller_that_leaves_takes_nothing_back() -> None:
    database = Database()
    commits = GroupCommit(database.flush)
    database.gate.clear()
    first, second = prepared(uuid4()), prepared(uuid4())
    leaving = [asyncio.create_task(commits.submit(one)) for one in (first, second)]
    await asyncio.sleep(0)
    leaving[0].cancel()
    twin = asyncio.create_task(commits.submit(first))
    await asyncio.sleep(0)
    database.gate.set()
    assert await leaving[1] == Appended(1)
    assert await twin == Repeated({"said": "done"})
    with pytest.raises(asyncio.CancelledError):
        await leaving[0]
    await commits.close()


async def test_a_twin_with_another_request_is_told_at_once() -> None:
    database = Database()
    commits = GroupCommit(database.flush)
    command_id = uuid4()
    database.gate.clear()
    first = asyncio.create_task(commits.submit(prepared(uuid4(), command_id=command_id)))
    await asyncio.sleep(0)
    assert await commits.submit(prepared(uuid4(), command_id=command_id, said="other")) == Mismatch()
    database.gate.set()
    assert await first == Appended(1)
    await commits.close()


async def test_too_many_are_sent_away_and_nothing_of_theirs_is_written() -> None:
    database = Database()
    commits = GroupCommit(database.flush, waiting=10)
    database.gate.clear()
    waiting = [asyncio.create_task(commits.submit(prepared(uuid4()))) for _ in range(10)]
    await asyncio.sleep(0)
    with pytest.raises(Overloaded):
        await commits.submit(prepared(uuid4()))
    database.gate.set()
    assert await asyncio.gather(*waiting) == [Appended(1)] * 10
    assert sum(len(batch) for batch in database.batches) == 10
    await commits.close()


async def test_closing_writes_what_waits_also_behind_others_and_lets_nobody_in() -> None:
    database = Database()
    commits = GroupCommit(database.flush, batch=7)
    owner = uuid4()
    waiting = [
        asyncio.create_task(commits.submit(prepared(one)))
        for one in [owner] * 5 + [uuid4() for _ in range(40)]
    ]
    await asyncio.sleep(0)
    await commits.close()
    assert await asyncio.gather(*waiting) == [Appended(1)] * 45
    with pytest.raises(Closed):
        await commits.submit(prepared(uuid4()))


async def test_a_batch_that_is_cancelled_leaves_nobody_waiting() -> None:
    database = Database()
    commits = GroupCommit(database.flush)
    database.gate.clear()
    waiting = [asyncio.create_task(commits.submit(prepared(uuid4()))) for _ in range(30)]
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    for task in asyncio.all_tasks():
        if task.get_name() == "group commit":
            task.cancel()
    async with asyncio.timeout(5):
        answers = await asyncio.gather(*waiting, return_exceptions=True)
    assert {type(one) for one in answers} == {Closed}
    with suppress(Closed):
        await commits.close()
