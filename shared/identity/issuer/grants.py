"""What a client gets for what: a code once with its verifier, a refresh token, or its own secret."""

import base64
import hashlib
import re
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from shared.clock import Clock
from shared.identity.issuer.clients import Client
from shared.identity.issuer.people import SamplePeople, SamplePerson
from shared.identity.issuer.signing import ACCESS, ID, REFRESH, Signing

ACCESS_SECONDS, SEEDER_SECONDS, REFRESH_SECONDS = 300, 3600, 43_200
CODE_LIFE = timedelta(seconds=60)
MOST_CODES = 10_000
CHALLENGE = re.compile(r"[A-Za-z0-9_-]{43}")

INVALID_GRANT, INVALID_REQUEST, INVALID_SCOPE = "invalid_grant", "invalid_request", "invalid_scope"
UNAUTHORIZED, UNSUPPORTED = "unauthorized_client", "unsupported_grant_type"


class OAuthError(Exception):
    """An error in the words of RFC 6749, section 5.2."""

    def __init__(self, error: str, status: int = 400) -> None:
        super().__init__(error)
        self.error = error
        self.status = status


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """An authorization request that was found to be in order."""

    client_id: str
    redirect_uri: str
    challenge: str
    nonce: str
    state: str
    scope: str


@dataclass(frozen=True, slots=True)
class Code:
    """A code that was sent to the browser: for whom, and what must match when it comes back."""

    asked: Asked
    person: SamplePerson
    until: datetime


Parameters = Mapping[str, str]
Tokens = dict[str, Any]


@dataclass
class Grants:
    """The codes on their way, and the token endpoint. Refresh tokens are signed: a restart keeps them."""

    signing: Signing
    people: SamplePeople
    clock: Clock
    audience: str
    codes: dict[str, Code] = field(default_factory=dict)

    def code_for(self, asked: Asked, person: SamplePerson) -> str:
        """A fresh code for one minute and one use."""
        now = self.clock.now()
        self.codes = {code: held for code, held in self.codes.items() if held.until > now}
        if len(self.codes) >= MOST_CODES:
            raise OAuthError("temporarily_unavailable", 503)
        code = secrets.token_urlsafe(32)
        self.codes[code] = Code(asked, person, now + CODE_LIFE)
        return code

    def tokens(self, client: Client, asked: Parameters) -> Tokens:
        """The answer of the token endpoint to an authenticated client. Raises OAuthError."""
        grants: dict[str, Callable[[Client, Parameters], Tokens]] = {
            "authorization_code": self._by_code,
            "refresh_token": self._by_refresh,
            "client_credentials": self._by_secret,
        }
        grant = grants.get(asked.get("grant_type", ""))
        if grant is None:
            raise OAuthError(UNSUPPORTED)
        return grant(client, asked)

    def _by_code(self, client: Client, asked: Parameters) -> Tokens:
        held = self.codes.pop(asked.get("code", ""), None)
        if (
            held is None
            or held.until <= self.clock.now()
            or held.asked.client_id != client.client_id
            or held.asked.redirect_uri != asked.get("redirect_uri")
            or not secrets.compare_digest(held.asked.challenge, challenge_of(asked.get("code_verifier", "")))
        ):
            raise OAuthError(INVALID_GRANT)
        signed_in_at = int(self.clock.now().timestamp())
        identity = {
            "sub": str(held.person.employee_id),
            "aud": client.client_id,
            "name": held.person.name,
            "nonce": held.asked.nonce,
            "auth_time": signed_in_at,
        }
        answer = self._session(client, held.person, held.asked.scope)
        return answer | {"id_token": self.signing.sign(ID, identity, seconds=ACCESS_SECONDS)}

    def _by_refresh(self, client: Client, asked: Parameters) -> Tokens:
        claims = self.signing.read(REFRESH, asked.get("refresh_token", ""))
        if claims is None or claims.get("aud") != client.client_id:
            raise OAuthError(INVALID_GRANT)
        return self._session(client, self._person(claims["sub"]), claims["scope"])

    def _by_secret(self, client: Client, asked: Parameters) -> Tokens:
        if subject := asked.get("subject"):
            if not client.acts_for_people:
                raise OAuthError(UNAUTHORIZED)
            person = self._person(subject)
            return self._bearer(self._of_person(client, person, ""), SEEDER_SECONDS)
        scopes = asked.get("scope", " ".join(client.scopes)).split()
        if not set(scopes) <= set(client.scopes):
            raise OAuthError(INVALID_SCOPE)
        claims = {
            "sub": client.client_id,
            "client_id": client.client_id,
            "scope": " ".join(scopes),
        }
        return self._bearer(claims, ACCESS_SECONDS)

    def _person(self, subject: str) -> SamplePerson:
        try:
            person = self.people.get(UUID(subject))
        except ValueError:
            person = None
        if person is None:
            raise OAuthError(INVALID_GRANT)
        return person

    def _of_person(self, client: Client, person: SamplePerson, scope: str) -> dict[str, Any]:
        return {
            "sub": str(person.employee_id),
            "azp": client.client_id,
            "scope": scope,
            "name": person.name,
            "roles": list(person.roles),
        }

    def _bearer(self, claims: Mapping[str, Any], seconds: int) -> Tokens:
        token = self.signing.sign(ACCESS, {**claims, "aud": self.audience}, seconds=seconds)
        return {
            "access_token": token,
            "token_type": "Bearer",
            "expires_in": seconds,
            "scope": claims["scope"],
        }

    def _session(self, client: Client, person: SamplePerson, scope: str) -> Tokens:
        kept = {"sub": str(person.employee_id), "aud": client.client_id, "scope": scope}
        refresh = self.signing.sign(REFRESH, kept, seconds=REFRESH_SECONDS)
        bearer = self._bearer(self._of_person(client, person, scope), ACCESS_SECONDS)
        return bearer | {"refresh_token": refresh}


def challenge_of(verifier: str) -> str:
    """PKCE's S256 of a code verifier (RFC 7636, section 4.2)."""
    digest = hashlib.sha256(verifier.encode("ascii", "replace")).digest()
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()


def asked_in_order(given: Parameters, *, client_id: str, redirect_uri: str) -> Asked | None:
    """The authorization request in `given`, or None when it must be shown to nobody and sent nowhere."""
    if (
        given.get("client_id") != client_id
        or given.get("redirect_uri") != redirect_uri
        or given.get("response_type") != "code"
        or given.get("code_challenge_method") != "S256"
        or not CHALLENGE.fullmatch(given.get("code_challenge", ""))
        or "openid" not in given.get("scope", "").split()
        or not given.get("state")
        or not given.get("nonce")
    ):
        return None
    return Asked(
        client_id=client_id,
        redirect_uri=redirect_uri,
        challenge=given["code_challenge"],
        nonce=given["nonce"],
        state=given["state"],
        scope=given["scope"],
    )
