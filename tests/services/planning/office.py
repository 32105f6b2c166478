"""Planning on a real PostgreSQL, spoken to over HTTP."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import httpx2
from fastapi import FastAPI

from services.planning.app import SERVICE, build
from services.planning.context import Planning
from shared.embedded.provision import Provisioned
from shared.settings import Settings
from tests.databases import Schema
from tests.eventually import eventually
from tests.infrastructure import settings_of
from tests.tokens import bearer, verifier

JSON = "/api/planning/v1"
HEADER = "nip;nama;jabatan;unit;nip_penilai;berlaku_sejak;id_pegawai"

HENDRA, RATNA, SARI, BUDI, HR = (UUID(int=number) for number in range(11, 16))
AUDITOR, TRAINING = UUID(int=21), UUID(int=22)
NIPS = {
    HENDRA: "197003121995031001",
    RATNA: "197805202003122002",
    SARI: "199203142015032001",
    BUDI: "198811302012121003",
    HR: "198502022008012004",
}
NAMES = {
    HENDRA: "Hendra Wijaya",
    RATNA: "Ratna Dewanti",
    SARI: "Sari Wulandari",
    BUDI: "Budi Santoso",
    HR: "Maya Lestari",
}
APPRAISERS = {HENDRA: None, RATNA: HENDRA, SARI: RATNA, BUDI: RATNA, HR: HENDRA}
ROLES = {HR: ["employee", "hr"], AUDITOR: ["auditor"]}
UNIT = "Bidang Mutasi dan Promosi"


def line(employee_id: UUID, **changed: str) -> str:
    """One row of the file of people."""
    appraiser = APPRAISERS[employee_id]
    values = {
        "nip": NIPS[employee_id],
        "nama": NAMES[employee_id],
        "jabatan": "Pengolah Data Kepegawaian",
        "unit": UNIT,
        "nip_penilai": NIPS[appraiser] if appraiser else "",
        "berlaku_sejak": "2025-01-01",
        "id_pegawai": str(employee_id),
    } | changed
    return ";".join(values.values())


EVERYBODY = "\r\n".join([HEADER, *(line(one) for one in NIPS)])


@dataclass
class Office:
    """A running service, and the people who use it. `at` is the instant everybody asks at."""

    app: FastAPI
    client: httpx2.AsyncClient
    settings: Settings
    at: datetime = field(default_factory=lambda: datetime(2026, 1, 12, 3, 0, tzinfo=UTC))

    @property
    def context(self) -> Planning:
        found: Planning = self.app.state.context
        return found

    async def asks(self, who: UUID, method: str, path: str, **request: Any) -> httpx2.Response:
        """A request of `who` at the office's present instant; changes carry a key of their own."""
        claims = request.pop("claims", {"roles": ROLES.get(who, ["employee"]), "name": NAMES.get(who, "")})
        headers = bearer(who, **claims)
        headers |= {"Demo-Time": request.pop("at", self.at).isoformat()}
        headers |= {"Idempotency-Key": request.pop("key", str(uuid4()))}
        headers |= request.pop("headers", {})
        return await self.client.request(method, path, headers=headers, **request)

    async def does(self, who: UUID, method: str, path: str, **request: Any) -> Any:
        """A request that must succeed; its JSON."""
        answer = await self.asks(who, method, f"{JSON}{path}", **request)
        assert answer.status_code in (200, 201), answer.text
        return answer.json()

    async def refused(self, who: UUID, method: str, path: str, **request: Any) -> tuple[int, str]:
        """The status and code of a request that must fail, answered as a worded problem."""
        answer = await self.asks(who, method, f"{JSON}{path}", **request)
        assert answer.headers["content-type"] == "application/problem+json", answer.text
        problem = answer.json()
        assert problem["title"]
        return answer.status_code, problem["type"].removeprefix("/problems/")

    async def page(self, who: UUID, path: str, *, status: int = 200, **request: Any) -> str:
        """A page as a browser gets it."""
        answer = await self.asks(who, "GET", path, headers={"Accept": "text/html"}, **request)
        assert answer.status_code == status, answer.text
        return answer.text

    async def imports(self, text: str | bytes, **request: Any) -> httpx2.Response:
        """The file as HR uploads it."""
        content = text.encode() if isinstance(text, str) else text
        files = {"file": ("pegawai.csv", content, "text/csv")}
        return await self.asks(HR, "POST", f"{JSON}/people/import", files=files, **request)

    async def knows_everybody(self) -> None:
        answer = await self.imports(EVERYBODY)
        assert answer.status_code == 200, answer.text
        await self.sees(BUDI)

    async def sees(self, employee_id: UUID) -> None:
        """Wait until the person can be found."""

        async def there() -> bool:
            person = await self.context.people.get(employee_id)
            return person is not None and bool(person.placements)

        await eventually(there)

    async def drafts(self, who: UUID = SARI, *, year: int = 2026) -> str:
        """A plan that could be submitted; its id."""
        plan_id = str((await self.does(who, "POST", "/plans", json={"year": year}))["plan_id"])
        title = {"title": "Data kepegawaian terolah setiap bulan"}
        result = (await self.does(who, "POST", f"/plans/{plan_id}/results", json=title))["result_id"]
        await self.does(who, "POST", f"/plans/{plan_id}/results/{result}/indicators", json=ON_TIME)
        return plan_id

    async def submits(self, who: UUID = SARI, *, year: int = 2026) -> str:
        """A plan before its appraiser; its id."""
        plan_id = await self.drafts(who, year=year)
        await self.does(who, "POST", f"/plans/{plan_id}/submission")
        return plan_id


ON_TIME = {
    "title": "Laporan bulanan data kepegawaian tepat waktu",
    "aspect": "time",
    "target": "12",
    "unit": "laporan",
    "due_day": 5,
}


SCHEMA = Schema(SERVICE.tables, tuple(range(2024, 2030)))


@asynccontextmanager
async def open_office(
    made: Provisioned, folder: Path, *, kafka: str = "127.0.0.1:9"
) -> AsyncIterator[Office]:
    """The service on a fresh database of `SCHEMA`; without Kafka unless given."""
    settings = settings_of(made, folder, kafka=kafka)
    app = build(settings, verifier=verifier())
    async with app.router.lifespan_context(app):
        transport = httpx2.ASGITransport(app=app)
        async with httpx2.AsyncClient(transport=transport, base_url="http://planning.test") as client:
            yield Office(app, client, settings)
