"""Follow-up on a real PostgreSQL, spoken to over HTTP and told what assessment and training systems say."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

import httpx2
from fastapi import FastAPI

from services.followup.app import SERVICE, build
from services.followup.context import Followup
from shared.contracts.assessment import (
    AssessmentCompletedV1,
    AssessmentCorrectedV1,
    CompetencePart,
    Predicate,
    ResultMessage,
)
from shared.contracts.contract import Contract
from shared.contracts.followup import TrainingCompletedV1
from shared.contracts.planning import Assignment, PersonV1
from shared.messaging.incoming import Raw
from shared.settings import Settings
from tests.databases import Schema
from tests.eventually import eventually
from tests.tokens import bearer, verifier

JSON = "/api/followup/v1"
SARI, RATNA, HENDRA, BUDI, OFFICER, AUDITOR = (UUID(int=number) for number in range(1, 7))
UNIT, FEEDBACK, OTHER_FEEDBACK = UUID(int=9), UUID(int=70), UUID(int=71)
NAMES = {
    SARI: "Sari Wulandari",
    RATNA: "Ratna Dewanti",
    HENDRA: "Hendra Wijaya",
    BUDI: "Budi Santoso",
    OFFICER: "Lestari Handayani",
}
APPRAISERS = {SARI: RATNA, BUDI: RATNA, RATNA: HENDRA, HENDRA: None, OFFICER: HENDRA}
ROLES = {OFFICER: ["employee", "performance_officer"], AUDITOR: ["auditor"]}
COMMUNICATION = CompetencePart(code="communication", kind="to_develop", feedback_ids=(FEEDBACK,))
SPEAKS_WELL = CompetencePart(code="communication", kind="strength", feedback_ids=(FEEDBACK,))


def completed(
    predicate: Predicate, *competences: CompetencePart, employee: UUID = SARI, year: int = 2025
) -> AssessmentCompletedV1:
    """A published result."""
    return AssessmentCompletedV1(
        evaluation_id=UUID(int=employee.int * 10_000 + year),
        plan_id=UUID(int=50),
        employee_id=employee,
        year=year,
        segment=1,
        unit_id=UNIT,
        appraiser_id=RATNA,
        result_rating="met",
        behavior_rating="met",
        predicate=predicate,
        reports_on_time=11,
        reports_due=12,
        competences=competences,
        feedback_ids=(FEEDBACK, OTHER_FEEDBACK),
        result_version=1,
        supersedes=None,
    )


def corrected(before: ResultMessage, predicate: Predicate) -> AssessmentCorrectedV1:
    """The same result, corrected."""
    changed = before.model_dump() | {"predicate": predicate, "result_version": before.result_version + 1}
    return AssessmentCorrectedV1(**changed, reason_code="evidence-found")


def attended(
    assignment_id: str, *, hours: int = 20, employee: UUID = SARI, on: date = date(2026, 1, 20)
) -> TrainingCompletedV1:
    """A training system's answer."""
    return TrainingCompletedV1(
        assignment_id=UUID(assignment_id),
        employee_id=employee,
        completed_on=on,
        hours=Decimal(hours),
        certificate_number="LAN/2026/0042",
    )


@dataclass
class Office:
    """A running service, and the people who use it."""

    app: FastAPI
    client: httpx2.AsyncClient
    settings: Settings
    sent: int = 0
    at: datetime = field(default_factory=lambda: datetime(2026, 1, 20, 3, 0, tzinfo=UTC))

    @property
    def context(self) -> Followup:
        found: Followup = self.app.state.context
        return found

    async def hears(
        self, message: Contract, *, inbox: int = 0, event_id: UUID | None = None, foreign: bool = False
    ) -> UUID:
        """Somebody said something, and follow-up has taken it in; a foreign system has no log of ours."""
        event_id = event_id or uuid4()
        headers = [
            ("ce_id", str(event_id).encode()),
            ("ce_type", message.ce_type().encode()),
            ("ce_time", self.at.isoformat().encode()),
        ]
        if not foreign:
            headers.append(("ce_logindex", str(self.sent).encode()))
        raw = Raw(
            topic=message.topic,
            partition=0,
            offset=self.sent,
            key=str(message.employee_id).encode(),  # type: ignore[attr-defined]
            value=message.model_dump_json().encode(),
            headers=tuple(headers),
            at=self.at,
        )
        self.sent += 1
        await SERVICE.inboxes(self.context.store, self.settings)[inbox].apply([raw])
        return event_id

    async def knows_everybody(self) -> None:
        for employee_id, name in NAMES.items():
            placed = Assignment(
                valid_from=date(2025, 1, 1),
                unit_id=UNIT,
                unit_name="Subbagian Umum dan Kepegawaian",
                position="Pengolah Data Kepegawaian",
                appraiser_id=APPRAISERS[employee_id],
            )
            person = PersonV1(
                employee_id=employee_id, person_version=1, nip="", full_name=name, assignments=(placed,)
            )
            await self.hears(person, inbox=1)

    async def recommended(self, message: ResultMessage) -> dict[str, str]:
        """A result came; the recommendations by code, once they are listed."""
        await self.hears(message)
        path = f"/recommendations?employee_id={message.employee_id}&status=open&year={message.year}"

        async def listed() -> Any:
            return (await self.reads(RATNA, path))["items"]

        return {one["code"]: one["recommendation_id"] for one in await eventually(listed)}

    async def accepts(self, recommendation_id: str, *, who: UUID = RATNA, **body: Any) -> httpx2.Response:
        path = f"{JSON}/recommendations/{recommendation_id}/acceptance"
        return await self.asks(who, "POST", path, json={"reason_code": "result_and_feedback"} | body)

    async def does(self, who: UUID, recommendation_id: str, step: str, **body: Any) -> httpx2.Response:
        path = f"{JSON}/recommendations/{recommendation_id}/{step}"
        return await self.asks(who, "POST", path, json=body)

    async def asks(self, who: UUID, method: str, path: str, **request: Any) -> httpx2.Response:
        """A request of `who` at the office's present instant; changes carry a key of their own."""
        claims = request.pop("claims", {"roles": ROLES.get(who, ["employee"]), "name": NAMES.get(who, "")})
        headers = bearer(who, **claims)
        headers |= {"Demo-Time": self.at.isoformat(), "Idempotency-Key": request.pop("key", str(uuid4()))}
        headers |= request.pop("headers", {})
        return await self.client.request(method, path, headers=headers, **request)

    async def reads(self, who: UUID, path: str, **request: Any) -> Any:
        answer = await self.asks(who, "GET", f"{JSON}{path}", **request)
        assert answer.status_code == 200, answer.text
        return answer.json()

    async def page(self, who: UUID, path: str, *, status: int = 200, **request: Any) -> str:
        """A page as text."""
        headers = {"Accept": "text/html"}
        answer = await self.asks(who, "GET", path, headers=headers, **request)
        assert answer.status_code == status, answer.text
        return answer.text

    async def submits(self, who: UUID, path: str, **fields: str) -> httpx2.Response:
        """A form is sent from a page."""
        data = {"command_id": str(uuid4()), **fields}
        return await self.asks(who, "POST", path, data=data, headers={"Accept": "text/html"})


def code(answer: httpx2.Response) -> str:
    """The problem's code."""
    return str(answer.json()["type"]).rpartition("/")[2]


SCHEMA = Schema(SERVICE.tables, tuple(range(2024, 2029)))


@asynccontextmanager
async def open_office(settings: Settings) -> AsyncIterator[Office]:
    """The service on a fresh database of `SCHEMA`."""
    app = build(settings, verifier=verifier())
    async with app.router.lifespan_context(app):
        transport = httpx2.ASGITransport(app=app)
        async with httpx2.AsyncClient(transport=transport, base_url="http://followup.test") as client:
            office = Office(app, client, settings)
            await office.knows_everybody()
            yield office
