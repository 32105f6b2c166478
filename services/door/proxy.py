"""Passes requests on to the services, as whoever is signed in, and their answers back."""

from collections.abc import AsyncIterator, Iterable, Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from urllib.parse import quote, unquote_to_bytes

import httpx2
from starlette.background import BackgroundTask
from starlette.requests import ClientDisconnect, Request
from starlette.responses import RedirectResponse, Response, StreamingResponse

from services.door.settings import DoorSettings
from services.door.sign_in import SignIn
from shared.identity.tokens import MISSING, TokenRefused
from shared.store.errors import NotFound
from shared.web.flash import COOKIE as FLASH
from shared.web.problem import Problem
from shared.web.problems import Problems, wants_page

SERVICE_AWAY = "service-away"
# RFC 9110, section 7.6.1, and what `Connection` itself names.
HOP_BY_HOP = frozenset(
    {
        "connection",
        "keep-alive",
        "proxy-authenticate",
        "proxy-authorization",
        "proxy-connection",
        "te",
        "trailer",
        "transfer-encoding",
        "upgrade",
    }
)
SET_HERE = frozenset({"host", "cookie", "authorization", "forwarded", "x-real-ip", "expect"})
FORWARDED = "x-forwarded-"
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})


@dataclass(frozen=True, slots=True)
class Upstream:
    """A process behind the door; `name` is what people call it. `is_ours`: it is told who is signed in."""

    name: str
    address: str
    is_ours: bool = True


@dataclass(frozen=True)
class Proxy:
    """One client for all upstreams; each answers or fails alone."""

    settings: DoorSettings
    sign_in: SignIn
    http: httpx2.AsyncClient
    problems: Problems
    timeout: httpx2.Timeout = field(default_factory=lambda: httpx2.Timeout(30.0, connect=2.0))

    async def passed(self, request: Request, upstream: Upstream) -> Response:
        """The upstream's answer; a person who is not signed in is sent to sign in first."""
        if has_dots(raw_path(request)):
            raise NotFound
        authorization = request.headers.get("authorization")
        if upstream.is_ours and authorization is None:
            session = await self.sign_in.session(request)
            if session is None:
                return to_sign_in(request)
            authorization = f"Bearer {session.access_token}"
        try:
            answer = await self.http.send(self.onward(request, upstream, authorization), stream=True)
        except ClientDisconnect:
            return Response(status_code=HTTPStatus.BAD_REQUEST)
        except httpx2.TransportError:
            return self.away(request, upstream)
        is_refused = upstream.is_ours and answer.status_code == HTTPStatus.UNAUTHORIZED
        if is_refused and "authorization" not in request.headers and is_page_view(request):
            await answer.aclose()
            return to_sign_in(request)
        return streamed(answer)

    def onward(self, request: Request, upstream: Upstream, authorization: str | None) -> httpx2.Request:
        """The request as the upstream gets it."""
        return self.http.build_request(
            request.method,
            httpx2.URL(upstream.address).copy_with(raw_path=raw_path(request)),
            headers=onward_headers(request, authorization, self.settings.door_url),
            content=body_of(request),
            timeout=self.timeout,
        )

    def away(self, request: Request, upstream: Upstream) -> Response:
        """What is said when an upstream does not answer: the others live on."""
        facts = {"service": upstream.name}
        headers = {"Retry-After": "5"}
        return self.problems.response(
            request, Problem(status=503, code=SERVICE_AWAY, facts=facts, headers=headers)
        )


def streamed(answer: httpx2.Response) -> Response:
    """The upstream's answer as it comes, with the headers that are meant for the reader."""
    response = StreamingResponse(
        answer.aiter_raw(), status_code=answer.status_code, background=BackgroundTask(answer.aclose)
    )
    dropped = HOP_BY_HOP | named_in(answer.headers.get("connection", "")) | {"server", "date"}
    response.raw_headers = [
        (name.lower(), value) for name, value in answer.headers.raw if name.decode().lower() not in dropped
    ]
    return response


def onward_headers(request: Request, authorization: str | None, door_url: str) -> list[tuple[str, str]]:
    """The request's headers for a service: no cookie but the flash message's, and who really asks."""
    headers = request.headers
    dropped = HOP_BY_HOP | SET_HERE | named_in(headers.get("connection", ""))
    kept = [
        (name, value)
        for name, value in headers.items()
        if name not in dropped and not name.startswith(FORWARDED)
    ]
    scheme, _, host = door_url.partition("://")
    kept += [("x-forwarded-proto", scheme), ("x-forwarded-host", host)]
    if request.client:
        kept.append(("x-forwarded-for", request.client.host))
    if authorization:
        kept.append(("authorization", authorization))
    if message := request.cookies.get(FLASH):
        kept.append(("cookie", f"{FLASH}={message}"))
    if "accept-encoding" not in headers:
        kept.append(("accept-encoding", "identity"))  # or the client library would ask for its own
    return kept


def named_in(connection: str) -> frozenset[str]:
    """The further headers that a `Connection` header takes out of the message."""
    return frozenset(name.strip().lower() for name in connection.split(","))


def raw_path(request: Request) -> bytes:
    """The address as it was sent, so that no escape is read twice."""
    path: bytes = request.scope.get("raw_path") or request.url.path.encode()
    query: bytes = request.scope["query_string"]
    return path + (b"?" + query if query else b"")


def has_dots(path: bytes) -> bool:
    """Whether the address climbs (`/..`) in any spelling, out of what the door passes on."""
    plain = unquote_to_bytes(unquote_to_bytes(path.partition(b"?")[0])).replace(b"\\", b"/")
    return any(part in (b".", b"..") for part in plain.split(b"/"))


def body_of(request: Request) -> AsyncIterator[bytes] | None:
    """The body as it comes; none where the request has none, so that none is announced."""
    has_body = "content-length" in request.headers or "transfer-encoding" in request.headers
    return request.stream() if has_body else None


def is_page_view(request: Request) -> bool:
    """Whether a person looks at a page and may be led to sign in and back."""
    return request.method in SAFE_METHODS and wants_page(request)


def to_sign_in(request: Request) -> Response:
    """To the sign-in and back here. Raises TokenRefused for what is no page view."""
    if not is_page_view(request):
        raise TokenRefused(MISSING)
    place = raw_path(request).decode("ascii", "replace")
    return RedirectResponse(f"/masuk?next={quote(place, safe='')}", 303, {"Cache-Control": "no-store"})


def by_prefix(settings: DoorSettings, names: Mapping[str, str]) -> list[tuple[str, Upstream]]:
    """Which addresses belong to whom; `names` are what people call the services."""
    places: Iterable[tuple[str, str, str]] = (
        ("planning", "/perencanaan", settings.planning_url),
        ("assessment", "/penilaian", settings.assessment_url),
        ("followup", "/tindak-lanjut", settings.followup_url),
    )
    found = [
        (prefix, Upstream(names[service], address))
        for service, pages, address in places
        for prefix in (f"/api/{service}", pages)
    ]
    if settings.issuer_internal_url:
        found.append(("/issuer", Upstream(names["issuer"], settings.issuer_internal_url, is_ours=False)))
    return found
