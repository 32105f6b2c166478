"""Access tokens for tests: a key of their own, any claims, and a verifier that believes it."""

import time
from functools import cache
from typing import Any
from uuid import UUID

from joserfc import jwt
from joserfc.jwk import KeySet, RSAKey

from shared.identity.tokens import IssuerKeys, TokenVerifier

ISSUER, AUDIENCE = "http://issuer.test", "jejak"


@cache
def key(kid: str) -> RSAKey:
    """An RSA key, made once per run: making one takes a while."""
    return RSAKey.generate_key(2048, {"kid": kid, "use": "sig", "alg": "RS256"})


def jwks(*kids: str) -> dict[str, Any]:
    """The public document an issuer with these keys would show."""
    return dict(KeySet([key(kid) for kid in kids or ("one",)]).as_dict(private=False))


def claims(sub: UUID | str, /, **changed: Any) -> dict[str, Any]:
    """The claims of a person's access token, valid for five minutes."""
    now = int(time.time())
    return {"iss": ISSUER, "aud": AUDIENCE, "sub": str(sub), "iat": now, "exp": now + 300} | changed


def token(sub: UUID | str, /, kid: str = "one", **changed: Any) -> str:
    """A signed access token; `changed` adds or replaces claims (`roles`, `scope`, `client_id` ...)."""
    return jwt.encode({"alg": "RS256", "kid": kid, "typ": "at+jwt"}, claims(sub, **changed), key(kid))


class KnownKeys(IssuerKeys):
    """The test issuer's keys without fetching them."""

    def __init__(self) -> None:
        super().__init__("")

    async def having(self, kid: str | None) -> KeySet:
        del kid
        return await self.current()

    async def current(self, *, stale_after: float = 0) -> KeySet:
        del stale_after
        return KeySet([key("one")])


def verifier() -> TokenVerifier:
    """Believes `token(...)`."""
    return TokenVerifier(KnownKeys(), issuer=ISSUER, audience=AUDIENCE)


def bearer(sub: UUID | str, /, **changed: Any) -> dict[str, str]:
    """The header that a client of the API sends."""
    return {"Authorization": f"Bearer {token(sub, **changed)}"}
