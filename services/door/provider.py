"""The OIDC provider as the door sees it: where to send people, and what its answers are worth."""

import base64
import hashlib
import secrets
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode

import httpx2
from joserfc import jwt
from joserfc.errors import JoseError

from services.door.settings import DoorSettings
from shared.clock import Clock
from shared.identity.actor import Actor
from shared.identity.tokens import LEEWAY, IssuerAway, IssuerKeys, TokenRefused, TokenVerifier

ALGORITHM = "RS256"
SCOPE = "openid profile"
DESCRIBED_AGAIN = 600.0
TIMEOUT = httpx2.Timeout(5.0)


class SignInFailed(Exception):
    """The provider's answer was not one to believe, or it refuses: the person must start again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Start:
    """One sign-in under way in one browser."""

    state: str
    nonce: str
    verifier: str
    next: str
    at: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Granted:
    """What the provider gave, verified: who it is, and the tokens."""

    actor: Actor
    access_token: str
    access_until: datetime
    refresh_token: str | None
    id_token: str


@dataclass
class Provider:
    """Speaks to the provider of `settings`. Raises IssuerAway wherever it can't be reached."""

    settings: DoorSettings
    http: httpx2.AsyncClient
    clock: Clock
    _described: Mapping[str, Any] | None = None
    _described_at: float = 0.0

    def __post_init__(self) -> None:
        self.keys = IssuerKeys(self.settings.oidc_jwks_url)
        self.verifier = TokenVerifier(
            self.keys,
            issuer=self.settings.oidc_issuer,
            audience=self.settings.oidc_audience,
            algorithm=ALGORITHM,
            clock=self.clock,
        )

    async def entrance(self, start: Start) -> str:
        """The address that the browser goes to, to sign in."""
        digest = hashlib.sha256(start.verifier.encode()).digest()
        asked = {
            "response_type": "code",
            "client_id": self.settings.client_id,
            "redirect_uri": self.settings.callback,
            "scope": SCOPE,
            "state": start.state,
            "nonce": start.nonce,
            "code_challenge": base64.urlsafe_b64encode(digest).rstrip(b"=").decode(),
            "code_challenge_method": "S256",
        }
        return f"{(await self.described())['authorization_endpoint']}?{urlencode(asked)}"

    async def redeemed(self, code: str, start: Start) -> Granted:
        """What the code is worth. Raises SignInFailed."""
        answer = await self._tokens(
            {
                "grant_type": "authorization_code",
                "code": code,
                "redirect_uri": self.settings.callback,
                "code_verifier": start.verifier,
            }
        )
        granted = await self._granted(answer, str(answer.get("id_token", "")))
        identity = await self._identity(granted.id_token)
        if identity.get("nonce") != start.nonce or identity.get("sub") != str(granted.actor.actor_id):
            raise SignInFailed
        return granted

    async def renewed(self, refresh_token: str, id_token: str) -> Granted:
        """Fresh tokens for a session. Raises SignInFailed when the provider gives none any more."""
        answer = await self._tokens({"grant_type": "refresh_token", "refresh_token": refresh_token})
        return await self._granted({"refresh_token": refresh_token, **answer}, id_token)

    async def exit(self, id_token: str) -> str:
        """The address that the browser goes to, to sign out there too."""
        end = (await self.described()).get("end_session_endpoint")
        if not end:
            return "/"
        asked = {"id_token_hint": id_token, "post_logout_redirect_uri": f"{self.settings.door_url}/"}
        return f"{end}?{urlencode(asked)}"

    async def described(self) -> Mapping[str, Any]:
        """The provider's own description, read again after ten minutes; it must be the provider we trust."""
        if self._described is None or time.monotonic() - self._described_at > DESCRIBED_AGAIN:
            try:
                answer = await self.http.get(self.settings.discovery_url, timeout=TIMEOUT)
                found = answer.raise_for_status().json()
            except (httpx2.HTTPError, ValueError) as error:
                if self._described is None:
                    raise IssuerAway from error
                return self._described
            if not isinstance(found, dict) or found.get("issuer") != self.settings.oidc_issuer:
                raise IssuerAway
            self._described, self._described_at = found, time.monotonic()
        return self._described

    async def _tokens(self, asked: dict[str, str]) -> dict[str, Any]:
        place = self.settings.back_channel((await self.described())["token_endpoint"])
        credentials = (self.settings.client_id, self.settings.client_secret)
        try:
            answer = await self.http.post(place, data=asked, auth=credentials, timeout=TIMEOUT)
            found = answer.json()
        except (httpx2.HTTPError, ValueError) as error:
            raise IssuerAway from error
        if answer.is_server_error:
            raise IssuerAway
        if not answer.is_success or not isinstance(found, dict):
            raise SignInFailed
        return found

    async def _granted(self, answer: Mapping[str, Any], id_token: str) -> Granted:
        access, refresh = answer.get("access_token"), answer.get("refresh_token")
        try:
            actor = await self.verifier.verify(str(access))
        except TokenRefused as error:
            raise SignInFailed from error
        if actor.is_system:
            raise SignInFailed
        seconds = answer.get("expires_in", 60)
        return Granted(
            actor=actor,
            access_token=str(access),
            access_until=self.clock.now() + timedelta(seconds=seconds if isinstance(seconds, int) else 60),
            refresh_token=refresh if isinstance(refresh, str) else None,
            id_token=id_token,
        )

    async def _identity(self, id_token: str) -> dict[str, Any]:
        registry = jwt.JWTClaimsRegistry(
            now=int(self.clock.now().timestamp()),
            leeway=LEEWAY,
            iss={"essential": True, "value": self.settings.oidc_issuer},
            aud={"essential": True, "value": self.settings.client_id},
            exp={"essential": True},
            nonce={"essential": True},
        )
        try:
            decoded = jwt.decode(id_token, await self.keys.current(), algorithms=[ALGORITHM])
            registry.validate(decoded.claims)
        except (JoseError, ValueError) as error:
            raise SignInFailed from error
        return decoded.claims


def new_start(next_place: str, at: float) -> Start:
    """A sign-in that begins at `at` (seconds since 1970)."""
    return Start(
        state=secrets.token_urlsafe(24),
        nonce=secrets.token_urlsafe(24),
        verifier=secrets.token_urlsafe(48),
        next=next_place,
        at=at,
    )
