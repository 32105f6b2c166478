"""What the command line does when a service does not answer it, or not as it wants."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from uuid import UUID

import httpx2
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from services.cli.client import Caller, Refused
from services.cli.language import Told
from services.cli.sample.client import Ask, Client
from shared.embedded.ports import HOST, free_port
from tests.serving import served

NOW = datetime(2026, 1, 20, tzinfo=UTC)


async def token() -> tuple[str, float]:
    return "token", 60.0


async def test_a_service_that_is_away_is_said_in_a_sentence_with_its_cause() -> None:
    nobody = f"http://{HOST}:{free_port()}"
    async with httpx2.AsyncClient() as http:
        caller = Caller(http, {"planning": nobody}, token, patience=0.0)
        with pytest.raises(Told, match=f"503 {nobody}/api/planning/v1/me is away: ConnectError"):
            await caller.read("/api/planning/v1/me")


class Slow:
    """A service that has yet to hear of somebody, or is busy, each time it is asked anew."""

    def __init__(self) -> None:
        self.refusals = [(409, "plan-not-agreed"), (503, "database-is-away")]
        self.keys: list[str] = []

    async def answer(self, request: Request) -> JSONResponse:
        self.keys.append(request.headers["Idempotency-Key"])
        if self.refusals:
            status, code = self.refusals.pop(0)
            problem = {"type": f"http://test/problems/{code}", "title": "Belum", "detail": "Tunggu."}
            return JSONResponse(problem, status)
        return JSONResponse({"said": await request.json()})

    async def list(self, request: Request) -> JSONResponse:
        path = "/api/planning/v1/list?from=2&limit=1"
        is_first = "from" not in request.query_params
        return JSONResponse({"items": [dict(request.query_params)], "next": path if is_first else None})


@pytest.fixture
def slow() -> Slow:
    return Slow()


@pytest.fixture
async def urls(slow: Slow) -> AsyncIterator[dict[str, str]]:
    routes = [
        Route("/api/planning/v1/plans", slow.answer, methods=["POST"]),
        Route("/api/planning/v1/list", slow.list),
    ]
    async with served(Starlette(routes=routes)) as url:
        yield {"planning": url}


async def token_of(http: httpx2.AsyncClient, subject: UUID) -> str:
    del http
    return str(subject)


def ask(method: str, path: str, body: dict[str, str] | None = None) -> Ask:
    return Ask(service="planning", method=method, path=path, by=UUID(int=1), at=NOW, body=body)


async def test_the_sample_waits_for_what_may_pass_and_asks_under_the_same_key(
    slow: Slow, urls: dict[str, str]
) -> None:
    asked = ask("POST", "/plans", {"year": "2026"})
    async with Client(urls, token_of) as client:
        assert await client.do(asked) == {"said": {"year": "2026"}}
    assert slow.keys == [asked.key] * 3


async def test_a_person_hears_at_once_why_they_are_refused(slow: Slow, urls: dict[str, str]) -> None:
    async with httpx2.AsyncClient() as http:
        with pytest.raises(Refused, match=r"^POST /api/planning/v1/plans: 409 Belum Tunggu\.$") as refused:
            await Caller(http, urls, token).post("/api/planning/v1/plans", {})
    assert (refused.value.code, len(slow.keys)) == ("plan-not-agreed", 1)


async def test_a_list_is_read_to_its_last_page(urls: dict[str, str]) -> None:
    async with Client(urls, token_of) as client:
        found = await client.everything(ask("GET", "/list?limit=1"))
    assert found == [{"limit": "1"}, {"from": "2", "limit": "1"}]
