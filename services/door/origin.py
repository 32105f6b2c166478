"""Keeps foreign sites from acting through a reader's session, and tells browsers what our pages may do."""

from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from services.door.settings import DoorSettings
from shared.web.guard import Guard, check_declared, counted
from shared.web.problem import Malformed
from shared.web.problems import Problems

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
FOREIGN = "foreign-origin"
LARGEST = 54_525_952
"""More than the largest that a service takes: a report with five files of evidence."""
NOTHING_ALLOWED = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
ALWAYS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(self), geolocation=(), microphone=()",
}
HTTPS_ONLY = {"Strict-Transport-Security": "max-age=31536000"}


class DoorGuard(Guard):
    """Bounds bodies without reading them (the services read and check them) and words every error."""

    def __init__(self, app: ASGIApp, *, problems: Problems, door_url: str) -> None:
        super().__init__(app, problems=problems, limit=LARGEST)
        self.own = urlsplit(door_url).netloc

    async def checked(self, scope: Scope, receive: Receive) -> Receive:
        """`receive`, counted. Raises BodyTooLarge, or Malformed for what a foreign page sent."""
        headers = Headers(scope=scope)
        if scope["method"] not in SAFE_METHODS and is_foreign(headers, self.own):
            raise Malformed(FOREIGN, status=403)
        check_declared(headers.get("content-length", "0").encode("latin-1"), self.limit)
        return counted(receive, self.limit)


def is_foreign(headers: Headers, own: str) -> bool:
    """Whether another site's page makes this request, or could: a cookie counts only when a browser vouches.

    Programs send neither header nor cookie and are known by their own token.
    """
    site = headers.get("sec-fetch-site")
    if site is not None:
        return site not in ("same-origin", "none")
    origin = headers.get("origin")
    if origin is not None:
        return urlsplit(origin).netloc not in (own, headers.get("host"))
    return "cookie" in headers and "authorization" not in headers


class SecurityHeaders:
    """ASGI middleware that adds what an answer does not say itself."""

    def __init__(self, app: ASGIApp, settings: DoorSettings) -> None:
        self.app = app
        self.always = ALWAYS | (HTTPS_ONLY if settings.is_https else {})

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass everything on, adding headers to the answer's start."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return

        async def adding(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in self.always.items():
                    headers.setdefault(name, value)
                headers.setdefault("Content-Security-Policy", NOTHING_ALLOWED)
                if not scope["path"].startswith("/static/"):
                    headers.setdefault("Cache-Control", "no-store")
            await send(message)

        await self.app(scope, receive, adding)
