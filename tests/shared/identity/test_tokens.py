"""Only a token that is right in every respect is believed."""

import asyncio
import base64
import hmac
import json
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from joserfc import jwt
from joserfc.jwk import ECKey
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from shared.clock import FixedClock
from shared.identity import tokens as module
from shared.identity.actor import client_actor_id
from shared.identity.tokens import IssuerAway, IssuerKeys, TokenRefused, TokenVerifier
from tests import tokens
from tests.eventually import eventually
from tests.serving import served

SARI = UUID("01900000-0000-7000-8000-000000000011")


async def refusal(token: str, verifier: TokenVerifier | None = None) -> str:
    with pytest.raises(TokenRefused) as refused:
        await (verifier or tokens.verifier()).verify(token)
    return refused.value.code


def segment(value: dict[str, Any]) -> str:
    return base64.urlsafe_b64encode(json.dumps(value).encode()).rstrip(b"=").decode()


async def test_a_person_is_their_employee_id_with_roles_and_name() -> None:
    actor = await tokens.verifier().verify(
        tokens.token(SARI, name="Sari Wulandari", roles=["employee", "hr"], scope="openid followup:read")
    )
    assert actor.scopes == frozenset()  # else whoever asks for a system's right at sign-in would have it
    assert actor.actor_id == SARI
    assert actor.name == "Sari Wulandari"
    assert actor.roles == {"employee", "hr"}
    assert not actor.is_system


@pytest.mark.parametrize(
    ("sub", "said"),
    [("training-system", {}), (UUID(int=7), {"clientHost": "10.0.0.7", "clientAddress": "10.0.0.7"})],
    ids=["as in RFC 9068", "as by Keycloak"],
)
async def test_a_system_is_its_client_and_holds_scopes_but_no_roles(
    sub: str | UUID, said: dict[str, str]
) -> None:
    actor = await tokens.verifier().verify(
        tokens.token(sub, client_id="training-system", scope="people:map followup:read", roles=["hr"], **said)
    )
    assert actor.actor_id == client_actor_id("training-system")
    assert actor.caller == "training-system"
    assert actor.scopes == {"people:map", "followup:read"}
    assert actor.roles == frozenset()


async def test_who_signed_in_through_a_client_that_the_token_names_is_a_person_all_the_same() -> None:
    actor = await tokens.verifier().verify(
        tokens.token(SARI, client_id="jejak-door", scope="openid people:map", roles=["employee"])
    )
    assert (actor.actor_id, actor.is_system) == (SARI, False)
    assert not actor.scopes
    assert actor.roles == {"employee"}


@pytest.mark.parametrize("client_id", ["", 7, None])
async def test_a_client_without_a_name_is_no_system(client_id: Any) -> None:
    assert not (await tokens.verifier().verify(tokens.token(SARI, client_id=client_id))).is_system


async def test_no_token_is_missing() -> None:
    assert await refusal("") == "token-missing"


@pytest.mark.parametrize(
    "changed",
    [
        {"iss": "http://other.test"},
        {"aud": "another-application"},
        {"aud": None},
        {"exp": None},
        {"exp": "tomorrow"},
        {"sub": "not-a-uuid"},
    ],
)
async def test_wrong_claims_are_refused(changed: dict[str, Any]) -> None:
    assert await refusal(tokens.token(SARI, **changed)) == "token-invalid"


@pytest.mark.parametrize("claim", ["iss", "aud", "exp", "sub"])
async def test_a_claim_that_is_left_out_is_a_wrong_one(claim: str) -> None:
    claims = {name: value for name, value in tokens.claims(SARI).items() if name != claim}
    token = jwt.encode({"alg": "RS256", "kid": "one", "typ": "at+jwt"}, claims, tokens.key("one"))
    assert await refusal(token) == "token-invalid"


async def test_a_token_that_is_longer_than_any_of_ours_is_refused_whoever_signed_it() -> None:
    assert await refusal(tokens.token(SARI, name="x" * 9000)) == "token-invalid"


@pytest.mark.parametrize("claim", ["nbf", "iat"])
async def test_a_token_of_the_future_is_refused(claim: str) -> None:
    changed: dict[str, Any] = {claim: int(time.time()) + 600}
    assert await refusal(tokens.token(SARI, **changed)) == "token-invalid"


async def test_one_of_several_audiences_is_enough() -> None:
    assert await tokens.verifier().verify(tokens.token(SARI, aud=["account", tokens.AUDIENCE]))


async def test_an_expired_token_says_so() -> None:
    assert await refusal(tokens.token(SARI, exp=int(time.time()) - 60)) == "token-expired"


def verifier_at(clock: FixedClock) -> TokenVerifier:
    return TokenVerifier(tokens.KnownKeys(), issuer=tokens.ISSUER, audience=tokens.AUDIENCE, clock=clock)


async def test_times_are_judged_by_our_clock_give_or_take_ten_seconds() -> None:
    clock = FixedClock(datetime.now(UTC) + timedelta(hours=1))
    now = int(clock.instant.timestamp())
    assert await verifier_at(clock).verify(tokens.token(SARI, exp=now - 5))
    assert await refusal(tokens.token(SARI, exp=now - 15), verifier_at(clock)) == "token-expired"


async def test_a_token_is_looked_into_once_and_the_oldest_are_forgotten(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(module, "REMEMBERED", 2)
    verifier = tokens.verifier()
    known = [tokens.token(SARI, name=name) for name in "abc"]
    for token in known:
        await verifier.verify(token)
    monkeypatch.setattr(tokens.KnownKeys, "having", None)  # nothing can be looked into any more
    assert [(await verifier.verify(token)).name for token in known[1:]] == ["b", "c"]
    assert await refusal(known[0], verifier) == "token-invalid"


async def test_a_remembered_token_still_expires() -> None:
    clock = FixedClock(datetime.now(UTC))
    verifier = verifier_at(clock)
    token = tokens.token(SARI)
    await verifier.verify(token)
    clock.instant += timedelta(minutes=6)
    assert await refusal(token, verifier) == "token-expired"


async def test_a_changed_payload_is_refused() -> None:
    header, _, signature = tokens.token(SARI).split(".")
    forged = f"{header}.{segment(tokens.claims(SARI, roles=['hr']))}.{signature}"
    assert await refusal(forged) == "token-invalid"


async def test_alg_none_is_refused() -> None:
    for signature in ("", "AAAA"):
        forged = f"{segment({'alg': 'none', 'typ': 'at+jwt'})}.{segment(tokens.claims(SARI))}.{signature}"
        assert await refusal(forged) == "token-invalid"


async def test_the_public_key_as_an_hmac_secret_is_refused() -> None:
    head = segment({"alg": "HS256", "kid": "one", "typ": "at+jwt"})
    content = f"{head}.{segment(tokens.claims(SARI))}"
    mac = hmac.digest(tokens.key("one").as_pem(private=False), content.encode(), "sha256")
    forged = f"{content}.{base64.urlsafe_b64encode(mac).rstrip(b'=').decode()}"
    assert await refusal(forged) == "token-invalid"


async def test_another_algorithm_than_the_pinned_one_is_refused() -> None:
    key = ECKey.generate_key("P-256", {"kid": "one"})
    forged = jwt.encode(
        {"alg": "ES256", "kid": "one", "typ": "at+jwt"}, tokens.claims(SARI), key, algorithms=["ES256"]
    )
    assert await refusal(forged) == "token-invalid"


async def test_a_foreign_key_under_our_key_id_is_refused() -> None:
    forged = jwt.encode(
        {"alg": "RS256", "kid": "one", "typ": "at+jwt"}, tokens.claims(SARI), tokens.key("foreign")
    )
    assert await refusal(forged) == "token-invalid"


async def test_an_id_token_or_refresh_token_is_no_access_token() -> None:
    for claims in (tokens.claims(SARI), tokens.claims(SARI, typ="ID"), tokens.claims(SARI, typ="Refresh")):
        token = jwt.encode({"alg": "RS256", "kid": "one"}, claims, tokens.key("one"))
        assert await refusal(token) == "token-invalid"


@pytest.mark.parametrize("typ", ["at+jwt", "application/at+jwt", "AT+JWT"])
async def test_an_access_token_may_name_its_type_as_rfc_9068_lets_it(typ: str) -> None:
    header = {"alg": "RS256", "kid": "one", "typ": typ}
    assert await tokens.verifier().verify(jwt.encode(header, tokens.claims(SARI), tokens.key("one")))


async def test_keycloaks_access_token_is_one() -> None:
    token = jwt.encode({"alg": "RS256", "kid": "one"}, tokens.claims(SARI, typ="Bearer"), tokens.key("one"))
    assert (await tokens.verifier().verify(token)).actor_id == SARI


@pytest.mark.parametrize("token", ["x", "a.b.c", "....", "é.é.é", "a" * 9000, "\0.\0.\0"])
async def test_rubbish_is_refused(token: str) -> None:
    assert await refusal(token) == "token-invalid"


@dataclass
class Issuer:
    """A real JWKS address whose keys change."""

    kids: list[str] = field(default_factory=lambda: ["one"])
    fetched: int = 0
    is_broken: bool = False
    document: dict[str, Any] | None = None
    monotonic: float = 1000.0
    answers: asyncio.Event = field(default_factory=asyncio.Event)

    def __post_init__(self) -> None:
        self.answers.set()

    async def jwks(self, request: Request) -> JSONResponse:
        del request
        self.fetched += 1
        await self.answers.wait()
        self.monotonic += 1
        return JSONResponse({} if self.is_broken else self.document or tokens.jwks(*self.kids))

    async def is_asked(self) -> bool:
        return self.fetched > 0

    async def is_asked_again(self) -> bool:
        return self.fetched > 1

    @asynccontextmanager
    async def verifier(self) -> AsyncIterator[TokenVerifier]:
        async with served(Starlette(routes=[Route("/jwks", self.jwks)])) as address:
            keys = IssuerKeys(f"{address}/jwks", monotonic=lambda: self.monotonic)
            yield TokenVerifier(keys, issuer=tokens.ISSUER, audience=tokens.AUDIENCE)


async def test_an_issuer_on_this_machine_is_asked_without_the_proxy_of_the_environment(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
    async with Issuer().verifier() as verifier:
        assert (await verifier.verify(tokens.token(SARI))).actor_id == SARI


async def test_keys_are_fetched_once() -> None:
    issuer = Issuer()
    async with issuer.verifier() as verifier:
        for name in "abc":
            await verifier.verify(tokens.token(SARI, name=name))
            issuer.monotonic += 31
    assert issuer.fetched == 1


async def test_a_new_key_is_fetched_but_not_more_often_than_every_thirty_seconds() -> None:
    issuer = Issuer()
    async with issuer.verifier() as verifier:
        await verifier.verify(tokens.token(SARI))
        issuer.kids = ["two"]
        for _ in range(3):
            assert await refusal(tokens.token(SARI, kid="two"), verifier) == "token-invalid"
        assert issuer.fetched == 1
        issuer.monotonic += 31
        await verifier.verify(tokens.token(SARI, kid="two"))
        assert issuer.fetched == 2


async def test_a_key_that_was_withdrawn_is_believed_no_longer() -> None:
    issuer = Issuer()
    async with issuer.verifier() as verifier:
        old = tokens.token(SARI)
        await verifier.verify(old)
        issuer.kids = ["two"]
        issuer.monotonic += 31
        await verifier.verify(tokens.token(SARI, kid="two"))
        assert await refusal(old, verifier) == "token-invalid"


async def test_keys_are_fetched_before_anybody_asks() -> None:
    issuer = Issuer()
    async with issuer.verifier() as verifier, verifier.ready():
        await eventually(issuer.is_asked)
        await verifier.verify(tokens.token(SARI))
    assert issuer.fetched == 1


async def test_keys_are_renewed_before_somebody_would_have_to_wait_for_new_ones() -> None:
    issuer = Issuer()
    async with issuer.verifier() as verifier:
        await verifier.verify(tokens.token(SARI))
        issuer.monotonic += 301
        async with verifier.ready():
            await eventually(issuer.is_asked_again)


async def test_without_the_issuer_nobody_is_judged_until_it_comes_back() -> None:
    issuer = Issuer(is_broken=True)
    async with issuer.verifier() as verifier:
        with pytest.raises(IssuerAway):
            await verifier.verify(tokens.token(SARI))
        issuer.is_broken = False
        assert (await verifier.verify(tokens.token(SARI))).actor_id == SARI


async def test_who_waits_for_one_answer_of_the_issuer_does_not_wait_for_the_next() -> None:
    issuer = Issuer(is_broken=True)
    async with issuer.verifier() as verifier:
        issuer.answers.clear()
        asking = [asyncio.create_task(verifier.verify(tokens.token(SARI, name=name))) for name in "abc"]
        await eventually(issuer.is_asked)
        issuer.answers.set()
        found = await asyncio.gather(*asking, return_exceptions=True)
    assert [type(one) for one in found] == [IssuerAway] * 3
    assert issuer.fetched == 1


async def test_who_goes_away_while_keys_are_fetched_leaves_the_next_free_to_fetch_them() -> None:
    issuer = Issuer()
    async with issuer.verifier() as verifier:
        issuer.answers.clear()
        asking = asyncio.create_task(verifier.verify(tokens.token(SARI)))
        await eventually(issuer.is_asked)
        asking.cancel()
        await asyncio.gather(asking, return_exceptions=True)
        issuer.answers.set()
        assert (await verifier.verify(tokens.token(SARI))).actor_id == SARI


async def test_who_has_old_keys_does_not_wait_for_somebody_elses_try() -> None:
    issuer = Issuer()
    async with issuer.verifier() as verifier:
        await verifier.verify(tokens.token(SARI))
        issuer.monotonic += 700
        issuer.answers.clear()
        trying = asyncio.create_task(verifier.verify(tokens.token(SARI, name="first")))
        await eventually(issuer.is_asked_again)
        assert (await verifier.verify(tokens.token(SARI, name="second"))).actor_id == SARI
        assert not trying.done()
        issuer.answers.set()
        await trying


async def test_a_key_that_is_not_for_signing_signs_nothing() -> None:
    other = tokens.key("two").as_dict(private=False) | {"use": "enc"}
    issuer = Issuer(document={"keys": [*tokens.jwks("one")["keys"], other]})
    async with issuer.verifier() as verifier:
        await verifier.verify(tokens.token(SARI))
        assert await refusal(tokens.token(SARI, kid="two"), verifier) == "token-invalid"


async def test_an_answer_that_holds_no_keys_is_none() -> None:
    issuer = Issuer(document={"keys": ["none"]})
    async with issuer.verifier() as verifier:
        with pytest.raises(IssuerAway):
            await verifier.verify(tokens.token(SARI))


async def test_keys_already_had_survive_the_issuers_absence() -> None:
    issuer = Issuer()
    async with issuer.verifier() as verifier:
        await verifier.verify(tokens.token(SARI))
        issuer.is_broken = True
        issuer.monotonic += 700
        assert (await verifier.verify(tokens.token(SARI, name="again"))).actor_id == SARI
