"""Speaks to the services over their JSON API, as one person or one system at a time."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import uuid4

import httpx2

from services.cli.language import Told

FIRST_PAUSE, LONGEST_PAUSE = 0.02, 0.5
PATIENCE = 30.0  # seconds that one request may be repeated while its service is away
FORGET_TOKEN_BEFORE = 30.0

Token = Callable[[], Awaitable[tuple[str, float]]]  # an access token, and for how many seconds it holds


class Refused(Told):
    """A service answered with a problem; `code` is the last part of its type."""

    def __init__(self, status: int, problem: Mapping[str, Any], what: str = "") -> None:
        said = [problem[part] for part in ("title", "detail", "errors") if problem.get(part)]
        super().__init__(" ".join(map(str, [f"{what}:"] * bool(what) + [status, *said])))
        self.status = status
        self.problem = problem
        self.code = str(problem.get("type", "")).rpartition("/")[2]


def is_away(refused: Refused) -> bool:
    """Whether the service could not answer."""
    return refused.status == httpx2.codes.SERVICE_UNAVAILABLE


@dataclass
class Caller:
    """Somebody who asks; `at` sets the demonstration's clock, None leaves the server's.

    A request that a dying process left unanswered, or another that `may_pass`, is sent again with the same
    key: it is done once.
    """

    http: httpx2.AsyncClient
    urls: Mapping[str, str]
    token: Token
    at: datetime | None = None
    patience: float = PATIENCE
    may_pass: Callable[[Refused], bool] = is_away
    _held: str = field(default="", repr=False)
    _until: float = 0.0

    async def read(self, path: str, **query: Any) -> Any:
        """The JSON at `path`. Raises Refused."""
        return (await self._send("GET", path, params=query or None)).json()

    async def page(self, service: str, path: str) -> str:
        """A page of a service, as a browser gets it. Raises Refused."""
        return (await self._send("GET", path, service=service, headers={"Accept": "text/html"})).text

    async def file(self, service: str, path: str) -> bytes:
        """A download of a service. Raises Refused."""
        return (await self._send("GET", path, service=service)).content

    async def ask(
        self, method: str, path: str, body: Any = None, *, key: str | None = None, **request: Any
    ) -> Any:
        """Ask for a change, under `key` or a fresh one; its answer. Raises Refused."""
        request["headers"] = request.get("headers", {}) | {"Idempotency-Key": key or str(uuid4())}
        if body is not None:
            request["json"] = body
        answer = await self._send(method, path, **request)
        return answer.json() if answer.content else None

    async def post(self, path: str, body: Any = None, **request: Any) -> Any:
        """`ask` by POST. Raises Refused."""
        return await self.ask("POST", path, body, **request)

    async def put(self, path: str, body: Any = None, **request: Any) -> Any:
        """`ask` by PUT. Raises Refused."""
        return await self.ask("PUT", path, body, **request)

    async def _send(self, method: str, path: str, **request: Any) -> httpx2.Response:
        headers = request.pop("headers", {}) | {"Authorization": f"Bearer {await self._token()}"}
        if self.at is not None:
            headers["Demo-Time"] = self.at.isoformat()
        url = f"{self.urls[request.pop('service', None) or path.split('/')[2]]}{path}"
        pause, deadline = FIRST_PAUSE, time.monotonic() + self.patience
        while True:
            try:
                answer = await self.http.request(method, url, headers=headers, **request)
            except httpx2.TransportError as error:
                refused = Refused(503, {"title": f"{url} is away: {error!r}"})
            else:
                if answer.status_code < httpx2.codes.BAD_REQUEST:
                    return answer
                refused = Refused(answer.status_code, problem_of(answer), f"{method} {path}")
            if not self.may_pass(refused) or time.monotonic() > deadline:
                raise refused
            await asyncio.sleep(pause)
            pause = min(pause * 2, LONGEST_PAUSE)

    async def _token(self) -> str:
        if time.monotonic() > self._until:
            self._held, seconds = await self.token()
            self._until = time.monotonic() + seconds - FORGET_TOKEN_BEFORE
        return self._held


def problem_of(answer: httpx2.Response) -> dict[str, Any]:
    """The problem that an answer carries; its text where it is none."""
    try:
        return dict(answer.json())
    except ValueError:
        return {"title": answer.text[:200]}
