"""Speaks to a running system over HTTP as any of the sample's people, on the day that it is to be."""

import asyncio
import json
import math
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from types import TracebackType
from typing import Any, Self
from uuid import UUID, uuid5

import httpx2

from services.cli.client import Caller, Refused, problem_of

KEYS = UUID("6f0f4fd0-17a5-5f5a-8f43-6a656a616b35")
CALM, BUSY = 32, (429, 502, 503, 504)
NOT_YET = frozenset(
    {
        "not-found",
        "person-is-unknown",
        "plan-has-no-appraiser",
        "plan-not-agreed",
        "not-the-appraiser",
        "not-the-appraisers-superior",
        "record-not-yours",
    }
)
"""What a service may say to something that will be so once a message has arrived."""

Upload = tuple[str, bytes]


@dataclass(frozen=True, slots=True)
class Issuer:
    """Gives the sample's player a token of anybody, as long as the whole sample takes."""

    address: str
    client_id: str
    secret: str

    async def token(self, http: httpx2.AsyncClient, subject: UUID) -> str:
        """An access token. Raises Refused."""
        asked = {"grant_type": "client_credentials", "subject": str(subject)}
        answer = await http.post(
            f"{self.address}/issuer/token", data=asked, auth=(self.client_id, self.secret)
        )
        if not answer.is_success:
            raise Refused(answer.status_code, problem_of(answer), "token")
        token: str = answer.json()["access_token"]
        return token


Token = Callable[[httpx2.AsyncClient, UUID], Awaitable[str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    """One request; `by` asks it at the instant `at`. Forms carry files beside their fields."""

    service: str
    method: str
    path: str
    by: UUID
    at: datetime
    body: Mapping[str, Any] | None = None
    form: Mapping[str, str] | None = None
    files: Sequence[tuple[str, Upload]] = ()

    @property
    def key(self) -> str:
        """The same for the same request, so that whoever plays again changes nothing twice."""
        files = [[name, upload[0], upload[1].hex()] for name, upload in self.files]
        content = [self.service, self.method, self.path, self.body, self.form, files]
        said = json.dumps([str(self.by), self.at.isoformat(), content], sort_keys=True)
        return str(uuid5(KEYS, said))


@dataclass
class Client:
    """Asks, waits where a service is busy or behind, and gives the answer. Use as a context."""

    urls: Mapping[str, str]
    token: Token
    asked: int = 0
    _tokens: dict[UUID, "asyncio.Task[str]"] = field(default_factory=dict)
    _http: httpx2.AsyncClient = field(init=False)

    async def __aenter__(self) -> Self:
        limits = httpx2.Limits(max_connections=CALM, max_keepalive_connections=CALM)
        self._http = httpx2.AsyncClient(limits=limits, timeout=60.0, trust_env=False)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for task in self._tokens.values():
            task.cancel()
        await asyncio.gather(*self._tokens.values(), return_exceptions=True)
        await self._http.aclose()

    async def do(self, ask: Ask) -> dict[str, Any]:
        """Its answer. Raises Refused where it is refused for good, or still after a while."""
        files = [(name, upload) for name, upload in ask.files]
        form = {} if ask.form is None else {"data": dict(ask.form), "files": files or None}
        answer: dict[str, Any] = await self._caller(ask).ask(
            ask.method, path_of(ask), ask.body, key=ask.key, **form
        )
        self.asked += 1
        return answer

    async def everything(self, ask: Ask) -> list[dict[str, Any]]:
        """All items of a list, over all its pages. Raises Refused."""
        caller, items = self._caller(ask), []
        path: str | None = path_of(ask)
        while path:
            page = await caller.read(path)
            items += page["items"]
            path = page["next"]
        return items

    def _caller(self, ask: Ask) -> Caller:
        async def token() -> tuple[str, float]:
            return await self._token(ask.by), math.inf

        return Caller(self._http, self.urls, token, at=ask.at, may_pass=may_pass)

    async def _token(self, subject: UUID) -> str:
        if subject not in self._tokens:
            self._tokens[subject] = asyncio.create_task(self._asked_for(subject))
        return await self._tokens[subject]

    async def _asked_for(self, subject: UUID) -> str:
        return await self.token(self._http, subject)


def path_of(ask: Ask) -> str:
    """Where the service's JSON API answers it."""
    return f"/api/{ask.service}/v1{ask.path}"


def may_pass(refused: Refused) -> bool:
    """Whether it helps to wait: the service is busy, or has yet to hear of something."""
    return refused.status in BUSY or refused.code in NOT_YET
