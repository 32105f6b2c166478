"""Whether a process lives and can work, for whoever starts and watches it."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from fastapi import APIRouter
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from shared.store.errors import NotFound

LOOPBACK = frozenset({"127.0.0.1", "::1"})


Report = Callable[[], Awaitable[Mapping[str, Any]]]


def health(report: Report) -> APIRouter:
    """`/health/live`, `/health/ready` (503 unless the report says `ready`) and `/metrics` (loopback only).

    The report is shown as it is: numbers and short English causes, no personal data.
    """
    router = APIRouter(include_in_schema=False)

    @router.get("/health/live")
    async def live() -> dict[str, bool]:
        return {"live": True}

    @router.get("/health/ready")
    async def ready() -> JSONResponse:
        found = await report()
        return JSONResponse(dict(found), status_code=200 if found["ready"] else 503)

    @router.get("/metrics")
    async def metrics(request: Request) -> Response:
        if request.client is None or request.client.host not in LOOPBACK:
            raise NotFound
        return Response(generate_latest(), media_type=CONTENT_TYPE_LATEST)

    return router
