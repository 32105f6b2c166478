"""A service over HTTP: its application, and its engine beside it for as long as the application runs."""

from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import Any

from fastapi import APIRouter, FastAPI

from shared.clock import Clock, SystemClock
from shared.context import Context
from shared.identity.tokens import IssuerKeys, TokenVerifier
from shared.service import Running, Service, running
from shared.settings import Settings
from shared.web.api import Edge
from shared.web.application import application
from shared.web.health import health
from shared.web.pages import Pages
from shared.web.problems import Problems


def hosted(
    service: Service,
    settings: Settings,
    routers: Sequence[APIRouter],
    *,
    context: Callable[[Running], Context],
    pages: Pages,
    problems: Problems,
    limits: Mapping[str, int] | None = None,
    verifier: TokenVerifier | None = None,
    clock: Clock | None = None,
) -> FastAPI:
    """The application of one process. Its `state` holds `pages`, `problems` and, while it runs, `context`.

    `limits` as `application` takes them. Tests bring their own `verifier` and `clock`.
    """
    clock = clock or SystemClock()
    verifier = verifier or TokenVerifier(
        IssuerKeys(settings.oidc_jwks_url),
        issuer=settings.oidc_issuer,
        audience=settings.oidc_audience,
        clock=clock,
    )

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        async with verifier.ready(), running(service, settings, app.state.metrics) as run:
            app.state.run, app.state.context = run, context(run)
            yield

    async def report() -> Mapping[str, Any]:
        run: Running = app.state.run
        return await run.health()

    app = application(
        service.name,
        title=f"Jejak Kinerja: {service.name}",
        edge=Edge(verifier, clock, is_demo=settings.is_demo),
        problems=problems,
        limits=limits,
        lifespan=lifespan,
    )
    app.state.pages, app.state.problems = pages, problems
    for router in (*routers, health(report)):
        app.include_router(router)
    return app
