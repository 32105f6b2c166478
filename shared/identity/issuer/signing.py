"""The issuer's one RSA key, made at first start, and the three kinds of token it signs."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet, RSAKey

from shared.clock import Clock
from shared.private_file import write_private

ALGORITHM = "RS256"
BITS = 2048
ACCESS, ID, REFRESH = "at+jwt", "JWT", "rt+jwt"


@dataclass(frozen=True)
class Signing:
    """Signs and reads tokens of `issuer`; each kind has its own header `typ`, none passes for another."""

    issuer: str
    key: RSAKey
    clock: Clock

    @classmethod
    def with_key_in(cls, file: Path, *, issuer: str, clock: Clock) -> "Signing":
        """The key in `file`, made there (mode 0600) when there is none yet."""
        if not file.exists():
            write_private(file, RSAKey.generate_key(BITS).as_pem(private=True))
        key = RSAKey.import_key(file.read_bytes(), {"use": "sig", "alg": ALGORITHM})
        key.ensure_kid()
        return cls(issuer, key, clock)

    def jwks(self) -> dict[str, Any]:
        """The public document."""
        return dict(KeySet([self.key]).as_dict(private=False))

    def sign(self, kind: str, claims: Mapping[str, Any], *, seconds: int) -> str:
        """A token of `kind` with these claims that lasts `seconds`."""
        now = int(self.clock.now().timestamp())
        times = {"iat": now, "nbf": now, "exp": now + seconds}
        header = {"alg": ALGORITHM, "kid": self.key.kid, "typ": kind}
        unique = {"iss": self.issuer, "jti": secrets.token_urlsafe(12)}
        return jwt.encode(header, {**claims, **unique, **times}, self.key)

    def read(self, kind: str, token: str) -> dict[str, Any] | None:
        """The claims of our own unexpired token of `kind`, or None."""
        registry = jwt.JWTClaimsRegistry(
            now=int(self.clock.now().timestamp()),
            iss={"essential": True, "value": self.issuer},
            exp={"essential": True},
        )
        try:
            decoded = jwt.decode(token, self.key, algorithms=[ALGORITHM])
            registry.validate(decoded.claims)
        except (JoseError, ValueError):
            return None
        return decoded.claims if decoded.header.get("typ") == kind else None
