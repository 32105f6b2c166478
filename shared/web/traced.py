"""A span for each request; what comes behind sees it as the request's own `traceparent`."""

from starlette.types import ASGIApp, Receive, Scope, Send

from shared.tracing import HEADER, Spans

NAME = HEADER.encode()


class Traced:
    """ASGI middleware, put there only where traces are wanted."""

    def __init__(self, app: ASGIApp, *, spans: Spans) -> None:
        self.app = app
        self._spans = spans

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Go on under a span of our own, below the caller's."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        given = dict(scope["headers"]).get(NAME, b"").decode("latin-1")
        with self._spans.over("request", [given]) as (own,):
            headers = [one for one in scope["headers"] if one[0] != NAME]
            if own:
                headers.append((NAME, own.encode()))
            scope["headers"] = headers  # the same scope: whoever counts requests reads the route from it
            await self.app(scope, receive, send)
