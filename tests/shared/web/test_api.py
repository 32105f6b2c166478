"""What a route gets from a request, and what a caller gets when something is wrong with it."""

import errno
from collections.abc import AsyncIterator
from datetime import UTC, date, datetime
from typing import Annotated, Any, ClassVar
from uuid import UUID

import asyncpg
import httpx2
import pytest
from fastapi import FastAPI, UploadFile
from pydantic import BaseModel, Field
from starlette.requests import Request
from starlette.responses import Response

from shared.clock import FixedClock
from shared.decider import Refusal
from shared.identity.policy import Action, NotAllowed, may
from shared.store.errors import KeyReused, NotFound, Overloaded, StaleVersion, SubjectErased, VersionConflict
from shared.store.unit import Intent
from shared.web import wording
from shared.web.api import IDEMPOTENT, Caller, Edge, IfMatch, Why, intent, set_version
from shared.web.application import application
from shared.web.health import health
from shared.web.paging import Page, Paged
from shared.web.problem_kinds import KNOWN
from shared.web.problems import Problems
from tests import tokens

SARI = UUID("01900000-0000-7000-8000-000000000011")
NOON = datetime(2026, 11, 23, 5, 0, tzinfo=UTC)


class PlanIsEmpty(Refusal):
    code: ClassVar[str] = "plan-is-empty"


class Draft(BaseModel):
    title: str = Field(min_length=3)
    target: int = 1
    due_on: date | None = None


RAISED: dict[str, tuple[Exception, int, str]] = {
    "refusal": (PlanIsEmpty(year=2026), 409, "plan-is-empty"),
    "notfound": (NotFound(), 404, "not-found"),
    "notallowed": (NotAllowed("own-record"), 403, "own-record"),
    "stale": (StaleVersion(), 412, "stale-version"),
    "conflict": (VersionConflict(), 409, "version-conflict"),
    "erased": (SubjectErased(), 409, "person-erased"),
    "reused": (KeyReused(), 422, "key-reused"),
    "overloaded": (Overloaded(), 503, "overloaded"),
    "database": (asyncpg.ConnectionDoesNotExistError("of 198501012010012001"), 503, "database-away"),
    "refused": (ConnectionRefusedError(), 503, "database-away"),
    "disk": (OSError(errno.ENOSPC, "No space left on device"), 503, "storage-full"),
    "full": (asyncpg.DiskFullError("could not extend file"), 503, "storage-full"),
    "argument": (asyncpg.DataError("198501012010012001"), 500, "unexpected"),
    "bug": (RuntimeError("NIP 198501012010012001 of Sari"), 500, "unexpected"),
}


def build(*, is_demo: bool = False) -> tuple[FastAPI, list[Intent]]:
    problems = Problems(
        {"plan-is-empty": "SKP belum memiliki rencana hasil kerja"},
        details={"plan-is-empty": "SKP {year} masih kosong"},
        base="https://jejak.test",
    )
    edge = Edge(tokens.verifier(), FixedClock(NOON), is_demo=is_demo)
    app = application("sample", title="Sample", edge=edge, problems=problems, limits={"/evidence": 3_000_000})
    seen: list[Intent] = []

    @app.post("/api/sample/v1/drafts", openapi_extra=IDEMPOTENT)
    async def draft(request: Request, response: Response, who: Caller, body: Draft, seen_at: IfMatch) -> Any:
        why = Why(reason_text=body.title)
        seen.append(await intent(request, who, "employee", why))
        set_version(response, (seen_at or 0) + 1)
        return {"title": body.title}

    @app.post("/api/sample/v1/evidence")
    async def evidence(request: Request, who: Caller, file: UploadFile) -> int:
        seen.append(await intent(request, who, "employee"))
        return len(await file.read())

    @app.post("/contoh/form")
    async def form(request: Request, who: Caller) -> str:
        seen.append(await intent(request, who, "employee"))
        return "ok"

    @app.get("/api/sample/v1/raise/{name}")
    @app.get("/contoh/raise/{name}")
    async def raise_it(name: str) -> None:
        raise RAISED[name][0]

    @app.get("/api/sample/v1/rows")
    async def rows(request: Request, who: Caller, part: Paged, unit: str = "") -> Page[int]:
        may(Action.READ_CHANGES, who)
        start = int(part.after[0] or 0) if part.after else 0
        found = list(range(start + 1, min(start + part.wanted, 120) + 1))
        return part.page(request, found, int, lambda row: (row, unit))

    async def report() -> dict[str, Any]:
        return {"ready": False, "failed": {"publisher": "no broker"}}

    app.include_router(health(report))
    return app, seen


@pytest.fixture
async def api() -> AsyncIterator[tuple[httpx2.AsyncClient, list[Intent]]]:
    app, seen = build()
    async with client_of(app) as client:
        yield client, seen


def client_of(app: FastAPI) -> httpx2.AsyncClient:
    return httpx2.AsyncClient(
        transport=httpx2.ASGITransport(app=app), base_url="http://test", headers=tokens.bearer(SARI)
    )


Api = Annotated[tuple[httpx2.AsyncClient, list[Intent]], "fixture"]
DRAFTS = "/api/sample/v1/drafts"


def keyed(key: str = "k1", **more: str) -> dict[str, str]:
    return {"Idempotency-Key": key} | more


async def test_an_intent_says_who_when_and_why(api: Api) -> None:
    client, (seen) = api
    trace = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
    answer = await client.post(DRAFTS, json={"title": "Laporan"}, headers=keyed(traceparent=trace))
    assert answer.status_code == 200
    (one,) = seen
    assert (one.actor_id, one.caller, one.acting_role) == (SARI, str(SARI), "employee")
    assert (one.at, one.recorded_at, one.reason_text) == (NOON, None, "Laporan")
    assert one.correlation_id == UUID("0af7651916cd43dd8448eb211c80319c")
    assert one.traceparent == trace


async def test_the_same_request_spelled_differently_is_the_same(api: Api) -> None:
    client, seen = api
    for body in (
        b'{"title":"Laporan","target":2}',
        b'{ "target": 2,\n"title": "Laporan" }',
        b'{"title":"Lain"}',
    ):
        await client.post(DRAFTS, content=body, headers=keyed() | {"Content-Type": "application/json"})
    first, again, other = seen
    assert first.command_id == again.command_id == other.command_id
    assert first.request_hash == again.request_hash != other.request_hash


async def test_two_callers_may_use_the_same_key(api: Api) -> None:
    client, seen = api
    await client.post(DRAFTS, json={"title": "Laporan"}, headers=keyed())
    system = tokens.bearer("x", client_id="training-system")
    await client.post(DRAFTS, json={"title": "Laporan"}, headers=keyed() | system)
    assert seen[0].command_id != seen[1].command_id


async def test_a_form_carries_its_key_and_its_file_in_the_hash(api: Api) -> None:
    client, seen = api
    for content in (b"one", b"one", b"two"):
        files = {"file": ("a.pdf", content, "application/pdf")}
        answer = await client.post("/api/sample/v1/evidence", data={"command_id": "c1"}, files=files)
        assert answer.json() == 3
    assert seen[0].command_id == seen[1].command_id
    assert seen[0].request_hash == seen[1].request_hash != seen[2].request_hash


async def test_the_version_travels_as_an_entity_tag(api: Api) -> None:
    client, _ = api
    answer = await client.post(DRAFTS, json={"title": "Laporan"}, headers=keyed() | {"If-Match": '"7"'})
    assert answer.headers["etag"] == '"8"'
    wrong = await client.post(DRAFTS, json={"title": "Laporan"}, headers=keyed() | {"If-Match": "seven"})
    assert (wrong.status_code, wrong.json()["type"]) == (
        400,
        "https://jejak.test/problems/if-match-malformed",
    )


async def test_a_change_without_a_key_is_refused(api: Api) -> None:
    client, _ = api
    answer = await client.post(DRAFTS, json={"title": "Laporan"})
    assert (answer.status_code, answer.json()["type"]) == (400, "https://jejak.test/problems/key-missing")


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


async def test_a_list_is_read_part_by_part_with_its_filters(api: Api) -> None:
    client, _ = api
    client.headers |= tokens.bearer(SARI, roles=["auditor"])
    address: str | None = "/api/sample/v1/rows?limit=40&unit=Mutasi"
    seen: list[int] = []
    while address:
        assert "unit=Mutasi" in address
        part = (await client.get(address)).json()
        seen += part["items"]
        address = part["next"]
    assert seen == list(range(1, 121))


@pytest.mark.parametrize("query", ["limit=0", "limit=201", "cursor=x", "cursor=e30", "cursor=W1tdXQ"])
async def test_a_part_that_can_not_be_is_refused(api: Api, query: str) -> None:
    client, _ = api
    assert (await client.get(f"/api/sample/v1/rows?{query}")).status_code == 422


async def test_who_may_not_is_told_so(api: Api) -> None:
    client, _ = api
    answer = await client.get("/api/sample/v1/rows")
    assert (answer.status_code, answer.json()["type"].rpartition("/")[2]) == (403, "role-missing")


async def test_without_a_token_nothing_is_answered(api: Api) -> None:
    client, _ = api
    del client.headers["Authorization"]
    for header, code in (({}, "token-missing"), ({"Authorization": "Bearer x"}, "token-invalid")):
        answer = await client.get("/api/sample/v1/rows", headers=header)
        assert (answer.status_code, answer.json()["type"].rpartition("/")[2]) == (401, code)
        assert answer.headers["www-authenticate"].startswith("Bearer")


async def test_the_demonstration_clock_runs_only_in_the_demonstration(api: Api) -> None:
    client, _ = api
    headers = keyed() | {"Demo-Time": "2025-02-03T09:00:00+07:00"}
    assert (await client.post(DRAFTS, json={"title": "Laporan"}, headers=headers)).status_code == 403
    app, seen = build(is_demo=True)
    async with client_of(app) as demo:
        assert (await demo.post(DRAFTS, json={"title": "Laporan"}, headers=headers)).status_code == 200
        headers["Demo-Time"] = "yesterday"
        assert (await demo.post(DRAFTS, json={"title": "Laporan"}, headers=headers)).status_code == 422
    assert seen[0].at == seen[0].recorded_at == datetime(2025, 2, 3, 2, 0, tzinfo=UTC)


async def test_unknown_addresses_and_methods_are_problems(api: Api) -> None:
    client, _ = api
    for method, address, status in (("GET", "/api/none", 404), ("DELETE", DRAFTS, 405)):
        answer = await client.request(method, address)
        assert answer.status_code == status
        assert answer.headers["content-type"] == "application/problem+json"


async def test_health_tells_what_is_down(api: Api) -> None:
    client, _ = api
    assert (await client.get("/health/live")).json() == {"live": True}
    ready = await client.get("/health/ready")
    assert ready.status_code == 503
    assert ready.json()["failed"] == {"publisher": "no broker"}


def test_the_document_speaks_of_problems_and_of_bearer_tokens() -> None:
    document = build()[0].openapi()
    assert document["openapi"].startswith("3.1")
    operation = document["paths"][DRAFTS]["post"]
    assert "HTTPValidationError" not in str(document)
    assert operation["responses"]["422"]["content"].keys() == {"application/problem+json"}
    assert document["security"] == [{"HTTPBearer": []}]
    assert document["components"]["securitySchemes"]["HTTPBearer"]["scheme"] == "bearer"
    assert {one["name"] for one in operation["parameters"]} == {"Idempotency-Key", "If-Match"}
    assert "ProblemBody" in document["components"]["schemas"]


def test_every_known_error_has_a_wording() -> None:
    codes = {code for _, _, code in RAISED.values()} - {"plan-is-empty"}
    assert codes <= wording.PROBLEMS.keys()
    assert {NotFound, StaleVersion, KeyReused} <= KNOWN.keys()
