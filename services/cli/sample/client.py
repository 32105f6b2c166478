"""Speaks to a running system over HTTP as any of the sample's people, on the day that it is to be."""

import asyncio
import json
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from types import TracebackType
from typing import Any, Self
from uuid import UUID, uuid5

import httpx2

KEYS = UUID("6f0f4fd0-17a5-5f5a-8f43-6a656a616b35")
PATIENCE = 30.0  # seconds for what another service has yet to hear of
FIRST_PAUSE, LONGEST_PAUSE = 0.02, 0.5
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


class Refused(Exception):
    """A service said no, and no waiting changes that; `code` is the problem's."""

    def __init__(self, what: str, status: int, code: str, body: str) -> None:
        super().__init__(f"{what}: {status} {body}")
        self.status = status
        self.code = code


@dataclass(frozen=True, slots=True, kw_only=True)
class Addresses:
    """Where each program listens, without a slash at the end."""

    planning: str
    assessment: str
    followup: str

    def of(self, service: str) -> str:
        """The root of a service's JSON API."""
        return f"{getattr(self, service)}/api/{service}/v1"


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
            raise Refused("token", answer.status_code, "", answer.text)
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

    addresses: Addresses
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
        """Its answer; `Refused` where it is refused for good, or still after PATIENCE."""
        address = self.addresses.of(ask.service) + ask.path
        headers = {
            "Authorization": f"Bearer {await self._token(ask.by)}",
            "Demo-Time": ask.at.isoformat(),
            "Idempotency-Key": ask.key,
        }
        pause, until = FIRST_PAUSE, asyncio.get_running_loop().time() + PATIENCE
        while True:
            answer = await self._once(ask, address, headers)
            if answer is not None and answer.is_success:
                self.asked += 1
                found: dict[str, Any] = answer.json()
                return found
            if not _may_change(answer) or asyncio.get_running_loop().time() > until:
                raise refused(ask, answer)
            await asyncio.sleep(pause)
            pause = min(pause * 2, LONGEST_PAUSE)

    async def everything(self, ask: Ask) -> list[dict[str, Any]]:
        """All items of a list, over all its pages."""
        items: list[dict[str, Any]] = []
        token = await self._token(ask.by)
        address: str | None = self.addresses.of(ask.service) + ask.path
        while address:
            headers = {"Authorization": f"Bearer {token}", "Demo-Time": ask.at.isoformat()}
            answer = await self._http.get(address, headers=headers)
            if not answer.is_success:
                raise refused(ask, answer)
            page = answer.json()
            items += page["items"]
            address = f"{getattr(self.addresses, ask.service)}{page['next']}" if page["next"] else None
        return items

    async def _once(self, ask: Ask, address: str, headers: dict[str, str]) -> httpx2.Response | None:
        try:
            if ask.form is not None:
                files = [(name, (upload[0], upload[1])) for name, upload in ask.files]
                return await self._http.request(
                    ask.method, address, headers=headers, data=dict(ask.form), files=files or None
                )
            return await self._http.request(ask.method, address, headers=headers, json=ask.body)
        except httpx2.TransportError:
            return None

    async def _token(self, subject: UUID) -> str:
        if subject not in self._tokens:
            self._tokens[subject] = asyncio.create_task(self._asked_for(subject))
        return await self._tokens[subject]

    async def _asked_for(self, subject: UUID) -> str:
        return await self.token(self._http, subject)


def _may_change(answer: httpx2.Response | None) -> bool:
    return answer is None or answer.status_code in BUSY or code_of(answer) in NOT_YET


def code_of(answer: httpx2.Response) -> str:
    """The code of a problem: the last part of its type."""
    try:
        return str(answer.json()["type"]).rpartition("/")[2]
    except (ValueError, KeyError, TypeError):
        return ""


def refused(ask: Ask, answer: httpx2.Response | None) -> Refused:
    """What to tell about an answer that is none."""
    what = f"{ask.method} {ask.service} {ask.path}"
    if answer is None:
        return Refused(what, 0, "", "no answer")
    return Refused(what, answer.status_code, code_of(answer), answer.text[:500])
