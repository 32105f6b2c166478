"""A wire that can be cut, slowed, stalled, or made to lose answers: it stands before a real server."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Self

from shared.embedded.ports import HOST

CHUNK = 65_536
Take = Callable[[asyncio.StreamReader], Awaitable[bytes]]


async def some(source: asyncio.StreamReader) -> bytes:
    """Whatever has come; nothing at the end."""
    return await source.read(CHUNK)


class Wire:
    """Forwards TCP to `target` on this machine, as well as its flags let it."""

    def __init__(self, target: int) -> None:
        self.target = target
        self.port = 0
        self.delay = 0.0  # seconds a chunk takes
        self.asking, self.answering = asyncio.Event(), asyncio.Event()
        self._frozen: list[asyncio.Event] = []
        self._open: set[asyncio.StreamWriter] = set()
        self.heal()

    def heal(self) -> None:
        """Let everything through."""
        self.delay = 0.0
        self.asking.set()
        self.answering.set()

    def freeze(self) -> None:
        """What is connected now says and hears nothing more, and is not told; new connections work."""
        for flows in (self.asking, self.answering):
            flows.clear()
            self._frozen.append(flows)
        self.asking, self.answering = asyncio.Event(), asyncio.Event()
        self.heal()

    def cut(self) -> None:
        """Reset every connection; what is under way is lost."""
        for writer in list(self._open):
            writer.transport.abort()

    async def is_connected(self) -> bool:
        """Whether somebody is."""
        return bool(self._open)

    @asynccontextmanager
    async def strung(self) -> AsyncIterator[Self]:
        """Listen while the block runs."""
        server = await asyncio.start_server(self._connected, HOST, self.port)
        self.port = server.sockets[0].getsockname()[1]
        try:
            yield self
        finally:
            server.close()
            self.heal()
            for flows in self._frozen:
                flows.set()
            self.cut()

    async def _connected(self, near: asyncio.StreamReader, near_writer: asyncio.StreamWriter) -> None:
        try:
            far, far_writer = await asyncio.open_connection(HOST, self.target)
        except OSError:
            near_writer.transport.abort()
            return
        ends = {near_writer, far_writer}
        self._open |= ends
        ways = [
            asyncio.create_task(self._carry(self._asked, near, far_writer, self.asking)),
            asyncio.create_task(self._carry(some, far, near_writer, self.answering)),
        ]
        try:
            await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for way in ways:
                way.cancel()
            self._open -= ends
            for end in ends:
                end.close()

    async def _asked(self, source: asyncio.StreamReader) -> bytes:
        return await some(source)

    async def _carry(
        self, take: Take, source: asyncio.StreamReader, sink: asyncio.StreamWriter, flows: asyncio.Event
    ) -> None:
        try:
            while chunk := await take(source):
                await flows.wait()
                if self.delay:
                    await asyncio.sleep(self.delay)
                sink.write(chunk)
                await sink.drain()
        except OSError:
            return


class KafkaWire(Wire):
    """Loses whole requests of some kinds, by their API key, and lets all others through."""

    FETCH = 1

    def __init__(self, target: int) -> None:
        super().__init__(target)
        self.loses: set[int] = set()
        self.lost = 0

    async def _asked(self, source: asyncio.StreamReader) -> bytes:
        try:
            while True:
                size = await source.readexactly(4)
                request = await source.readexactly(int.from_bytes(size, "big"))
                if int.from_bytes(request[:2], "big") not in self.loses:
                    return size + request
                self.lost += 1
        except asyncio.IncompleteReadError:
            return b""
