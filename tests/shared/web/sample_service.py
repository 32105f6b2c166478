"""A service of its own for the tests of the edge, with every error a request can meet."""

import errno
import socket
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
from shared.web.api import IDEMPOTENT, Caller, Edge, IfMatch, Why, intent, set_version
from shared.web.application import application
from shared.web.health import health
from shared.web.paging import Page, Paged
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
    "silent": (TimeoutError(), 503, "database-away"),
    "nameless": (socket.gaierror(-3, "Temporary failure in name resolution"), 503, "database-away"),
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
