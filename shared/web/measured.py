"""Counts requests and how long they took, by the route's template: an address itself would hold ids."""

from time import perf_counter

from prometheus_client import Histogram
from starlette.types import ASGIApp, Message, Receive, Scope, Send

UNKNOWN = "unknown"
METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})

Key = tuple[str, str, int]


class Measured:
    """ASGI middleware, the outermost. A request whose connection breaks before an answer counts as 499."""

    def __init__(self, app: ASGIApp, *, seconds: Histogram) -> None:
        self.app = app
        self._seconds = seconds
        self._known: dict[Key, Histogram] = {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass everything on, and look at the clock."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        status = 499
        began = perf_counter()

        async def noting(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        try:
            await self.app(scope, receive, noting)
        finally:
            self._of(scope, status).observe(perf_counter() - began)

    def _of(self, scope: Scope, status: int) -> Histogram:
        method = scope["method"] if scope["method"] in METHODS else UNKNOWN
        key = (method, getattr(scope.get("route"), "path", UNKNOWN), status)
        if (found := self._known.get(key)) is None:
            found = self._known[key] = self._seconds.labels(*key)
        return found
