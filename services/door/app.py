"""The door: one address in front of everything. Knows all its parts and wires them."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx2
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import Mount, Route

from services.door import wording
from services.door.home import composed
from services.door.origin import DoorGuard, SecurityHeaders
from services.door.provider import Provider
from services.door.proxy import Proxy, Upstream, by_prefix
from services.door.sealed import Seal
from services.door.sessions import Sessions
from services.door.settings import DoorSettings
from services.door.sign_in import SignIn
from shared.clock import Clock, SystemClock
from shared.identity.tokens import MISSING, TokenRefused
from shared.store.errors import NotFound
from shared.trust import trust
from shared.web import style_guide
from shared.web.pages import Pages
from shared.web.problem_kinds import KNOWN_STATUS
from shared.web.problem_page import KnownProblem, explanation, problem_page
from shared.web.problems import Problems
from shared.web.static import Static, asset

PAGES = Path(__file__).parent / "pages"
ALL_METHODS = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]
CONNECTIONS = httpx2.Limits(max_connections=500, max_keepalive_connections=50)


@dataclass(frozen=True)
class Door:
    """The door's own pages."""

    settings: DoorSettings
    sign_in: SignIn
    proxy: Proxy
    pages: Pages
    problems: Problems
    clock: Clock

    @property
    def services(self) -> dict[str, str]:
        """Where each service is."""
        return {
            "planning": self.settings.planning_url,
            "assessment": self.settings.assessment_url,
            "followup": self.settings.followup_url,
        }

    async def home(self, request: Request) -> Response:
        """Beranda, or the front page for whoever is not signed in."""
        session = await self.sign_in.session(request)
        if session is None:
            return self.pages.render(request, "depan.html")
        home = await composed(self.proxy.http, self.services, session)
        today = self.clock.now().astimezone(self.settings.timezone).date()
        return self.pages.render(
            request, "beranda.html", actor=session, home=home, today=today, appraiser=home.is_appraiser
        )

    async def who(self, request: Request) -> Response:
        """Who is signed in, for scripts; 401 for nobody."""
        session = await self.sign_in.session(request)
        if session is None:
            raise TokenRefused(MISSING)
        return JSONResponse(
            {"id": str(session.actor_id), "name": session.name, "roles": sorted(session.roles)}
        )

    async def problem(self, request: Request) -> Response:
        """The page that a problem's `type` leads to."""
        code = request.path_params["code"]
        title = self.problems.titles.get(code)
        if title is None:
            raise NotFound
        session = await self.sign_in.session(request)
        request.state.actor = session
        detail = self.problems.details.get(code)
        if detail and "{" in detail:  # it speaks of one occurrence
            detail = None
        return explanation(
            self.pages, request, KnownProblem(KNOWN_STATUS.get(code, 409), code, title, detail)
        )

    async def ready(self, request: Request) -> Response:
        """The door is ready when it serves; what lies behind it is told beside."""
        del request
        names = [*self.services]
        found = await asyncio.gather(*(self._lives(address) for address in self.services.values()))
        return JSONResponse({"ready": True, "services": dict(zip(names, found, strict=True))})

    async def _lives(self, address: str) -> bool:
        try:
            answer = await self.proxy.http.get(f"{address}/health/live", timeout=1.0)
        except httpx2.HTTPError:
            return False
        return answer.is_success


def build(
    settings: DoorSettings, clock: Clock | None = None, titles: Mapping[str, str] | None = None
) -> Starlette:
    """The door as an ASGI application. `titles` are the services' own problems, for `/problems/<code>`."""
    clock = clock or SystemClock()
    http = httpx2.AsyncClient(verify=trust(), limits=CONNECTIONS, follow_redirects=False, trust_env=False)
    seal = Seal.with_key_in(settings.session_key_file)
    sessions = Sessions(settings.session_file, seal, clock)
    provider = Provider(settings, http, clock)
    sign_in = SignIn(settings, provider, sessions, seal, clock)
    pages = Pages(PAGES, settings)
    problems = Problems(
        {**(titles or {}), **wording.PROBLEMS},
        details=wording.DETAILS,
        base=settings.door_url,
        page=problem_page(pages),
    )
    proxy = Proxy(settings, sign_in, http, problems)
    door = Door(settings, sign_in, proxy, pages, problems, clock)

    @asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        del app
        try:
            async with http, provider.verifier.ready():
                yield
        finally:
            sessions.shut()

    app = Starlette(
        routes=routes(door, by_prefix(settings, wording.SERVICES)),
        lifespan=lifespan,
        middleware=[
            Middleware(SecurityHeaders, settings=settings),
            Middleware(DoorGuard, problems=problems, door_url=settings.door_url),
        ],
    )
    problems.install(app)
    return app


def routes(door: Door, behind: list[tuple[str, Upstream]]) -> list[Any]:
    """Every address: the door's own, then what lies behind it."""
    own: list[Any] = [
        Route("/", door.home),
        Route("/masuk", door.sign_in.enter),
        Route("/masuk/kembali", door.sign_in.returned),
        Route("/keluar", door.sign_in.leave, methods=["POST"]),
        Route("/api/door/v1/session", door.who),
        Route("/problems/{code}", door.problem),
        Route("/health/live", live),
        Route("/health/ready", door.ready),
        Route("/favicon.ico", favicon),
        Mount("/static", Static()),
    ]
    if door.settings.is_demo:
        own += style_guide.routes(door.pages)
    for prefix, upstream in behind:
        passing = passing_to(door.proxy, upstream)
        own += [
            Route(prefix, passing, methods=ALL_METHODS),
            Route(prefix + "/{rest:path}", passing, methods=ALL_METHODS),
        ]
    return own


def passing_to(proxy: Proxy, upstream: Upstream) -> Any:
    """The endpoint that passes everything on to `upstream`."""

    async def passing(request: Request) -> Response:
        return await proxy.passed(request, upstream)

    return passing


async def live(request: Request) -> Response:
    """Whether the process answers."""
    del request
    return JSONResponse({"live": True})


async def favicon(request: Request) -> Response:
    """What browsers ask for unasked."""
    del request
    return RedirectResponse(asset("tanda.svg"), 301)
