"""Many commands, one commit: whoever waits while a batch is being written goes together in the next."""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from uuid import UUID

from shared.store.append import Prepared
from shared.store.errors import Overloaded
from shared.store.unit import Answer, Appended, Mismatch, Repeated

Flush = Callable[[Sequence[Prepared]], Awaitable[list[Answer]]]
BATCH = 256
WAITING = 4096


class Closed(Exception):
    """The process is ending; nothing of this unit was stored."""


class GroupCommit:
    """A queue before the one statement that appends.

    Adds no wait when idle; every future is resolved on every path.
    """

    def __init__(self, flush: Flush, *, batch: int = BATCH, waiting: int = WAITING) -> None:
        self._flush = flush
        self._batch = batch
        self._limit = waiting
        self._waiting: deque[tuple[Prepared, asyncio.Future[Answer]]] = deque()
        self._in_flight: dict[UUID, tuple[Prepared, asyncio.Future[Answer]]] = {}
        self._wake = asyncio.Event()
        self._closed = False
        self._task = asyncio.create_task(self._run(), name="group commit")

    async def submit(self, prepared: Prepared) -> Answer:
        """Durable when this returns `Appended`. Raises Overloaded when too many wait, Closed when ending.

        A command whose twin is on its way waits for the twin's answer instead of going itself.
        """
        if self._closed:
            raise Closed
        if twin := self._in_flight.get(prepared.command_id):
            return await self._as_twin(prepared, *twin)
        if len(self._waiting) >= self._limit:
            raise Overloaded
        future: asyncio.Future[Answer] = asyncio.get_running_loop().create_future()
        self._waiting.append((prepared, future))
        self._in_flight[prepared.command_id] = (prepared, future)
        self._wake.set()
        return await asyncio.shield(future)

    async def close(self) -> None:
        """Write what waits, then end."""
        self._closed = True
        self._wake.set()
        await self._task

    async def _as_twin(self, asked: Prepared, first: Prepared, future: asyncio.Future[Answer]) -> Answer:
        if first.unit.intent.request_hash != asked.unit.intent.request_hash:
            return Mismatch()
        answer = await asyncio.shield(future)
        return Repeated(first.unit.outcome) if isinstance(answer, Appended) else answer

    async def _run(self) -> None:
        try:
            while self._waiting or not self._closed:
                self._wake.clear()
                if not self._waiting:
                    await self._wake.wait()
                elif batch := self._take():
                    await self._write(batch)
        finally:
            self._closed = True
            for prepared, future in self._waiting:
                self._resolve(prepared, future, Closed())

    async def _write(self, batch: list[tuple[Prepared, "asyncio.Future[Answer]"]]) -> None:
        try:
            answers: Sequence[Answer | BaseException] = await self._flush([prepared for prepared, _ in batch])
        except Exception as error:  # noqa: BLE001 - handed to every waiting caller
            answers = [error] * len(batch)
        except BaseException:
            for prepared, future in batch:
                self._resolve(prepared, future, Closed())
            raise
        for (prepared, future), answer in zip(batch, answers, strict=True):
            self._resolve(prepared, future, answer)

    def _resolve(
        self, prepared: Prepared, future: "asyncio.Future[Answer]", answer: Answer | BaseException
    ) -> None:
        self._in_flight.pop(prepared.command_id, None)
        if future.done():
            return
        if isinstance(answer, BaseException):
            future.set_exception(answer)
            future.exception()  # a caller that left must not make the loop complain
        else:
            future.set_result(answer)

    def _take(self) -> list[tuple[Prepared, "asyncio.Future[Answer]"]]:
        taken: list[tuple[Prepared, asyncio.Future[Answer]]] = []
        left: deque[tuple[Prepared, asyncio.Future[Answer]]] = deque()
        streams: set[UUID] = set()
        while self._waiting and len(taken) < self._batch:
            prepared, future = self._waiting.popleft()
            if prepared.stream_id is not None and prepared.stream_id in streams:
                left.append((prepared, future))
                continue
            if prepared.stream_id is not None:
                streams.add(prepared.stream_id)
            taken.append((prepared, future))
        self._waiting.extendleft(reversed(left))
        return taken
