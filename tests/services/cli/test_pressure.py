"""The load of `jejak bench http`, against a real server."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from itertools import repeat

import pytest
import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from services.cli.bench.pressure import Pressure, at_rate, bearer, closed_loop, open_loop, request
from services.cli.language import Told
from shared.embedded.ports import free_port

Loop = Callable[[str, Iterator[bytes]], Awaitable[Pressure]]


async def accept(asked: Request) -> Response:
    said = await asked.json()
    return JSONResponse(said, status_code=201 if said["good"] else 409)


@pytest.fixture
async def url() -> AsyncIterator[str]:
    port = free_port()
    app = Starlette(routes=[Route("/", accept, methods=["POST"])])
    server = uvicorn.Server(uvicorn.Config(app, host="127.0.0.1", port=port, log_level="error"))
    serving = asyncio.create_task(server.serve())
    while not server.started:  # noqa: ASYNC110 - uvicorn has nothing to wait on
        await asyncio.sleep(0)
    yield f"http://127.0.0.1:{port}"
    server.should_exit = True
    await serving


async def test_every_request_is_sent_once_and_judged_by_its_answer(url: str) -> None:
    good, bad = (request("POST", "/", body, **bearer("x")) for body in (b'{"good":true}', b'{"good":false}'))
    found = await closed_loop([url], iter([good, good, bad, good, bad]), 2)
    assert (len(found.accepted), found.refused) == (3, 2)
    assert {one.body for one in found.answers} == {b'{"good":true}', b'{"good":false}'}


async def test_a_closed_loop_ends_when_its_time_is_up(url: str) -> None:
    found = await closed_loop([url], repeat(request("POST", "/", b'{"good":true}')), 2, 0.1)
    assert found.lasted >= 0.1
    assert found.accepted


@pytest.fixture
async def broken() -> AsyncIterator[str]:
    async def hang_up(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read(10)
        writer.transport.abort()

    async with await asyncio.start_server(hang_up, "127.0.0.1", 0) as server:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"


@pytest.mark.parametrize(
    "loop", [lambda url, ones: open_loop([url], ones, 100), lambda url, ones: closed_loop([url], ones, 1)]
)
async def test_a_connection_that_breaks_is_a_refusal_and_not_the_end(loop: Loop, broken: str) -> None:
    found = await loop(broken, iter([request("POST", "/", b"{}")] * 3))
    assert (found.accepted, found.refused) == ([], 3)
    assert all(one.body for one in found.answers), "each with its reason"


async def test_connections_are_shared_out_over_all_addresses(url: str, broken: str) -> None:
    found = await closed_loop([url, broken], iter([request("POST", "/", b'{"good":true}')] * 4), 4)
    assert (len(found.accepted), found.refused) == (2, 2)


async def test_what_goes_wrong_at_a_rate_is_raised_as_it_is() -> None:
    async def refused(due: float, one: bytes) -> None:
        raise Told(f"{one!r} at {due}")

    with pytest.raises(Told):
        await at_rate(100, refused, [b"one", b"two"])


async def test_an_open_loop_keeps_its_rate_whatever_the_answers_take(url: str) -> None:
    found = await open_loop([url], iter([request("POST", "/", b'{"good":true}')] * 20), 200)
    assert len(found.accepted) == 20
    assert found.lasted >= 19 / 200
