"""Assessment on a real PostgreSQL, spoken to over HTTP and told what planning says."""

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import httpx2
from fastapi import FastAPI

from services.assessment.app import SERVICE as ASSESSMENT
from services.assessment.app import build
from services.assessment.context import Assessment
from services.assessment.evaluation.decider import evaluation_stream
from services.assessment.evaluation.events import PlanContent
from shared.contracts.contract import Contract
from shared.contracts.planning import (
    Assignment,
    PersonV1,
    PlanAgreedV1,
    PlanReturnedV1,
    PlanRevisedV1,
    PlanSubmittedV1,
    ResultPart,
)
from shared.embedded.provision import Provisioned
from shared.messaging.incoming import Raw
from shared.regulation.behavior import Value
from shared.settings import Settings
from tests.databases import Schema
from tests.eventually import eventually
from tests.infrastructure import settings_of
from tests.services.assessment.people import (
    BUDI,
    CONTENT,
    COUNT,
    ERRORS,
    HENDRA,
    ON_TIME,
    PLAN,
    RATNA,
    REPORTS,
    SARI,
    SERVICE,
    UNIT,
)
from tests.tokens import bearer, verifier

JSON = "/api/assessment/v1"
NAMES = {SARI: "Sari Wulandari", RATNA: "Ratna Dewanti", HENDRA: "Hendra Wijaya", BUDI: "Budi Santoso"}
APPRAISERS = {SARI: RATNA, BUDI: RATNA, RATNA: HENDRA, HENDRA: None}
EVIDENCE = [("evidence", ("rekap.csv", b"nip;nama\n1;Sari\n", "text/csv"))]
BEHAVIOR = {"chosen": "met", "values": {value.value: "met" for value in Value}}
SARIS = evaluation_stream(SARI, 2026).stream_id
RATING = f"/penilaian/nilai/{SARIS}"


@dataclass
class Office:
    """A running service, and the people who use it."""

    app: FastAPI
    client: httpx2.AsyncClient
    settings: Settings
    sent: int = 0
    at: datetime = field(default_factory=lambda: datetime(2027, 1, 11, 3, 0, tzinfo=UTC))

    @property
    def context(self) -> Assessment:
        found: Assessment = self.app.state.context
        return found

    async def hears(self, message: Contract, key: UUID, *, inbox: int = 0) -> None:
        """Planning said something, and assessment has taken it in."""
        raw = self.saying(message, key)
        await ASSESSMENT.inboxes(self.context.store, self.settings)[inbox].apply([raw])

    def saying(self, message: Contract, key: UUID | str) -> Raw:
        """What planning says next, as Kafka delivers it."""
        raw = Raw(
            topic=message.topic,
            partition=0,
            offset=self.sent,
            key=str(key).encode(),
            value=message.model_dump_json().encode(),
            headers=(
                ("ce_id", str(uuid4()).encode()),
                ("ce_type", message.ce_type().encode()),
                ("ce_time", b"2026-01-20T02:00:00Z"),
                ("ce_logindex", str(self.sent).encode()),
            ),
            at=self.at,
        )
        self.sent += 1
        return raw

    async def knows_everybody(self) -> None:
        for employee_id, appraiser_id in APPRAISERS.items():
            await self.knows(employee_id, {date(2025, 1, 1): appraiser_id})

    async def knows(self, employee_id: UUID, appraisers: dict[date, UUID | None]) -> None:
        """Who appraises the employee, from which day on."""
        person = PersonV1(
            employee_id=employee_id,
            person_version=len(appraisers),
            nip=f"19900101 201501 1 {900 + employee_id.int}".replace(" ", ""),
            full_name=NAMES[employee_id],
            assignments=tuple(
                Assignment(
                    valid_from=valid_from,
                    unit_id=UNIT,
                    unit_name="Subbagian Umum dan Kepegawaian",
                    position="Pengolah Data Kepegawaian",
                    appraiser_id=appraiser_id,
                )
                for valid_from, appraiser_id in appraisers.items()
            ),
        )
        await self.hears(person, employee_id, inbox=1)

    async def has_a_new_appraiser(self, employee_id: UUID, appraiser_id: UUID) -> None:
        """From the office's present day on."""
        today = self.context.local_day(self.at)
        await self.knows(employee_id, {date(2025, 1, 1): APPRAISERS[employee_id], today: appraiser_id})

    async def plan_submitted(self, employee_id: UUID = SARI, *, year: int = 2026) -> None:
        whose = {"plan_id": uuid4(), "employee_id": employee_id, "year": year}
        changed = {} if (employee_id, year) == (SARI, 2026) else whose
        await self.hears(PlanSubmittedV1(**plan() | changed), employee_id)

    async def plan_returned(self) -> None:
        await self.hears(PlanReturnedV1(**plan(), reason_code="targets-unclear"), SARI)

    async def plan_agreed(self) -> None:
        await self.hears(PlanAgreedV1(**plan(), **said(CONTENT)), SARI)

    async def plan_revised(self, content: PlanContent) -> None:
        message = PlanRevisedV1(**plan() | {"revision": 2}, **said(content), reason_code="task-changed")
        await self.hears(message, SARI)

    async def with_an_agreed_plan(self) -> None:
        """Sari's plan is agreed, and its evaluation can be found."""
        await self.plan_submitted()
        await self.plan_agreed()
        await self.knows_the_evaluation()

    async def knows_the_evaluation(self) -> None:
        async def found() -> bool:
            return bool((await self.reads(SARI, "/evaluations"))["items"])

        await eventually(found)

    async def with_a_year_of_reports(self, *, months: int = 12) -> None:
        """Sari reported every month of every indicator with evidence; August's was three days late."""
        await self.with_an_agreed_plan()
        for month in range(1, months + 1):
            late = 8 if month == 8 else 3
            at = datetime(2026 + month // 12, month % 12 + 1, late, 3, 0, tzinfo=UTC)
            for indicator in (ON_TIME, COUNT, ERRORS):
                value = "4" if indicator == ERRORS else "1"
                answer = await self.reports(indicator, month, value, at=at)
                assert answer.status_code == 200, answer.text

    async def reports(
        self, indicator: UUID, month: int, realised: str, *, files: Any = EVIDENCE, **request: Any
    ) -> httpx2.Response:
        data = {"indicator_id": str(indicator), "month": str(month), "realised": realised}
        data |= request.pop("data", {})
        who = request.pop("who", SARI)
        return await self.asks(
            who, "POST", f"{JSON}/evaluations/{SARIS}/reports", data=data, files=files, **request
        )

    async def praises(self, result_id: UUID | None, **more: Any) -> httpx2.Response:
        body = {
            "kind": "appreciation",
            "result_id": str(result_id) if result_id else None,
            "seen": "Laporan rapi dan dapat dipercaya.",
            "next_step": "Pertahankan, dan ajari rekan baru.",
            "competences": [{"code": "accuracy", "kind": "strength"}],
        } | more
        who = body.pop("who", RATNA)
        return await self.asks(who, "POST", f"{JSON}/evaluations/{SARIS}/feedback", json=body)

    async def does(self, who: UUID, method: str, step: str, **request: Any) -> httpx2.Response:
        """One step of Sari's evaluation."""
        return await self.asks(who, method, f"{JSON}/evaluations/{SARIS}{step}", **request)

    async def with_a_published_result(self, *, months: int = 12) -> None:
        """Rated as the numbers suggest, and published."""
        await self.with_a_year_of_reports(months=months)
        for result in (REPORTS, SERVICE):
            assert (await self.praises(result)).status_code == 200
        for step, body in (("/results-rating", {"chosen": "met"}), ("/behavior-rating", BEHAVIOR)):
            answer = await self.does(RATNA, "PUT", step, json=body)
            assert answer.status_code == 200, answer.text
        answer = await self.does(RATNA, "POST", "/publication")
        assert answer.status_code == 200, answer.text

    async def asks(self, who: UUID, method: str, path: str, **request: Any) -> httpx2.Response:
        """A request of `who` at the office's present instant; changes carry a key of their own."""
        roles = request.pop("roles", ["employee"])
        at = request.pop("at", self.at)
        headers = bearer(who, roles=roles, name=NAMES.get(who, "Pemeriksa"))
        headers |= {"Demo-Time": at.isoformat(), "Idempotency-Key": request.pop("key", str(uuid4()))}
        headers |= request.pop("headers", {})
        return await self.client.request(method, path, headers=headers, **request)

    async def reads(self, who: UUID, path: str, **request: Any) -> Any:
        answer = await self.asks(who, "GET", f"{JSON}{path}", **request)
        assert answer.status_code == 200, answer.text
        return answer.json()

    async def page(self, who: UUID, path: str, **request: Any) -> str:
        answer = await self.asks(who, "GET", path, headers={"Accept": "text/html"}, **request)
        assert answer.status_code == 200, answer.text
        return answer.text


async def posts(office: Office, who: UUID, path: str, form: dict[str, Any], **more: Any) -> httpx2.Response:
    data = {"command_id": str(uuid4()), **form}
    return await office.asks(who, "POST", path, data=data, headers={"Accept": "text/html"}, **more)


def words(html: str) -> str:
    """A page's text."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html))


def plan() -> dict[str, Any]:
    names = ("plan_id", "employee_id", "year", "segment", "revision", "unit_id", "appraiser_id")
    return {name: getattr(PLAN, name) for name in names}


def said(content: PlanContent) -> dict[str, Any]:
    """The plan's content as planning says it."""
    return {
        "period_from": content.period_from,
        "period_to": content.period_to,
        "results": tuple(ResultPart.model_validate(one, from_attributes=True) for one in content.results),
    }


SCHEMA = Schema(ASSESSMENT.tables, tuple(range(2025, 2029)))


@asynccontextmanager
async def open_office(made: Provisioned, folder: Path) -> AsyncIterator[Office]:
    """The service on a fresh database of `SCHEMA`, without Kafka."""
    settings = settings_of(made, folder)
    app = build(settings, verifier=verifier())
    async with app.router.lifespan_context(app):
        transport = httpx2.ASGITransport(app=app)
        async with httpx2.AsyncClient(transport=transport, base_url="http://assessment.test") as client:
            yield Office(app, client, settings)
