"""Many commands, one commit: whoever waits while a batch is being written goes together in the next."""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from functools import partial
from uuid import UUID

from shared.store.append import Prepared
from shared.store.errors import Overloaded
from shared.store.unit import Answer, Appended, Mismatch, Repeated

Flush = Callable[[Sequence[Prepared]], Awaitable[Sequence[Answer | Exception]]]
LANES = 2
BATCH = 256
WAITING = 4096
WORTH_SPLITTING = 8


class Closed(Exception):
    """The process is ending. A unit on its way may be stored: its command id tells, when asked again."""


class Entry:
    """One unit on its way, and everybody who waits for its answer."""

    __slots__ = ("first", "prepared", "twins")

    def __init__(self, prepared: Prepared, first: "asyncio.Future[Answer]") -> None:
        self.prepared = prepared
        self.first = first
        self.twins: list[asyncio.Future[Answer]] = []

    def resolve(self, answer: Answer | BaseException) -> None:
        """Answer everybody; a twin of what is stored now is a repeat."""
        _resolve(self.first, answer)
        for twin in self.twins:
            _resolve(twin, Repeated(self.prepared.unit.outcome) if isinstance(answer, Appended) else answer)


class GroupCommit:
    """A queue before the one statement that appends.

    Adds no wait when idle. Up to `lanes` batches are under way at a time, so that commands are made
    ready here while the database writes others; one stream is never in two of them. Every future is
    resolved on every path, and a caller that leaves takes nothing back: its unit is written.
    """

    def __init__(
        self, flush: Flush, *, lanes: int = LANES, batch: int = BATCH, waiting: int = WAITING
    ) -> None:
        self._flush = flush
        self._lanes, self._batch, self._limit = lanes, batch, waiting
        self._known: dict[UUID, Entry] = {}
        self._ready: deque[Entry] = deque()
        self._behind: dict[UUID, deque[Entry]] = {}  # by stream: who waits for one of the same stream
        self._writing: set[asyncio.Task[Sequence[Answer | Exception]]] = set()
        self._under_way = 0
        self._about_to_launch = False
        self._closed = False
        self._loop = asyncio.get_running_loop()

    async def submit(self, prepared: Prepared) -> Answer:
        """Durable when this returns `Appended`. Raises Overloaded when too many wait, Closed when ending.

        A command whose twin is on its way waits for the twin's answer instead of going itself.
        """
        if self._closed:
            raise Closed
        future: asyncio.Future[Answer] = self._loop.create_future()
        if twin := self._known.get(prepared.command_id):
            if twin.prepared.unit.intent.request_hash != prepared.unit.intent.request_hash:
                return Mismatch()
            twin.twins.append(future)
        elif len(self._known) >= self._limit:
            raise Overloaded
        else:
            self._enter(Entry(prepared, future))
        return await future

    def __len__(self) -> int:
        """How many commands wait or are being written."""
        return len(self._known)

    async def close(self) -> None:
        """Write what waits, then end."""
        self._closed = True
        while self._known:
            self._launch()
            await asyncio.wait(set(self._writing))

    def _enter(self, entry: Entry) -> None:
        self._known[entry.prepared.command_id] = entry
        stream = entry.prepared.stream_id
        if stream is not None and (line := self._behind.get(stream)) is not None:
            line.append(entry)
            return
        if stream is not None:
            self._behind[stream] = deque()
        self._ready.append(entry)
        self._launch_soon()

    def _launch_soon(self) -> None:
        if not self._about_to_launch:  # not at once: whoever else comes in this turn of the loop goes along
            self._about_to_launch = True
            self._loop.call_soon(self._launch)

    def _launch(self) -> None:
        self._about_to_launch = False
        while self._ready and len(self._writing) < self._lanes and len(self._ready) * 2 >= self._under_way:
            batch = [self._ready.popleft() for _ in range(self._share())]
            self._under_way += len(batch)
            task = self._loop.create_task(self._write(batch), name="group commit")
            self._writing.add(task)
            task.add_done_callback(partial(self._written, batch))

    def _share(self) -> int:
        """How many go now: all, or a half where the other half can be written beside it."""
        here = len(self._ready)
        is_first_of_many = not self._writing and self._lanes > 1 and here >= WORTH_SPLITTING
        return min(here // 2 if is_first_of_many else here, self._batch)

    async def _write(self, batch: Sequence[Entry]) -> Sequence[Answer | Exception]:
        return await self._flush([entry.prepared for entry in batch])

    def _written(self, batch: Sequence[Entry], task: "asyncio.Task[Sequence[Answer | Exception]]") -> None:
        """Whatever became of the task, even if it never ran, everybody is told."""
        self._writing.discard(task)
        self._under_way -= len(batch)
        error = Closed() if task.cancelled() else task.exception()
        answers: Sequence[Answer | BaseException] = [error] * len(batch) if error else task.result()
        for entry, answer in zip(batch, answers, strict=True):
            self._finish(entry, answer)
        self._launch_soon()

    def _finish(self, entry: Entry, answer: Answer | BaseException) -> None:
        del self._known[entry.prepared.command_id]
        stream = entry.prepared.stream_id
        if stream is not None:
            if line := self._behind[stream]:
                self._ready.append(line.popleft())
            else:
                del self._behind[stream]
        entry.resolve(answer)


def _resolve(future: "asyncio.Future[Answer]", answer: Answer | BaseException) -> None:
    if future.done():
        return
    if isinstance(answer, BaseException):
        future.set_exception(answer)
        future.exception()  # a caller that left must not make the loop complain
    else:
        future.set_result(answer)
