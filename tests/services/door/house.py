"""A door on real sockets with all behind it: the sample issuer and services that note what they get."""

import asyncio
import json
import socket
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID
from zoneinfo import ZoneInfo

import httpx2
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import Route

from services.door import app as door_app
from services.door.settings import DoorSettings
from shared.clock import FixedClock
from shared.identity.issuer import app as issuer_app
from shared.identity.issuer.settings import IssuerSettings
from shared.identity.tokens import IssuerKeys, TokenRefused, TokenVerifier
from shared.trust import trust
from tests import tokens
from tests.serving import served

SARI = UUID("01900000-0000-7000-8000-000000000011")
BUDI = UUID("01900000-0000-7000-8000-000000000012")
PEOPLE = [
    {"employee_id": str(SARI), "name": "Sari Wulandari", "hint": "11 dari 12 laporan tepat waktu"},
    {"employee_id": str(BUDI), "name": "Budi Santoso", "hint": "komunikasi", "roles": ["employee", "hr"]},
]
AS_PAGE = {"Accept": "text/html"}
EVERY = ["GET", "POST", "PUT", "DELETE"]


@dataclass
class Seen:
    """One request as a service got it."""

    method: str
    target: str
    headers: dict[str, str]
    body: bytes


@dataclass
class Service:
    """A service that says who asked and what it got; `home` is what it contributes to the home page."""

    name: str
    verifier: TokenVerifier
    seen: list[Seen] = field(default_factory=list)
    home: dict[str, Any] = field(default_factory=dict)
    hangs: asyncio.Event | None = None
    refuses: bool = False

    async def answer(self, request: Request) -> Response:
        if self.hangs:
            await self.hangs.wait()
        target = request.scope["raw_path"].decode() + (f"?{request.url.query}" if request.url.query else "")
        self.seen.append(Seen(request.method, target, dict(request.headers), await request.body()))
        token = request.headers.get("authorization", "").removeprefix("Bearer ")
        try:
            actor = await self.verifier.verify(token)
        except TokenRefused:
            return JSONResponse({"title": "no"}, 401)
        if self.refuses:
            return JSONResponse({"title": "no"}, 401)
        if request.url.path.endswith("/home"):
            return JSONResponse({"service": self.name, **self.home})
        if request.url.path.endswith("/stream"):
            return StreamingResponse(slowly(), headers={"X-Part": "1", "Connection": "X-Part"})
        response = JSONResponse({"service": self.name, "actor": str(actor.actor_id)})
        response.set_cookie("pesan", "halo", path="/")
        response.headers["X-Served-By"] = self.name
        return response

    def app(self) -> Starlette:
        return Starlette(routes=[Route("/{rest:path}", self.answer, methods=EVERY)])


async def slowly() -> AsyncIterator[bytes]:
    for part in (b"one,", b"two,", b"three"):
        yield part
        await asyncio.sleep(0)


@dataclass
class House:
    """Addresses, clocks and services of one running door."""

    settings: DoorSettings
    issuer: IssuerSettings
    clock: FixedClock
    services: dict[str, Service]
    stack: AsyncExitStack

    @property
    def url(self) -> str:
        return self.settings.door_url

    def reset(self) -> None:
        """As if nothing had happened yet."""
        self.clock.instant = datetime.now(UTC)
        for service in self.services.values():
            service.seen.clear()
            service.home, service.refuses, service.hangs = {}, False, None

    def browser(self) -> "Browser":
        """A browser without cookies yet."""
        http = httpx2.AsyncClient(base_url=self.url, follow_redirects=False, timeout=10, verify=trust())
        return Browser(self, http)


@dataclass
class Browser:
    """Keeps cookies and says where its requests come from, as browsers do."""

    house: House
    http: httpx2.AsyncClient

    async def get(self, path: str, **more: Any) -> httpx2.Response:
        headers = AS_PAGE | {"Sec-Fetch-Site": "same-origin"} | more.pop("headers", {})
        return await self.http.get(path, headers=headers, **more)

    async def post(self, path: str, **more: Any) -> httpx2.Response:
        origin = {"Sec-Fetch-Site": "same-origin", "Origin": self.house.url}
        return await self.http.post(path, headers=AS_PAGE | origin | more.pop("headers", {}), **more)

    async def start(self, place: str = "/masuk") -> dict[str, str]:
        """Go to the issuer's page; the answer is its hidden fields."""
        away = await self.get(place)
        assert away.status_code == 303, away.text
        page = await self.get(away.headers["location"])
        assert page.status_code == 200, page.text
        return dict(httpx2.URL(away.headers["location"]).params)

    async def choose(self, fields: dict[str, str], person: UUID = SARI) -> str:
        """Choose a person; the answer is the address that leads back to the door."""
        answer = await self.post("/issuer/authorize", data=fields | {"employee_id": str(person)})
        assert answer.status_code == 303
        return str(answer.headers["location"])

    async def sign_in(self, place: str = "/masuk", person: UUID = SARI) -> httpx2.Response:
        """The whole way; the answer is the door's last redirect."""
        return await self.get(await self.choose(await self.start(place), person))

    @property
    def sid(self) -> str | None:
        return self.http.cookies.get("sid")


def free_ports(count: int) -> list[int]:
    """Ports that nobody listens on."""
    sockets = [socket.socket() for _ in range(count)]
    for one in sockets:
        one.bind(("127.0.0.1", 0))
    ports = [one.getsockname()[1] for one in sockets]
    for one in sockets:
        one.close()
    return ports


@asynccontextmanager
async def house(folder: Path, *, away: tuple[str, ...] = ()) -> AsyncIterator[House]:
    """A running house; the services named in `away` are not started."""
    names = ("planning", "assessment", "followup")
    door_port, issuer_port, *ports = free_ports(5)
    door_url, issuer_url = f"http://127.0.0.1:{door_port}", f"http://127.0.0.1:{issuer_port}"
    urls = {name: f"http://127.0.0.1:{port}" for name, port in zip(names, ports, strict=True)}
    clock = FixedClock(datetime.now(UTC))
    issuer = issuer_settings(folder, door_url)
    settings = door_settings(folder, door_url, issuer_url, urls)
    async with AsyncExitStack() as stack:
        await stack.enter_async_context(served(issuer_app.build(issuer, clock), issuer_port))
        services = {}
        for name, port in zip(names, ports, strict=True):
            keys = IssuerKeys(settings.oidc_jwks_url)
            verifier = TokenVerifier(keys, issuer=issuer.issuer, audience="jejak", clock=clock)
            services[name] = Service(name, verifier)
            if name not in away:
                await stack.enter_async_context(served(services[name].app(), port))
        await stack.enter_async_context(served(door_app.build(settings, clock), door_port))
        yield House(settings, issuer, clock, services, stack)


def issuer_settings(folder: Path, door_url: str) -> IssuerSettings:
    people = folder / "people.json"
    people.write_text(json.dumps(PEOPLE))
    key = folder / "issuer.pem"
    key.write_bytes(tokens.key("issuer").as_pem(private=True))
    return IssuerSettings(
        door_url=door_url,
        host="127.0.0.1",
        port=0,
        agency="CONTOH",
        agency_name="BKPSDM Contoh",
        timezone=ZoneInfo("Asia/Jakarta"),
        audience="jejak",
        key_file=key,
        people_file=people,
        clients_file=folder / "clients.json",
        door_client_id="jejak-door",
        door_client_secret="secret",
    )


def door_settings(folder: Path, door_url: str, issuer_url: str, urls: dict[str, str]) -> DoorSettings:
    return DoorSettings(
        agency="CONTOH",
        agency_name="BKPSDM Contoh",
        timezone=ZoneInfo("Asia/Jakarta"),
        is_demo=True,
        host="127.0.0.1",
        port=urlsplit(door_url).port or 0,
        door_url=door_url,
        planning_url=urls["planning"],
        assessment_url=urls["assessment"],
        followup_url=urls["followup"],
        issuer_internal_url=issuer_url,
        oidc_issuer=f"{door_url}/issuer",
        oidc_jwks_url=f"{issuer_url}/issuer/jwks",
        oidc_audience="jejak",
        client_id="jejak-door",
        client_secret="secret",
        session_file=folder / "sessions.sqlite",
        session_key_file=folder / "sessions.key",
    )


def https(settings: DoorSettings) -> DoorSettings:
    """The same door as people would reach it over https."""
    url = "https://kinerja.contoh.go.id"
    return replace(settings, door_url=url)
