"""The people of a played system: each verb is one request over the JSON API, as that person would make it."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

from services.cli.client import Caller
from shared.regulation.behavior import Value

PLANNING, ASSESSMENT, FOLLOWUP = "/api/planning/v1", "/api/assessment/v1", "/api/followup/v1"
VALUES = tuple(Value)
EVIDENCE = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
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
    evaluation_id: UUID | None = None
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

    async def evaluation(self, plan: Plan) -> str:
        """The address of the plan's evaluation, which the reader's list must know."""
        if plan.evaluation_id is None:
            line = await self.sees_evaluation(plan)
            plan.evaluation_id = UUID(line["evaluation_id"])
        return f"{ASSESSMENT}/evaluations/{plan.evaluation_id}"

    async def reads_evaluation(self, plan: Plan) -> Any:
        """The evaluation with its numbers and, once published, its result."""
        return await self.caller.read(await self.evaluation(plan))

    async def reports(self, plan: Plan, indicator: str, month: int, realised: str = "1", **said: Any) -> Any:
        """One month of one indicator, with a file as evidence; `said` holds the form's other fields."""
        form = {"indicator_id": str(plan.indicators[indicator]), "month": month, "realised": realised}
        file = ("evidence", (f"laporan-{plan.year}-{month:02}.pdf", EVIDENCE, "application/pdf"))
        address = f"{await self.evaluation(plan)}/reports"
        return await self.caller.post(address, data=form | said, files=[file])

    async def gives_feedback(self, plan: Plan, about: str, kind: str, **said: Any) -> UUID:
        """`about` is a planned result's title or a value's code; the id of the feedback."""
        result = {"result_id": str(plan.results[about])} if about in plan.results else {"value": about}
        body = {"kind": kind, **result, **said}
        answer = await self.caller.post(f"{await self.evaluation(plan)}/feedback", body)
        return UUID(answer["feedback_id"])

    async def answers_feedback(self, plan: Plan, feedback_id: UUID, answer: str) -> Any:
        """What the employee says to it."""
        address = f"{await self.evaluation(plan)}/feedback/{feedback_id}/answer"
        return await self.caller.post(address, {"answer": answer})

    async def reads_feedback(self, plan: Plan) -> list[Any]:
        """All feedback on the plan with its answers."""
        found: list[Any] = (await self.caller.read(f"{await self.evaluation(plan)}/feedback"))["feedback"]
        return found

    async def rates_results(self, plan: Plan, chosen: str, reason: str | None = None) -> Any:
        """Drafts the rating of results."""
        body = {"chosen": chosen, "reason": reason}
        return await self.caller.put(f"{await self.evaluation(plan)}/results-rating", body)

    async def rates_behavior(self, plan: Plan, chosen: str, reason: str | None = None, **values: str) -> Any:
        """Drafts the rating of behavior: as chosen, but for the values named."""
        body = {"chosen": chosen, "reason": reason, "values": dict.fromkeys(VALUES, chosen) | values}
        return await self.caller.put(f"{await self.evaluation(plan)}/behavior-rating", body)

    async def publishes(self, plan: Plan) -> Any:
        """Makes the draft the result of the year."""
        return await self.caller.post(f"{await self.evaluation(plan)}/publication")

    async def acknowledges(self, plan: Plan) -> Any:
        """Saya telah membaca."""
        return await self.caller.post(f"{await self.evaluation(plan)}/acknowledgement")

    async def corrects(self, plan: Plan, results: str, behavior: str, reason: str) -> Any:
        """Replaces the first published result, as the appraiser's superior."""
        body = {"corrects": 1, "result_rating": results, "behavior_rating": behavior}
        body |= {"reason_code": "evidence-overlooked", "reason": reason}
        return await self.caller.post(f"{await self.evaluation(plan)}/corrections", body)

    async def sees_recommendations(self, employee_id: UUID) -> list[Any]:
        """What follow-up recommends for somebody."""
        query = {"employee_id": str(employee_id)}
        found: list[Any] = (await self.caller.read(f"{FOLLOWUP}/recommendations", **query))["items"]
        return found

    async def reads_recommendation(self, recommendation: Mapping[str, Any]) -> Any:
        """One recommendation with what came of it."""
        return await self.caller.read(f"{FOLLOWUP}/recommendations/{recommendation['recommendation_id']}")

    async def accepts(
        self, recommendation: Mapping[str, Any], reason: str | None = None, day: date | None = None
    ) -> Any:
        """Accepts, and so starts what is recommended."""
        body = {"reason_code": "result_and_feedback", "reason": reason, "day": str(day) if day else None}
        address = f"{FOLLOWUP}/recommendations/{recommendation['recommendation_id']}/acceptance"
        return await self.caller.post(address, body)

    async def declines(self, recommendation: Mapping[str, Any], reason: str) -> Any:
        """Declines, with a reason."""
        body = {"reason_code": "another_measure", "reason": reason}
        address = f"{FOLLOWUP}/recommendations/{recommendation['recommendation_id']}/declination"
        return await self.caller.post(address, body)

    async def sees_trainings(self, employee_id: UUID) -> list[Any]:
        """Courses assigned to somebody, and attended."""
        query = {"employee_id": str(employee_id)}
        found: list[Any] = (await self.caller.read(f"{FOLLOWUP}/trainings", **query))["items"]
        return found

    async def sees_status(self, plan: Plan, status: str) -> bool:
        """Whether the list says that the evaluation is there, and in that state."""
        line = await self.sees_evaluation(plan)
        return line is not None and line["status"] == status
