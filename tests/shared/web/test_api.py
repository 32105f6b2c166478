"""What a route gets from a request, and what it answers."""

from datetime import UTC, datetime
from uuid import UUID

import pytest

from tests import tokens
from tests.shared.web.sample_service import DRAFTS, NOON, SARI, Api, api, build, client_of, keyed

__all__ = ["api"]


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
    system = tokens.bearer("training-system", client_id="training-system")
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
