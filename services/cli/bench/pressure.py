"""Asks a service as fast as it answers, or at a set rate, with a client that costs next to nothing."""

import asyncio
import time
from collections.abc import Callable, Coroutine, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import cycle
from typing import Any, Self, TypeVar
from urllib.parse import urlsplit

import httptools

CREATED = 201
T = TypeVar("T")
BROKEN = 0  # the status of an answer that never came: the connection broke


@dataclass(frozen=True, slots=True)
class Answer:
    """A response; `seconds` from when it was to be sent until it was read."""

    status: int
    body: bytes
    seconds: float


class Wire(asyncio.Protocol):
    """One kept connection, one request at a time."""

    def __init__(self) -> None:
        self._transport: asyncio.Transport | None = None
        self._parser = httptools.HttpResponseParser(self)
        self._answered: asyncio.Future[tuple[int, bytes]] | None = None
        self._body: list[bytes] = []
        self.is_open = True

    @classmethod
    async def to(cls, url: str) -> "Wire":
        """Connect to the service at `url`."""
        place = urlsplit(url)
        _, wire = await asyncio.get_running_loop().create_connection(
            cls, place.hostname or "127.0.0.1", place.port or 80
        )
        return wire

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Asyncio's word."""
        self._transport = transport  # type: ignore[assignment]

    def connection_lost(self, exc: Exception | None) -> None:
        """Asyncio's word: whoever waits hears of it."""
        self.is_open = False
        if self._answered and not self._answered.done():
            self._answered.set_exception(exc or ConnectionResetError())

    def data_received(self, data: bytes) -> None:
        """Asyncio's word."""
        self._parser.feed_data(data)

    def on_body(self, part: bytes) -> None:
        """The parser's word."""
        self._body.append(part)

    def on_message_complete(self) -> None:
        """The parser's word."""
        assert self._answered is not None  # noqa: S101 - a response without a request is no HTTP
        if not self._answered.done():
            self._answered.set_result((self._parser.get_status_code(), b"".join(self._body)))

    async def ask(self, request: bytes, since: float | None = None) -> Answer:
        """Send and wait; the clock runs from `since`, or from now."""
        assert self._transport is not None  # noqa: S101 - made by `to`
        since = since or time.perf_counter()
        self._answered = asyncio.get_running_loop().create_future()
        self._parser, self._body = httptools.HttpResponseParser(self), []
        self._transport.write(request)
        try:
            status, body = await self._answered
        except ConnectionError as error:
            status, body = BROKEN, (str(error) or type(error).__name__).encode()
        return Answer(status, body, time.perf_counter() - since)

    def close(self) -> None:
        """Hang up."""
        if self._transport:
            self._transport.close()


def request(method: str, path: str, body: bytes, **headers: str) -> bytes:
    """A request as bytes; underscores in names of headers become dashes."""
    head = {"Host": "jejak", "Content-Type": "application/json", "Content-Length": str(len(body)), **headers}
    lines = "".join(f"{name.replace('_', '-')}: {value}\r\n" for name, value in head.items())
    return f"{method} {path} HTTP/1.1\r\n{lines}\r\n".encode() + body


@dataclass
class Pressure:
    """What came of a run."""

    answers: list[Answer] = field(default_factory=list)
    lasted: float = 0.0

    @property
    def rate(self) -> float:
        """Accepted commands a second."""
        return len(self.accepted) / self.lasted

    @property
    def accepted(self) -> list[float]:
        """The seconds that each accepted command took."""
        return [one.seconds for one in self.answers if one.status == CREATED]

    @property
    def refused(self) -> int:
        """How many were not accepted."""
        return len(self.answers) - len(self.accepted)


class Wires:
    """As many connections as requests under way, to each of `urls` in turn. A context: they are kept."""

    def __init__(self, urls: Sequence[str]) -> None:
        self._urls = cycle(urls)
        self._all: list[Wire] = []
        self._idle: list[Wire] = []

    async def ask(self, one: bytes, since: float | None = None) -> Answer:
        """`Wire.ask` on a connection that is free."""
        while self._idle and not self._idle[-1].is_open:  # the server hangs up on whoever is long silent
            self._idle.pop()
        wire = self._idle.pop() if self._idle else await self._another()
        answer = await wire.ask(one, since)
        self._idle.append(wire)
        return answer

    async def _another(self) -> Wire:
        wire = await Wire.to(next(self._urls))
        self._all.append(wire)
        return wire

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        for wire in self._all:
            wire.close()


async def closed_loop(
    urls: Sequence[str], requests: Iterator[bytes], connections: int, seconds: float = float("inf")
) -> Pressure:
    """Each connection sends its next request when it has its answer, until none is left or time is up."""
    found = Pressure()
    with Wires(urls) as wires:

        async def keep_asking() -> None:
            for one in requests:
                found.answers.append(await wires.ask(one))
                if time.perf_counter() > began + seconds:
                    return

        began = time.perf_counter()
        await asyncio.gather(*(keep_asking() for _ in range(connections)))
        found.lasted = time.perf_counter() - began
    return found


async def at_rate(
    rate: float, send: Callable[[float, T], Coroutine[Any, Any, None]], ones: Iterable[T]
) -> float:
    """`send` one of `ones`, told when it was due, every 1/`rate` s, however long others take.

    Returns when all are done, and how many seconds the sending took. Raises what `send` raises.
    """
    sending: list[asyncio.Task[None]] = []
    began = time.perf_counter()
    for number, one in enumerate(ones):
        due = began + number / rate
        await asyncio.sleep(max(0.0, due - time.perf_counter()))
        sending.append(asyncio.create_task(send(due, one)))
    lasted = time.perf_counter() - began
    await asyncio.gather(*sending)
    return lasted


async def open_loop(urls: Sequence[str], requests: Iterator[bytes], rate: float) -> Pressure:
    """One request every 1/`rate` s, whether or not the ones before were answered; late sending counts."""
    found = Pressure()
    with Wires(urls) as wires:

        async def send(due: float, one: bytes) -> None:
            found.answers.append(await wires.ask(one, due))

        began = time.perf_counter()
        await at_rate(rate, send, requests)
        found.lasted = time.perf_counter() - began
    return found


def bearer(token: str, **headers: str) -> dict[str, Any]:
    """The headers of a request in somebody's name."""
    return {"Authorization": f"Bearer {token}", **headers}
