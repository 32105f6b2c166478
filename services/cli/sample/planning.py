"""The sample's people, calendars and plans, asked of planning."""

from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta
from functools import partial
from typing import Any
from uuid import UUID

from services.cli.sample.acts import Act
from services.cli.sample.client import Ask, Client
from services.cli.sample.reporting_line import ReportingLine
from services.cli.sample.story import End, Indicator, Result, Year

A_MINUTE = timedelta(minutes=1)


@dataclass
class Plan:
    """The ids that a plan got, by the place of what they name."""

    plan_id: str = ""
    result_ids: list[str] = field(default_factory=list)
    indicator_ids: list[list[str]] = field(default_factory=list)


@dataclass
class Planning:
    """Turns a year into commands on its plan; the ids are kept in `plan` for those who come after."""

    client: Client
    line: ReportingLine
    year: Year
    plan: Plan = field(default_factory=Plan)

    def acts(self) -> Iterator[Act]:
        """Everything up to where the plan came."""
        year = self.year
        indicators = sum(len(one.indicators) for one in year.results)
        yield self._act(year.drafted_at, 1 + len(year.results) + indicators, self.draft)
        if year.end is End.DRAFT:
            return
        yield self._act(year.submitted_at, 1, partial(self.submit, year.submitted_at))
        if year.returned is not None:
            yield self._act(year.returned.at, 1, self.give_back)
            if year.returned.again_at is None:
                return
            yield self._act(year.returned.again_at, 1, partial(self.submit, year.returned.again_at))
        if year.end is End.SUBMITTED:
            return
        yield self._act(year.agreed_at, 2 if year.expectation else 1, self.agree)
        yield from self._revision()

    def _revision(self) -> Iterator[Act]:
        revision, end = self.year.revision, self.year.end
        if revision is None:
            return
        yield self._act(revision.at, 3, self.revise)
        if end is End.REVISING:
            return
        yield self._act(revision.submitted_at, 1, partial(self.submit, revision.submitted_at))
        if end is End.REVISED:
            yield self._act(revision.agreed_at, 1, partial(self.confirm, revision.agreed_at))

    def _act(self, at: datetime, commands: int, run: Any) -> Act:
        return Act(at, self.year.person.employee_id, commands, run)

    async def draft(self) -> None:
        """The plan with all it holds, a minute each."""
        moment = self.year.drafted_at
        self.plan.plan_id = (await self._own("/plans", moment, {"year": self.year.year}))["plan_id"]
        for result in self.year.results:
            moment += 3 * A_MINUTE
            moment = await self.add(result, moment)

    async def add(self, result: Result, moment: datetime) -> datetime:
        """A planned result with its indicators; the moment at which all was there."""
        results = f"/plans/{self.plan.plan_id}/results"
        made = await self._own(results, moment, {"title": result.title, "kind": "main"})
        self.plan.result_ids.append(made["result_id"])
        self.plan.indicator_ids.append([])
        for indicator in result.indicators:
            moment += A_MINUTE
            path = f"{results}/{made['result_id']}/indicators"
            added = await self._own(path, moment, indicator_body(indicator))
            self.plan.indicator_ids[-1].append(added["indicator_id"])
        return moment

    async def submit(self, moment: datetime) -> None:
        """To the appraiser."""
        await self._own(f"/plans/{self.plan.plan_id}/submission", moment, None)

    async def give_back(self) -> None:
        """Returned by the appraiser."""
        returned = self.year.returned
        if returned is not None:
            body = {"reason_code": returned.code, "reason": returned.reason}
            await self._leader("POST", "return", returned.at, body)

    async def agree(self) -> None:
        """Agreed, with a special expectation where the appraiser has one."""
        if self.year.expectation is not None:
            value, text = self.year.expectation
            moment = self.year.agreed_at - 2 * A_MINUTE
            await self._leader("PUT", f"expectations/{value}", moment, {"expectation": text})
        await self.confirm(self.year.agreed_at)

    async def confirm(self, moment: datetime) -> None:
        """The appraiser agrees what is submitted."""
        await self._leader("POST", "agreement", moment, None)

    async def revise(self) -> None:
        """Opened after agreement, with one planned result more."""
        revision = self.year.revision
        if revision is not None:
            body = {"reason_code": revision.code, "reason": revision.reason}
            await self._own(f"/plans/{self.plan.plan_id}/revision", revision.at, body)
            await self.add(revision.added, revision.at + 5 * A_MINUTE)

    async def _own(self, path: str, moment: datetime, body: dict[str, Any] | None) -> dict[str, Any]:
        return await self._ask("POST", path, moment, body, by=self.year.person.employee_id)

    async def _leader(self, method: str, what: str, moment: datetime, body: dict[str, Any] | None) -> None:
        by = self.line.appraiser(self.year.person, moment)
        await self._ask(method, f"/plans/{self.plan.plan_id}/{what}", moment, body, by=by)

    async def _ask(
        self, method: str, path: str, moment: datetime, body: dict[str, Any] | None, *, by: UUID
    ) -> dict[str, Any]:
        ask = Ask(service="planning", method=method, path=path, by=by, at=moment, body=body)
        return await self.client.do(ask)


def indicator_body(indicator: Indicator) -> dict[str, Any]:
    """As the API takes it."""
    return asdict(indicator)
