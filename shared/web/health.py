"""Whether a process lives and can work, for whoever starts and watches it."""

from collections.abc import Awaitable, Callable
from typing import Literal

from fastapi import APIRouter
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from pydantic import BaseModel
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from shared.store.errors import NotFound

LOOPBACK = frozenset({"127.0.0.1", "::1"})


class Component(BaseModel):
    """One thing a process needs: `detail` is a short English line without personal data."""

    status: Literal["up", "down"]
    detail: str = ""
    lag: int | None = None


Components = Callable[[], Awaitable[dict[str, Component]]]


def health(components: Components) -> APIRouter:
    """`/health/live`, `/health/ready` (503 while a component is down) and `/metrics` (loopback only)."""
    router = APIRouter(include_in_schema=False)

    @router.get("/health/live")
    async def live() -> dict[str, str]:
        return {"status": "up"}

    @router.get("/health/ready")
    async def ready() -> JSONResponse:
        found = await components()
        is_up = all(component.status == "up" for component in found.values())
        body = {
            "status": "up" if is_up else "down",
            "components": {
                name: component.model_dump(exclude_none=True) for name, component in found.items()
            },
        }
        return JSONResponse(body, status_code=200 if is_up else 503)

    @router.get("/metrics")
    async def metrics(request: Request) -> Response:
        if request.client is None or request.client.host not in LOOPBACK:
            raise NotFound
        return Response(generate_latest(), media_type=CONTENT_TYPE_LATEST)

    return router
