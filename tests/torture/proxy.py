"""A wire that can be cut, slowed, stalled, or made to lose answers: it stands before a real server."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from shared.embedded.ports import HOST

CHUNK = 65_536


class Wire:
    """Forwards TCP to `target` on this machine, as well as its flags let it."""

    def __init__(self, target: int) -> None:
        self.target = target
        self.port = 0
        self.delay = 0.0  # seconds a chunk takes
        self.asking, self.answering = asyncio.Event(), asyncio.Event()
        self._open: set[asyncio.StreamWriter] = set()
        self.heal()

    def heal(self) -> None:
        """Let everything through."""
        self.delay = 0.0
        self.asking.set()
        self.answering.set()

    def cut(self) -> None:
        """Reset every connection; what is under way is lost."""
        for writer in list(self._open):
            writer.transport.abort()

    @asynccontextmanager
    async def strung(self) -> AsyncIterator["Wire"]:
        """Listen while the block runs."""
        server = await asyncio.start_server(self._connected, HOST, self.port)
        self.port = server.sockets[0].getsockname()[1]
        try:
            yield self
        finally:
            server.close()
            self.heal()
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
            asyncio.create_task(self._carry(near, far_writer, self.asking)),
            asyncio.create_task(self._carry(far, near_writer, self.answering)),
        ]
        try:
            await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for way in ways:
                way.cancel()
            self._open -= ends
            for end in ends:
                end.close()

    async def _carry(
        self, source: asyncio.StreamReader, sink: asyncio.StreamWriter, flows: asyncio.Event
    ) -> None:
        try:
            while chunk := await source.read(CHUNK):
                await flows.wait()
                if self.delay:
                    await asyncio.sleep(self.delay)
                sink.write(chunk)
                await sink.drain()
        except OSError:
            return
