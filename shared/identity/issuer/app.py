"""The sample issuer's addresses: discovery, keys, choosing a person, tokens and signing out."""

import base64
import binascii
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote, urlencode
from uuid import UUID

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from shared.clock import Clock, SystemClock
from shared.identity.issuer import wording
from shared.identity.issuer.clients import Client, clients_in
from shared.identity.issuer.grants import (
    Asked,
    Grants,
    OAuthError,
    asked_in_order,
)
from shared.identity.issuer.people import SamplePeople
from shared.identity.issuer.settings import IssuerSettings
from shared.identity.issuer.signing import ALGORITHM, Signing
from shared.web.guard import Guard
from shared.web.pages import Pages
from shared.web.problem import Malformed
from shared.web.problem_page import problem_page
from shared.web.problems import Problems

PAGES = Path(__file__).parent / "pages"
REQUEST_WRONG, PERSON_UNKNOWN = "sign-in-request-wrong", "sample-person-unknown"
KEPT = (
    "response_type",
    "client_id",
    "redirect_uri",
    "scope",
    "state",
    "nonce",
    "code_challenge",
    "code_challenge_method",
)
NEVER_KEPT = {"Cache-Control": "no-store", "Pragma": "no-cache"}


@dataclass(frozen=True)
class Issuer:
    """The endpoints, on what they need."""

    settings: IssuerSettings
    signing: Signing
    grants: Grants
    people: SamplePeople
    clients: Mapping[str, Client]
    pages: Pages

    async def discovery(self, request: Request) -> Response:
        """OpenID Connect discovery; browsers and programs reach every address through the door."""
        del request
        base = self.settings.issuer
        return JSONResponse(
            {
                "issuer": base,
                "authorization_endpoint": f"{base}/authorize",
                "token_endpoint": f"{base}/token",
                "jwks_uri": f"{base}/jwks",
                "end_session_endpoint": f"{base}/end-session",
                "response_types_supported": ["code"],
                "grant_types_supported": ["authorization_code", "refresh_token", "client_credentials"],
                "subject_types_supported": ["public"],
                "id_token_signing_alg_values_supported": [ALGORITHM],
                "code_challenge_methods_supported": ["S256"],
                "token_endpoint_auth_methods_supported": ["client_secret_basic", "client_secret_post"],
                "scopes_supported": ["openid", "profile", "followup:read", "people:map"],
                "authorization_response_iss_parameter_supported": True,
            }
        )

    async def jwks(self, request: Request) -> Response:
        """The public key."""
        del request
        return JSONResponse(self.signing.jwks(), headers={"Cache-Control": "max-age=60"})

    async def choose(self, request: Request) -> Response:
        """The page on which one chooses whom to be."""
        given = dict(request.query_params)
        self._in_order(given)
        return self._page(request, given)

    async def chosen(self, request: Request) -> Response:
        """The choice: a code to the door. Without one, the page again with what was searched for."""
        given = {name: value for name, value in (await request.form()).items() if isinstance(value, str)}
        asked = self._in_order(given)
        if "employee_id" not in given:
            return self._page(request, given)
        try:
            person = self.people.get(UUID(given["employee_id"]))
        except ValueError:
            person = None
        if person is None:
            raise Malformed(PERSON_UNKNOWN)
        code = self.grants.code_for(asked, person)
        answer = urlencode({"code": code, "state": asked.state, "iss": self.settings.issuer})
        return RedirectResponse(f"{asked.redirect_uri}?{answer}", 303, NEVER_KEPT)

    async def token(self, request: Request) -> Response:
        """RFC 6749's token endpoint."""
        given = {name: value for name, value in (await request.form()).items() if isinstance(value, str)}
        try:
            return JSONResponse(self.grants.tokens(self._client(request, given), given), headers=NEVER_KEPT)
        except OAuthError as error:
            basic = {"WWW-Authenticate": 'Basic realm="issuer"'} if error.status == 401 else {}  # noqa: PLR2004
            return JSONResponse({"error": error.error}, error.status, NEVER_KEPT | basic)

    async def end_session(self, request: Request) -> Response:
        """Back to the door: this issuer remembers nobody, the next sign-in always asks."""
        del request
        return RedirectResponse(f"{self.settings.door_url}/", 303)

    def _in_order(self, given: Mapping[str, str]) -> Asked:
        asked = asked_in_order(
            given, client_id=self.settings.door_client_id, redirect_uri=self.settings.callback
        )
        if asked is None:
            raise Malformed(REQUEST_WRONG, status=400)
        return asked

    def _page(self, request: Request, given: Mapping[str, str]) -> Response:
        words = given.get("cari", "").strip()
        return self.pages.render(
            request,
            "pilih.html",
            fields={name: given[name] for name in KEPT},
            words=words,
            people=self.people.found(words) if words else self.people.featured(),
            count=len(self.people.all()),
            role_names=wording.ROLES,
        )

    def _client(self, request: Request, given: Mapping[str, str]) -> Client:
        name, secret = basic_credentials(request) or (
            given.get("client_id", ""),
            given.get("client_secret", ""),
        )
        client = self.clients.get(name)
        if client is None or not client.knows(secret):
            raise OAuthError("invalid_client", 401)
        return client


def basic_credentials(request: Request) -> tuple[str, str] | None:
    """The client's id and secret from HTTP Basic (RFC 6749, section 2.3.1), or None."""
    scheme, _, encoded = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "basic":
        return None
    try:
        name, _, secret = base64.b64decode(encoded, validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        return None
    return unquote(name), unquote(secret)


def build(settings: IssuerSettings, clock: Clock | None = None) -> Starlette:
    """The sample issuer as an ASGI application, all under `/issuer`."""
    clock = clock or SystemClock()
    people = SamplePeople(settings.people_file)
    signing = Signing.with_key_in(settings.key_file, issuer=settings.issuer, clock=clock)
    door = Client(client_id=settings.door_client_id, secret=settings.door_client_secret)
    pages = Pages(PAGES, settings)
    issuer = Issuer(
        settings=settings,
        signing=signing,
        grants=Grants(signing, people, clock, settings.audience),
        people=people,
        clients={**clients_in(settings.clients_file), door.client_id: door},
        pages=pages,
    )
    problems = Problems(wording.PROBLEMS, details=wording.DETAILS, page=problem_page(pages))
    app = Starlette(
        routes=[
            Route("/issuer/.well-known/openid-configuration", issuer.discovery),
            Route("/issuer/jwks", issuer.jwks),
            Route("/issuer/authorize", issuer.choose, methods=["GET"]),
            Route("/issuer/authorize", issuer.chosen, methods=["POST"]),
            Route("/issuer/token", issuer.token, methods=["POST"]),
            Route("/issuer/end-session", issuer.end_session, methods=["GET", "POST"]),
            Route("/health/live", live),
            Route("/health/ready", live),
        ]
    )
    problems.install(app)
    app.add_middleware(Guard, problems=problems)
    return app


async def live(request: Request) -> Response:
    """Whether the process answers; it needs nothing else to be ready."""
    del request
    return JSONResponse({"live": True, "ready": True})
