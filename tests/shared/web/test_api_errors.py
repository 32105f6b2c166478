"""What a caller gets when something is wrong with a request or behind it."""

from collections.abc import AsyncIterator
from typing import Any

import pytest

from shared.store.errors import KeyReused, NotFound, StaleVersion
from shared.web import wording
from shared.web.problem_kinds import KNOWN
from tests.shared.web.sample_service import DRAFTS, RAISED, Api, api, keyed

__all__ = ["api"]


@pytest.mark.parametrize("name", RAISED)
async def test_every_error_is_a_problem_in_words(api: Api, name: str) -> None:
    client, _ = api
    _, status, code = RAISED[name]
    answer = await client.get(f"/api/sample/v1/raise/{name}")
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.headers["content-language"] == "id"
    body = answer.json()
    assert body["type"] == f"https://jejak.test/problems/{code}"
    assert body["status"] == status
    assert body["instance"] == f"/api/sample/v1/raise/{name}"
    assert "1985" not in answer.text


async def test_a_refusal_is_told_with_its_facts(api: Api) -> None:
    client, _ = api
    body = (await client.get("/api/sample/v1/raise/refusal")).json()
    assert body["title"] == "SKP belum memiliki rencana hasil kerja"
    assert body["detail"] == "SKP 2026 masih kosong"


async def test_a_busy_system_says_when_to_come_back(api: Api) -> None:
    client, _ = api
    assert (await client.get("/api/sample/v1/raise/overloaded")).headers["retry-after"] == "2"


@pytest.mark.parametrize("name", RAISED)
async def test_a_browser_gets_the_same_error_as_a_page(api: Api, name: str) -> None:
    client, _ = api
    answer = await client.get(f"/contoh/raise/{name}", headers={"Accept": "text/html"})
    assert answer.status_code == RAISED[name][1]
    assert answer.headers["content-type"].startswith("text/html")
    assert "<title>Kesalahan:" in answer.text
    assert "1985" not in answer.text


async def test_wrong_fields_are_named_in_indonesian(api: Api) -> None:
    client, _ = api
    answer = await client.post(
        DRAFTS, json={"title": "x", "target": "banyak", "due_on": "besok"}, headers=keyed()
    )
    assert answer.status_code == 422
    messages = {one["pointer"]: one["message"] for one in answer.json()["errors"]}
    assert messages == {
        "#/title": "Paling sedikit 3 karakter",
        "#/target": "Harus berupa bilangan bulat",
        "#/due_on": "Harus berupa tanggal, misalnya 2026-11-23",
    }


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        (b"{", 400, "malformed-json"),
        (b"\xff\xfe", 400, "malformed-json"),
        (b'{"title": NaN}', 400, "malformed-json"),
        (b"[" * 5000, 400, "malformed-json"),
        (b'{"title": "a\\u0000b"}', 422, "text-not-storable"),
        (b'{"title": "a\\ud800b"}', 422, "text-not-storable"),
        (b'{"\\ud800": 1}', 422, "text-not-storable"),
        (b'{"title": "' + b"a" * 1_100_000 + b'"}', 413, "body-too-large"),
        (b"", 422, "field-errors"),
        (b"[]", 422, "field-errors"),
    ],
    ids=range(10),
)
async def test_bad_bodies_are_refused(api: Api, body: bytes, status: int, code: str) -> None:
    client, seen = api
    answer = await client.post(DRAFTS, content=body, headers=keyed() | {"Content-Type": "application/json"})
    assert (answer.status_code, answer.json()["type"].rpartition("/")[2]) == (status, code)
    assert seen == []


async def test_a_body_that_hides_its_length_is_cut_off(api: Api) -> None:
    client, _ = api

    async def endless() -> AsyncIterator[bytes]:
        for _ in range(40):
            yield b" " * 100_000

    for media_type in ("application/json", "text/plain", "multipart/form-data; boundary=x"):
        answer = await client.post(DRAFTS, content=endless(), headers=keyed() | {"Content-Type": media_type})
        assert answer.status_code == 413


async def test_evidence_may_be_larger_but_not_endless(api: Api) -> None:
    client, _ = api
    for size, status in ((2_000_000, 200), (3_100_000, 413)):
        answer = await client.post(
            "/api/sample/v1/evidence", files={"file": ("a", b"x" * size)}, headers=keyed()
        )
        assert answer.status_code == status


@pytest.mark.parametrize(
    "sent",
    [
        {"content": b"a=%00&command_id=1", "headers": {"Content-Type": "application/x-www-form-urlencoded"}},
        {"files": {"f": ("a", b"\0")}, "data": {"command_id": "1", "text": "a\0b"}},
    ],
    ids=["encoded", "multipart"],
)
async def test_forms_with_nul_are_refused(api: Api, sent: dict[str, Any]) -> None:
    client, seen = api
    assert (await client.post("/contoh/form", **sent)).status_code == 422
    assert seen == []


async def test_an_address_with_nul_is_refused(api: Api) -> None:
    client, _ = api
    assert (await client.get("/api/sample/v1/rows?unit=%00")).status_code == 422
    assert (await client.get("/api/sample/v1/raise/%00")).status_code == 422


def test_every_known_error_has_a_wording() -> None:
    codes = {code for _, _, code in RAISED.values()} - {"plan-is-empty"}
    assert codes <= wording.PROBLEMS.keys()
    assert {NotFound, StaleVersion, KeyReused} <= KNOWN.keys()
