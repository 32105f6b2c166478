"""What is answered straight from a route's declaration is what FastAPI would have answered."""

from collections.abc import Iterator
from typing import Annotated, Any

import httpx2
import pytest
from fastapi import Depends, FastAPI, Query
from pydantic import BaseModel, ConfigDict, Field
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from structlog.testing import capture_logs

from services.assessment.app import build as assessment
from services.followup.app import build as followup
from services.planning.app import build as planning
from shared.clock import FixedClock
from shared.decider import Refusal
from shared.store.errors import Overloaded
from shared.web.api import Caller, Edge, IfMatch, set_version
from shared.web.application import application
from shared.web.direct import Plain, known
from shared.web.problems import Problems
from tests import tokens
from tests.shared.web.page_settings import settings
from tests.shared.web.sample_service import NOON, SARI

PATH = "/api/sample/v1/records"
RECORD = f"{PATH}/0199a1c2-5f0e-7000-8000-4b1d2c3e4f50"


class Body(BaseModel):
    model_config = ConfigDict(extra="forbid")

    title: str = Field(min_length=3)
    target: int = 1


class Said(BaseModel):
    title: str
    given: str | None = None
    seen: int | None = None


class RecordIsLocked(Refusal):
    code = "record-is-locked"


class Unheard(Exception):
    """Nobody has words for this."""


RAISED: dict[str, Exception] = {
    "refusal": RecordIsLocked(),
    "busy": Overloaded(),
    "bug": Unheard("198501012010012001"),
    "away": ConnectionRefusedError(),
}


async def counted(request: Request) -> int:
    request.state.times = getattr(request.state, "times", 0) + 1
    found: int = request.state.times
    return found


Once = Annotated[int, Depends(counted)]


async def doubly(times: Once, who: Caller) -> int:
    return times if who.actor_id == SARI else 0


class Answers:
    """The functions of the routes."""

    @staticmethod
    async def write(
        record_id: str,
        *,
        body: Body,
        seen: IfMatch,
        response: Response,
        first: Once,
        second: Annotated[int, Depends(doubly)],
    ) -> Said:
        set_version(response, (seen or 0) + first + second)
        return Said(title=body.title, given=record_id, seen=seen)

    @staticmethod
    async def number(number: int, response: Response) -> Said:
        response.status_code = 202
        return Said(title=str(number))

    @staticmethod
    async def raised(name: str) -> Said:
        raise RAISED[name]

    @staticmethod
    async def text() -> Said:
        return PlainTextResponse("teks", headers={"X-One": "1"})  # type: ignore[return-value]

    @staticmethod
    async def find(unit: Annotated[str, Query()] = "") -> Said:
        return Said(title=unit)

    @staticmethod
    async def read(record_id: str) -> Said:
        return Said(title=record_id)


def build() -> FastAPI:
    problems = Problems({"record-is-locked": "Terkunci"})
    edge = Edge(tokens.verifier(), FixedClock(NOON))
    app = application("sample", title="Sample", edge=edge, problems=problems)
    app.post(f"{PATH}/{{record_id}}", status_code=201)(Answers.write)
    app.put(f"{PATH}/{{number}}/number")(Answers.number)
    app.put(f"{PATH}/{{name}}/raised")(Answers.raised)
    app.get(f"{PATH}/text")(Answers.text)
    app.get(f"{PATH}/found")(Answers.find)
    app.get(f"{PATH}/{{record_id}}")(Answers.read)
    return app


JSON = {"Content-Type": "application/json"}
ASKED: dict[str, tuple[str, str, dict[str, Any]]] = {
    "done": ("POST", RECORD, {"json": {"title": "Laporan"}}),
    "a version": ("POST", RECORD, {"json": {"title": "Laporan"}, "headers": {"If-Match": '"7"'}}),
    "any version": ("POST", RECORD, {"json": {"title": "Laporan"}, "headers": {"If-Match": "*"}}),
    "no version": ("POST", RECORD, {"json": {"title": "Laporan"}, "headers": {"If-Match": "7"}}),
    "an escaped path": ("POST", f"{PATH}/a%20b%C3%A9", {"json": {"title": "Laporan"}}),
    "an escaped slash": ("POST", f"{PATH}/a%2Fb", {"json": {"title": "Laporan"}}),
    "a short title": ("POST", RECORD, {"json": {"title": "L"}}),
    "an unknown field": ("POST", RECORD, {"json": {"title": "Laporan", "titel": "x"}}),
    "a number as text": ("POST", RECORD, {"json": {"title": "Laporan", "target": "12"}}),
    "a huge number": ("POST", RECORD, {"json": {"title": "Laporan", "target": 2**70}}),
    "a list": ("POST", RECORD, {"json": []}),
    "no body": ("POST", RECORD, {}),
    "no body, said to be JSON": ("POST", RECORD, {"headers": JSON}),
    "no JSON": ("POST", RECORD, {"content": b"{title", "headers": JSON}),
    "JSON by another name": (
        "POST",
        RECORD,
        {"content": b'{"title":"Laporan"}', "headers": {"Content-Type": "application/merge-patch+json"}},
    ),
    "JSON said to be text": (
        "POST",
        RECORD,
        {"content": b'{"title":"Laporan"}', "headers": {"Content-Type": "text/plain"}},
    ),
    "a form": ("POST", RECORD, {"data": {"title": "Laporan"}}),
    "nobody": ("POST", RECORD, {"json": {"title": "L"}, "headers": {"Authorization": "Bearer x"}}),
    "a number in the path": ("PUT", f"{PATH}/12/number", {}),
    "no number in the path": ("PUT", f"{PATH}/dua/number", {}),
    "a refusal": ("PUT", f"{PATH}/refusal/raised", {}),
    "too busy": ("PUT", f"{PATH}/busy/raised", {}),
    "a mistake of ours": ("PUT", f"{PATH}/bug/raised", {}),
    "a database away": ("PUT", f"{PATH}/away/raised", {}),
    "a response of its own": ("GET", f"{PATH}/text", {}),
    "a query": ("GET", f"{PATH}/found", {"params": {"unit": "3"}}),
    "a read": ("GET", RECORD, {}),
    "another method": ("DELETE", RECORD, {}),
    "no more than its head": ("HEAD", RECORD, {}),
    "a slash too many": ("GET", f"{RECORD}/", {}),
    "no such address": ("GET", f"{PATH}/a/b/c", {}),
}


@pytest.mark.parametrize("name", ASKED)
async def test_both_ways_answer_alike(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    method, path, more = ASKED[name]
    straight, logged = await asked(build(), method, path, more)
    monkeypatch.setattr("shared.web.direct.PREFIX", "/nowhere/")
    general, logged_then = await asked(build(), method, path, more)
    assert (straight.status_code, straight.content) == (general.status_code, general.content)
    assert dict(straight.headers) == dict(general.headers)
    assert [one["event"] for one in logged] == [one["event"] for one in logged_then]


async def asked(
    app: FastAPI, method: str, path: str, more: dict[str, Any]
) -> tuple[httpx2.Response, list[Any]]:
    transport = httpx2.ASGITransport(app=app)
    headers = tokens.bearer(SARI) | more.get("headers", {})
    async with httpx2.AsyncClient(transport=transport, base_url="http://test") as client:
        with capture_logs() as logged:
            answer = await client.request(method, path, **{**more, "headers": headers})
    return answer, list(logged)


async def test_a_function_that_two_need_is_called_once() -> None:
    answer, _ = await asked(build(), *ASKED["done"])
    assert answer.headers["etag"] == '"2"'


def plain(app: FastAPI) -> Iterator[tuple[str, bool]]:
    for (method, _), places in known(app.routes).items():
        for _, one in places:
            if method not in ("GET", "HEAD"):
                yield method, isinstance(one, Plain)


@pytest.mark.parametrize("build", [planning, assessment, followup])
def test_nearly_all_commands_are_answered_straight(build: Any) -> None:
    found = list(plain(build(settings())))
    assert sum(not one for _, one in found) <= 1, "only files are left to FastAPI"
