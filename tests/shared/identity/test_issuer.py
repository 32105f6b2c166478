"""The sample issuer gives tokens to whom they are meant for, once, and to nobody in production."""

import json
import stat
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit
from uuid import UUID
from zoneinfo import ZoneInfo

import httpx2
import pytest

from shared.clock import FixedClock
from shared.identity.issuer.app import build
from shared.identity.issuer.clients import DEMO_SEEDER, TRAINING_SYSTEM, clients_in
from shared.identity.issuer.grants import challenge_of
from shared.identity.issuer.settings import IssuerSettings, NotInProduction
from shared.identity.tokens import IssuerKeys, TokenRefused, TokenVerifier, signing_keys
from shared.private_file import write_private
from tests import tokens

SARI = UUID("01900000-0000-7000-8000-000000000011")
BUDI = UUID("01900000-0000-7000-8000-000000000012")
PEOPLE: list[dict[str, Any]] = [
    {"employee_id": str(SARI), "name": "Sari Wulandari", "position": "Pengolah Data", "hint": "11 dari 12"},
    {"employee_id": str(BUDI), "name": "Budi Santoso", "unit": "Bidang Mutasi", "roles": ["employee", "hr"]},
]
DOOR = ("jejak-door", "door-secret")
VERIFIER = "v" * 43
ASKED = {
    "response_type": "code",
    "client_id": "jejak-door",
    "redirect_uri": "http://door.test/masuk/kembali",
    "scope": "openid profile",
    "state": "s1",
    "nonce": "n1",
    "code_challenge": challenge_of(VERIFIER),
    "code_challenge_method": "S256",
}


def settings(folder: Path) -> IssuerSettings:
    people = folder / "people.json"
    people.write_text(json.dumps(PEOPLE))
    return IssuerSettings(
        door_url="http://door.test",
        host="127.0.0.1",
        port=0,
        agency="CONTOH",
        agency_name="BKPSDM Contoh",
        timezone=ZoneInfo("Asia/Jakarta"),
        audience="jejak",
        key_file=folder / "keys" / "issuer.pem",
        people_file=people,
        clients_file=folder / "clients.json",
        door_client_id=DOOR[0],
        door_client_secret=DOOR[1],
    )


class Desk:
    """A browser and a client in front of the issuer."""

    def __init__(self, folder: Path) -> None:
        self.clock = FixedClock(datetime.now(UTC))
        self.settings = settings(folder)
        app = build(self.settings, self.clock)
        self.http = httpx2.AsyncClient(
            transport=httpx2.ASGITransport(app=app), base_url="http://door.test", follow_redirects=False
        )

    async def code(self, person: UUID = SARI, **changed: str) -> str:
        answer = await self.http.post(
            "/issuer/authorize", data=ASKED | changed | {"employee_id": str(person)}
        )
        assert answer.status_code == 303
        sent = urlsplit(answer.headers["location"])
        assert f"{sent.scheme}://{sent.netloc}{sent.path}" == ASKED["redirect_uri"]
        query = parse_qs(sent.query)
        assert (query["state"], query["iss"]) == (["s1"], ["http://door.test/issuer"])
        return query["code"][0]

    async def token(self, auth: tuple[str, str] = DOOR, **asked: str) -> httpx2.Response:
        return await self.http.post("/issuer/token", data=asked, auth=auth)

    async def redeem(self, code: str, **changed: str) -> httpx2.Response:
        asked = {"code": code, "redirect_uri": ASKED["redirect_uri"], "code_verifier": VERIFIER} | changed
        return await self.token(DOOR, grant_type="authorization_code", **asked)

    async def verifier(self) -> TokenVerifier:
        document = (await self.http.get("/issuer/jwks")).json()

        class Keys(IssuerKeys):
            async def having(self, kid: str | None) -> Any:
                del kid
                return signing_keys(document)

        return TokenVerifier(Keys(""), issuer=self.settings.issuer, audience="jejak", clock=self.clock)

    def secret(self, client_id: str) -> tuple[str, str]:
        return client_id, clients_in(self.settings.clients_file)[client_id].secret


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[Desk]:
    write_private(settings(tmp_path).key_file, tokens.key("issuer").as_pem(private=True))
    made = Desk(tmp_path)
    async with made.http:
        yield made


async def test_discovery_leads_browsers_through_the_door(desk: Desk) -> None:
    found = (await desk.http.get("/issuer/.well-known/openid-configuration")).json()
    assert found["issuer"] == "http://door.test/issuer"
    assert all(
        found[name].startswith("http://door.test/issuer/") for name in found if name.endswith("_endpoint")
    )


async def test_the_page_shows_whom_to_be_and_finds_the_others(desk: Desk) -> None:
    page = await desk.http.get("/issuer/authorize", params=ASKED)
    assert page.status_code == 200
    assert "Masuk sebagai Sari Wulandari" in page.text
    assert "11 dari 12" in page.text
    assert "Budi" not in page.text
    found = await desk.http.post("/issuer/authorize", data=ASKED | {"cari": "budi mutasi"})
    assert "Masuk sebagai Budi Santoso" in found.text
    assert "Sari" not in found.text
    assert "Kepegawaian" in found.text


async def test_what_was_searched_for_is_shown_as_text(desk: Desk) -> None:
    page = await desk.http.post("/issuer/authorize", data=ASKED | {"cari": '"><script>alert(1)</script>'})
    assert "<script>alert" not in page.text


async def test_a_person_signs_in_with_a_code_and_its_verifier(desk: Desk) -> None:
    answer = await desk.redeem(await desk.code(BUDI))
    assert answer.status_code == 200
    assert answer.headers["cache-control"] == "no-store"
    actor = await (await desk.verifier()).verify(answer.json()["access_token"])
    assert (actor.actor_id, actor.name) == (BUDI, "Budi Santoso")
    assert actor.roles == {"employee", "hr"}
    assert not actor.is_system


@pytest.mark.parametrize("kind", ["id_token", "refresh_token"])
async def test_only_the_access_token_opens_a_service(desk: Desk, kind: str) -> None:
    answer = (await desk.redeem(await desk.code())).json()
    with pytest.raises(TokenRefused):
        await (await desk.verifier()).verify(answer[kind])


async def test_a_code_works_once(desk: Desk) -> None:
    code = await desk.code()
    assert (await desk.redeem(code)).status_code == 200
    again = await desk.redeem(code)
    assert (again.status_code, again.json()) == (400, {"error": "invalid_grant"})


@pytest.mark.parametrize(
    "changed",
    [
        {"code_verifier": "w" * 43},
        {"code_verifier": ""},
        {"redirect_uri": "http://evil.test/"},
        {"code": "x"},
    ],
)
async def test_a_code_needs_what_it_was_asked_with(desk: Desk, changed: dict[str, str]) -> None:
    code = await desk.code()
    assert (
        await desk.redeem(changed.get("code", code), **{k: v for k, v in changed.items() if k != "code"})
    ).status_code == 400


async def test_a_code_lasts_a_minute(desk: Desk) -> None:
    code = await desk.code()
    desk.clock.instant += timedelta(seconds=61)
    assert (await desk.redeem(code)).status_code == 400


async def test_another_client_can_not_use_the_doors_code(desk: Desk) -> None:
    code = await desk.code()
    asked = {"code": code, "redirect_uri": ASKED["redirect_uri"], "code_verifier": VERIFIER}
    answer = await desk.token(desk.secret(TRAINING_SYSTEM), grant_type="authorization_code", **asked)
    assert answer.json() == {"error": "invalid_grant"}


@pytest.mark.parametrize(
    "changed",
    [
        {"redirect_uri": "http://evil.test/"},
        {"redirect_uri": "http://door.test/masuk/kembali/../.."},
        {"response_type": "token"},
        {"code_challenge_method": "plain"},
        {"code_challenge": ""},
        {"state": ""},
        {"nonce": ""},
        {"client_id": "other"},
        {"scope": "profile"},
    ],
)
async def test_a_wrong_request_is_shown_to_nobody_and_sent_nowhere(
    desk: Desk, changed: dict[str, str]
) -> None:
    for answer in (
        await desk.http.get("/issuer/authorize", params=ASKED | changed),
        await desk.http.post("/issuer/authorize", data=ASKED | changed | {"employee_id": str(SARI)}),
    ):
        assert answer.status_code == 400
        assert "location" not in answer.headers


async def test_an_unknown_person_can_not_be_chosen(desk: Desk) -> None:
    for who in ("nobody", str(UUID(int=7))):
        answer = await desk.http.post("/issuer/authorize", data=ASKED | {"employee_id": who})
        assert answer.status_code == 422


async def test_a_session_is_renewed_also_after_a_restart(desk: Desk, tmp_path: Path) -> None:
    refresh = (await desk.redeem(await desk.code())).json()["refresh_token"]
    again = Desk(tmp_path)
    async with again.http:
        answer = await again.token(grant_type="refresh_token", refresh_token=refresh)
        actor = await (await desk.verifier()).verify(answer.json()["access_token"])
        assert actor.actor_id == SARI
        foreign = await again.token(
            again.secret(DEMO_SEEDER), grant_type="refresh_token", refresh_token=refresh
        )
        assert foreign.json() == {"error": "invalid_grant"}


async def test_a_system_gets_its_scopes_and_no_more(desk: Desk) -> None:
    auth = desk.secret(TRAINING_SYSTEM)
    answer = await desk.token(auth, grant_type="client_credentials")
    actor = await (await desk.verifier()).verify(answer.json()["access_token"])
    assert actor.client_id == TRAINING_SYSTEM
    assert actor.scopes == {"followup:read", "people:map"}
    less = await desk.token(auth, grant_type="client_credentials", scope="people:map")
    assert less.json()["scope"] == "people:map"
    more = await desk.token(auth, grant_type="client_credentials", scope="people:map everything")
    assert more.json() == {"error": "invalid_scope"}


async def test_only_the_player_of_the_sample_acts_for_people(desk: Desk) -> None:
    answer = await desk.token(desk.secret(DEMO_SEEDER), grant_type="client_credentials", subject=str(BUDI))
    actor = await (await desk.verifier()).verify(answer.json()["access_token"])
    assert actor.actor_id == BUDI
    assert actor.roles == {"employee", "hr"}
    assert not actor.is_system
    refused = await desk.token(
        desk.secret(TRAINING_SYSTEM), grant_type="client_credentials", subject=str(BUDI)
    )
    assert refused.json() == {"error": "unauthorized_client"}


async def test_a_wrong_secret_is_told_apart_by_nothing(desk: Desk) -> None:
    for auth in ((TRAINING_SYSTEM, "wrong"), ("nobody", "wrong"), ("", "")):
        answer = await desk.token(auth, grant_type="client_credentials")
        assert (answer.status_code, answer.json()) == (401, {"error": "invalid_client"})


async def test_an_unknown_grant_is_named(desk: Desk) -> None:
    assert (await desk.token(grant_type="password")).json() == {"error": "unsupported_grant_type"}


async def test_keys_and_secrets_are_private_and_kept(tmp_path: Path) -> None:
    first, again = Desk(tmp_path), Desk(tmp_path)
    for file in (first.settings.key_file, first.settings.clients_file):
        assert stat.S_IMODE(file.stat().st_mode) == 0o600
    async with first.http, again.http:
        shown = (await first.http.get("/issuer/jwks")).json()
        assert (await again.http.get("/issuer/jwks")).json() == shown
    assert "d" not in shown["keys"][0]


ENVIRONMENT = {
    "ENVIRONMENT": "demo",
    "DOOR_URL": "http://127.0.0.1:8080",
    "ISSUER_KEY_PATH": "key",
    "SAMPLE_PEOPLE_FILE": "people",
    "SAMPLE_CLIENTS_FILE": "clients",
    "OIDC_CLIENT_SECRET": "x",
}


@pytest.mark.parametrize(
    "changed",
    [{"ENVIRONMENT": "production"}, {"ENVIRONMENT": ""}, {"HOST": "0.0.0.0"}],  # noqa: S104 - what is refused
)
def test_the_issuer_refuses_production_and_open_networks(changed: dict[str, str]) -> None:
    environment = {name: value for name, value in (ENVIRONMENT | changed).items() if value}
    with pytest.raises(NotInProduction):
        IssuerSettings.from_environment(environment)


def test_the_issuer_starts_on_loopback_or_inside_the_compose_network() -> None:
    assert IssuerSettings.from_environment(ENVIRONMENT).issuer == "http://127.0.0.1:8080/issuer"
    inside = {"HOST": "0.0.0.0", "ISSUER_NETWORK": "internal"}  # noqa: S104 - a container's own network
    assert IssuerSettings.from_environment(ENVIRONMENT | inside).host == inside["HOST"]
