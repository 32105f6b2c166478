"""Believe an access token only when its issuer, audience, algorithm, key and times are all right."""

import asyncio
import hashlib
import time
from collections import OrderedDict
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from typing import Any, NoReturn
from uuid import UUID

import httpx2
import structlog
from joserfc import jws, jwt
from joserfc.errors import ExpiredTokenError, JoseError
from joserfc.jwk import KeySet

from shared.clock import Clock, SystemClock
from shared.directly import is_this_machine
from shared.identity.actor import Actor, client_actor_id
from shared.trust import trust

LEEWAY = 10
REFETCH_AFTER = 30.0
STALE_AFTER, RENEWED_AFTER = 600.0, 300.0
LOOKED_AFTER_EVERY = 5.0
REMEMBERED = 10_000
LONGEST = 8_192
ACCESS_TOKEN_TYPES = frozenset({"at+jwt", "application/at+jwt"})
KEYCLOAK_OF_CLIENTS = frozenset({"clientHost", "clientAddress"})

# No answer, or something else than a set of keys.
UNUSABLE = (
    httpx2.HTTPError,
    httpx2.InvalidURL,
    JoseError,
    ValueError,
    KeyError,
    TypeError,
    AttributeError,
)

log = structlog.get_logger()

MISSING, EXPIRED, INVALID = "token-missing", "token-expired", "token-invalid"


class TokenRefused(Exception):
    """No token, or not one to believe. `code` is `token-missing`, `token-expired` or `token-invalid`.

    Never says more: why a forged token failed helps only the forger.
    """

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class IssuerAway(Exception):
    """The issuer's keys can't be had now, so nobody's token can be judged."""


class IssuerKeys:
    """The issuer's public keys, kept at hand by `keep`, and fetched for whoever needs others.

    Keys that are had are asked for anew every 30 s at most; without any, everybody's need is a try.
    """

    def __init__(self, url: str, *, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._url = url
        self._monotonic = monotonic
        self._keys: KeySet | None = None
        self._tried = self._fetched = float("-inf")
        self._lock = asyncio.Lock()
        self.generation = 0

    async def having(self, kid: str | None) -> KeySet:
        """The keys, fetched anew when `kid` is not among them. Raises IssuerAway when there are none."""
        keys = await self.current()
        if not any(key.kid == kid for key in keys):
            keys = await self._refetched(self._monotonic())
        return keys

    async def current(self, *, stale_after: float = STALE_AFTER) -> KeySet:
        """The keys, fetched anew when they have not been for so many seconds. Raises IssuerAway.

        Who finds somebody trying already takes those that are had.
        """
        now = self._monotonic()
        if self._keys and (now - self._fetched <= stale_after or self._lock.locked()):
            return self._keys
        return await self._refetched(now)

    async def keep(self) -> NoReturn:
        """Have keys before somebody needs them, and renew them early: then nobody waits for the issuer."""
        while True:
            with suppress(IssuerAway):
                await self.current(stale_after=RENEWED_AFTER)
            await asyncio.sleep(LOOKED_AFTER_EVERY)

    async def _refetched(self, came: float) -> KeySet:
        async with self._lock:
            # Who came before a try ended is content with what it found: nobody waits for several in a row.
            if self._tried <= came - (REFETCH_AFTER if self._keys else 0):
                await self._fetch()
                self._tried = self._monotonic()
        if self._keys is None:
            raise IssuerAway
        return self._keys

    async def _fetch(self) -> None:
        try:
            through_proxy = not is_this_machine(self._url)
            async with httpx2.AsyncClient(timeout=5.0, verify=trust(), trust_env=through_proxy) as client:
                answer = (await client.get(self._url)).raise_for_status()
            keys = signing_keys(answer.json())
        except UNUSABLE as error:
            log.warning("the issuer's keys could not be fetched", cause=repr(error))
            return
        self._keys, self._fetched = keys, self._monotonic()
        self.generation += 1


def signing_keys(document: Any) -> KeySet:
    """The asymmetric signing keys of a JWKS document; Keycloak's also holds one for encryption."""
    usable = [
        key for key in document["keys"] if key.get("kty") in ("RSA", "EC") and key.get("use", "sig") == "sig"
    ]
    return KeySet.import_key_set({"keys": usable})


class TokenVerifier:
    """Turns a bearer token into an Actor, remembering what it verified until the token expires."""

    def __init__(
        self,
        keys: IssuerKeys,
        *,
        issuer: str,
        audience: str,
        algorithm: str = "RS256",
        clock: Clock | None = None,
    ) -> None:
        self._keys = keys
        self._algorithm = algorithm
        self._clock = clock or SystemClock()
        self._claims = jwt.JWTClaimsRegistry(
            now=self._now,
            leeway=LEEWAY,
            iss={"essential": True, "value": issuer},
            aud={"essential": True, "value": audience},
            exp={"essential": True},
            sub={"essential": True},
        )
        self._known: OrderedDict[bytes, tuple[Actor, int, int]] = OrderedDict()

    @asynccontextmanager
    async def ready(self) -> AsyncIterator[None]:
        """While this is open the issuer's keys are kept at hand."""
        keeping = asyncio.create_task(self._keys.keep())
        try:
            yield
        finally:
            keeping.cancel()
            with suppress(asyncio.CancelledError):
                await keeping

    def _now(self) -> int:
        return int(self._clock.now().timestamp())

    async def verify(self, token: str) -> Actor:
        """Who holds `token`. Raises TokenRefused, or IssuerAway when nobody can tell."""
        if not token:
            raise TokenRefused(MISSING)
        if len(token) > LONGEST or not token.isascii():
            raise TokenRefused(INVALID)
        digest = hashlib.sha256(token.encode()).digest()
        if (known := self._known.get(digest)) and known[2] == self._keys.generation:
            actor, expires, _ = known
            if self._now() <= expires + LEEWAY:
                return actor
            raise TokenRefused(EXPIRED)
        claims = await self._believed(token)
        actor = actor_of(claims)
        self._known[digest] = (actor, int(claims["exp"]), self._keys.generation)
        if len(self._known) > REMEMBERED:
            self._known.popitem(last=False)
        return actor

    async def _believed(self, token: str) -> dict[str, Any]:
        try:
            header = jws.extract_compact(token.encode()).headers()
            keys = await self._keys.having(header.get("kid"))
            decoded = jwt.decode(token, keys, algorithms=[self._algorithm])
            self._claims.validate(decoded.claims)
        except ExpiredTokenError as error:
            raise TokenRefused(EXPIRED) from error
        except (JoseError, ValueError, TypeError) as error:
            raise TokenRefused(INVALID) from error
        if not is_access_token(decoded.header, decoded.claims):
            raise TokenRefused(INVALID)
        return decoded.claims


def is_access_token(header: dict[str, Any], claims: dict[str, Any]) -> bool:
    """Whether this is no id or refresh token: RFC 9068's header, or Keycloak's claim `typ`."""
    return str(header.get("typ", "")).lower() in ACCESS_TOKEN_TYPES or claims.get("typ") == "Bearer"


def system_of(claims: dict[str, Any]) -> str | None:
    """The client that holds a token for itself; None where a person signed in through one.

    RFC 9068 (2.2) has `client_id` in both, and the client as subject only where nobody signed in.
    Keycloak's subject is then a user of the client's own, and claims say where the client asked from.
    """
    client_id = claims.get("client_id")
    if not isinstance(client_id, str) or not client_id:
        return None
    is_alone = claims["sub"] == client_id or not KEYCLOAK_OF_CLIENTS.isdisjoint(claims)
    return client_id if is_alone else None


def actor_of(claims: dict[str, Any]) -> Actor:
    """The person or system that verified `claims` speak of. Raises TokenRefused when they name nobody.

    A scope is a system's right: one that a person's sign-in asked for gives that person nothing.
    """
    if client_id := system_of(claims):
        scopes = frozenset(str(claims.get("scope", "")).split())
        return Actor(actor_id=client_actor_id(client_id), client_id=client_id, scopes=scopes)
    roles = claims.get("roles", [])
    name = claims.get("name")
    try:
        person = UUID(str(claims["sub"]))
    except ValueError as error:
        raise TokenRefused(INVALID) from error
    return Actor(
        actor_id=person,
        name=name if isinstance(name, str) else None,
        roles=frozenset(str(role) for role in roles) if isinstance(roles, list) else frozenset(),
    )
