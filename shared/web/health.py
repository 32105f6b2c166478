"""Whether a process lives and can work, for whoever starts and watches it."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from fastapi import APIRouter
from prometheus_client import CONTENT_TYPE_LATEST
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from shared.metrics import Metrics

Report = Callable[[], Awaitable[Mapping[str, Any]]]


def health(report: Report) -> APIRouter:
    """`/health/live`, `/health/ready` (503 unless the report says `ready`) and `/metrics`.

    All three are for the network that the service itself listens on; the door passes none of them on.

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
        await report()  # lags are looked up when asked for
        found: Metrics = request.app.state.metrics
        return Response(found.text(), media_type=CONTENT_TYPE_LATEST)

    return router
