"""One of the two services as a process of its own: `python -m tests.torture.part sender|receiver`.

It is told everything by the environment, as the real ones are.
"""

import asyncio
import sys
from typing import Any
from uuid import UUID

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request as Http
from starlette.responses import JSONResponse
from starlette.routing import Route

from shared.service import Running, running
from shared.settings import Settings
from shared.store.unit import Appended, Repeated, Unit
from tests.shared.toy import Counted, intent
from tests.torture import pair

Asked = dict[str, Any]


def unit_of(asked: Asked) -> Unit:
    """The unit of work that a writer asks for; the same for the API and on a connection of its own."""
    owner, tokens = UUID(asked["owner"]), asked["tokens"]
    return Unit(
        intent=intent(command_id=UUID(asked["command"]), said=repr(tokens)),
        outcome={"version": asked["expected"] + len(tokens)},
        stream=pair.ledger(owner, asked["year"]),
        expected=asked["expected"],
        events=tuple(Counted(by=token) for token in tokens),
        subject_id=owner,
    )


def told(answer: object) -> dict[str, Any]:
    """The store's answer as a writer hears it."""
    said: dict[str, Any] = {"answer": type(answer).__name__.lower()}
    if isinstance(answer, Appended):
        said["version"] = answer.version
    if isinstance(answer, Repeated):
        said["version"] = answer.outcome["version"]
    return said


def api(run: Running) -> Starlette:
    """One route: append, and say how it went."""

    async def append(http: Http) -> JSONResponse:
        [answer] = await run.store.append([unit_of(await http.json())])
        return JSONResponse(told(answer))

    return Starlette(routes=[Route("/append", append, methods=["POST"])])


async def serve(service: str) -> None:
    """Run until told to stop."""
    settings = Settings.from_environment()
    async with running(getattr(pair, service)(), settings) as run:
        config = uvicorn.Config(
            api(run), host=settings.host, port=settings.port, log_level="error", timeout_graceful_shutdown=1
        )
        await uvicorn.Server(config).serve()


if __name__ == "__main__":
    asyncio.run(serve(sys.argv[1]))
