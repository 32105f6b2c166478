"""The people of a played system: each verb is one request over the JSON API, as that person would make it."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

from services.cli.client import Caller

PLANNING, ASSESSMENT = "/api/planning/v1", "/api/assessment/v1"
HEADER = "nip;nama;jabatan;unit;nip_penilai;berlaku_sejak;id_pegawai"


@dataclass(frozen=True, slots=True, kw_only=True)
class Indicator:
    """What an indicator (IKI) is to be; `due_day` makes it monthly, due on that day of the next month."""

    title: str
    aspect: str
    target: str
    unit: str
    direction: str = "higher"
    due_day: int | None = None


@dataclass(slots=True)
class Plan:
    """A plan that somebody drafted: its id and the ids of what it holds, by title."""

    plan_id: UUID
    employee_id: UUID
    year: int
    results: dict[str, UUID] = field(default_factory=dict)
    indicators: dict[str, UUID] = field(default_factory=dict)


Content = Mapping[str, Sequence[Indicator]]


@dataclass
class Person:
    """Somebody with a place in the agency, who speaks to the services as `caller`."""

    employee_id: UUID
    name: str
    nip: str
    position: str
    unit: str
    caller: Caller
    appraiser: "Person | None" = None
    roles: tuple[str, ...] = ("employee",)
    since: date = date(2025, 1, 1)

    @property
    def row(self) -> str:
        """The line of the file of people."""
        appraiser = self.appraiser.nip if self.appraiser else ""
        return ";".join(
            (self.nip, self.name, self.position, self.unit, appraiser, str(self.since), str(self.employee_id))
        )

    async def imports(self, people: Collection["Person"]) -> Any:
        """The file of people, as HR uploads it."""
        content = "\r\n".join([HEADER, *(one.row for one in people)]).encode("utf-8-sig")
        files = {"file": ("pegawai.csv", content, "text/csv")}
        return await self.caller.post(f"{PLANNING}/people/import", files=files)

    async def opens(self, service: str, path: str) -> str:
        """A page."""
        return await self.caller.page(service, path)

    async def drafts_a_plan(self, year: int, content: Content) -> Plan:
        """A plan with its planned results and indicators."""
        said = await self.caller.post(f"{PLANNING}/plans", {"year": year})
        plan = Plan(UUID(said["plan_id"]), self.employee_id, year)
        for title, indicators in content.items():
            await self._plans_a_result(plan, title, indicators)
        return plan

    async def _plans_a_result(self, plan: Plan, title: str, indicators: Sequence[Indicator]) -> None:
        results = f"{PLANNING}/plans/{plan.plan_id}/results"
        said = await self.caller.post(results, {"title": title, "kind": "main"})
        plan.results[title] = UUID(said["result_id"])
        for one in indicators:
            body = {name: getattr(one, name) for name in Indicator.__dataclass_fields__}
            said = await self.caller.post(f"{results}/{plan.results[title]}/indicators", body)
            plan.indicators[one.title] = UUID(said["indicator_id"])

    async def submits(self, plan: Plan, *, key: str | None = None) -> Any:
        """To the appraiser."""
        return await self.caller.post(f"{PLANNING}/plans/{plan.plan_id}/submission", key=key)

    async def returns(self, plan: Plan, reason_code: str, reason: str) -> Any:
        """Back to the employee."""
        body = {"reason_code": reason_code, "reason": reason}
        return await self.caller.post(f"{PLANNING}/plans/{plan.plan_id}/return", body)

    async def agrees(self, plan: Plan) -> Any:
        """From now on the plan binds."""
        return await self.caller.post(f"{PLANNING}/plans/{plan.plan_id}/agreement")

    async def revises(self, plan: Plan, reason_code: str, reason: str) -> Any:
        """Opens an agreed plan to change."""
        body = {"reason_code": reason_code, "reason": reason}
        return await self.caller.post(f"{PLANNING}/plans/{plan.plan_id}/revision", body)

    async def reads_plan(self, plan: Plan) -> Any:
        """The plan as it is now."""
        return await self.caller.read(f"{PLANNING}/plans/{plan.plan_id}")

    async def sees_evaluation(self, plan: Plan) -> Any:
        """The line of the plan's evaluation in the reader's list, or None while there is none."""
        query = {"year": plan.year, "employee_id": str(plan.employee_id)}
        lines = (await self.caller.read(f"{ASSESSMENT}/evaluations", **query))["items"]
        return next(iter(lines), None)

    async def sees_status(self, plan: Plan, status: str) -> bool:
        """Whether the list says that the evaluation is there, and in that state."""
        line = await self.sees_evaluation(plan)
        return line is not None and line["status"] == status
