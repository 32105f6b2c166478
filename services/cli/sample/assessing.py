"""The sample's reports, feedback and ratings, asked of assessment."""

import asyncio
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta
from functools import partial
from typing import Any
from uuid import UUID

from services.cli.client import PATIENCE, Refused
from services.cli.sample.acts import Act
from services.cli.sample.client import Ask, Client
from services.cli.sample.evidence import file_of
from services.cli.sample.planning import Plan
from services.cli.sample.reporting_line import ReportingLine
from services.cli.sample.story import Correction, Feedback, Rating, Report, Year

SERVICE = "assessment"
VALUES = ("service", "accountable", "competent", "harmonious", "loyal", "adaptive", "collaborative")
OF_VALUES = {
    "above": ("above", "above", "met", "above", "met", "above", "above"),
    "met": ("met", "above", "met", "met", "met", "met", "above"),
    "below": ("below", "met", "below", "below", "met", "met", "below"),
}
OVERLOOKED = "evidence-overlooked"
PAUSE = 0.1
READABLE = ("open", "published")


@dataclass
class Evaluations:
    """Which evaluations are open by now, learned from the list as a performance officer sees it."""

    client: Client
    officer: UUID
    moment: datetime
    _known: dict[tuple[UUID, int], str] = field(default_factory=dict)
    _looking: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def opened(self, employee_id: UUID, year: int) -> str:
        """The evaluation of that plan, once assessment has heard of its agreement. Raises Refused."""
        key = (employee_id, year)
        until = asyncio.get_running_loop().time() + PATIENCE
        while key not in self._known:
            if asyncio.get_running_loop().time() > until:
                raise Refused(404, {"title": f"evaluation of {employee_id} in {year}"})
            async with self._looking:
                if key not in self._known:
                    await self._look(year)
            if key not in self._known:
                await asyncio.sleep(PAUSE)
        return self._known[key]

    async def _look(self, year: int) -> None:
        path = f"/evaluations?year={year}&limit=200"
        ask = Ask(service=SERVICE, method="GET", path=path, by=self.officer, at=self.moment)
        for line in await self.client.everything(ask):
            if line["status"] in READABLE:
                self._known[UUID(line["employee_id"]), line["year"]] = line["evaluation_id"]


@dataclass
class Assessing:
    """Turns a year into commands on its evaluation."""

    client: Client
    line: ReportingLine
    evaluations: Evaluations
    year: Year
    plan: Plan
    _given: dict[datetime, str] = field(default_factory=dict)

    def acts(self) -> Iterator[Act]:
        """Everything about the evaluation."""
        for report in self.year.reports:
            yield self._act(report.at, 1, partial(self.report, report))
            if report.accepted is not None:
                yield self._act(report.accepted[0], 1, partial(self.excuse, report))
        for said in self.year.feedback:
            yield self._act(said.at, 1, partial(self.say, said))
            if said.answer is not None:
                yield self._act(said.answer[0], 1, partial(self.answer, said, *said.answer))
        yield from self._ratings()

    def _ratings(self) -> Iterator[Act]:
        rating, correction = self.year.rating, self.year.correction
        if rating is None:
            return
        yield self._act(rating.at, 2, partial(self.rate, rating))
        if rating.published_at is not None:
            yield self._act(rating.published_at, 1, partial(self.publish, rating.published_at))
        if rating.read_at is not None:
            yield self._act(rating.read_at, 1, partial(self.acknowledge, rating.read_at))
        if correction is not None:
            yield self._act(correction.at, 1, partial(self.correct, correction))

    def _act(self, at: datetime, commands: int, run: Any) -> Act:
        return Act(at, self.year.person.employee_id, commands, run)

    async def report(self, report: Report) -> None:
        """One month of one indicator, with its files."""
        form = {
            "indicator_id": self.plan.indicator_ids[report.result][report.indicator],
            "month": str(report.month),
            "realised": report.realised,
            "planned_action": report.action,
        }
        if report.completed_on is not None:
            form["completed_on"] = report.completed_on.isoformat()
        files = [("evidence", (name, file_of(name))) for name in report.evidence]
        await self._ask("POST", "reports", report.at, by=self.employee, form=form, files=files)

    async def excuse(self, report: Report) -> None:
        """The appraiser accepts an earlier date for a late report."""
        if report.accepted is not None:
            moment, day, reason = report.accepted
            indicator = self.plan.indicator_ids[report.result][report.indicator]
            path = f"reports/{indicator}/{report.month}/earlier-date"
            body = {"accepted_on": day.isoformat(), "reason": reason}
            await self._ask("POST", path, moment, by=self._appraiser(moment), body=body)

    async def say(self, said: Feedback) -> None:
        """Feedback of the appraiser of that day."""
        given = await self._ask(
            "POST", "feedback", said.at, by=self._appraiser(said.at), body=self._words(said)
        )
        self._given[said.at] = given["feedback_id"]

    async def answer(self, said: Feedback, moment: datetime, text: str) -> None:
        """The employee's answer."""
        path = f"feedback/{self._given[said.at]}/answer"
        await self._ask("POST", path, moment, by=self.employee, body={"answer": text})

    def _words(self, said: Feedback) -> dict[str, Any]:
        about = (
            {"value": said.value} if said.result is None else {"result_id": self.plan.result_ids[said.result]}
        )
        return {
            "kind": said.kind,
            "seen": said.seen,
            "next_step": said.next_step,
            "competences": [asdict(one) for one in said.competences],
            **about,
        }

    async def rate(self, rating: Rating) -> None:
        """Both ratings, with the reason where the numbers suggest another."""
        by = self._appraiser(rating.at)
        seen = await self._ask("GET", "", rating.at, by=by)
        body: dict[str, Any] = {"chosen": rating.result}
        if seen["assessed"]["suggested"] != rating.result:
            body["reason"] = rating.reason
        await self._ask("PUT", "results-rating", rating.at, by=by, body=body)
        values = dict(zip(VALUES, OF_VALUES[rating.behavior], strict=True))
        body = {"chosen": rating.behavior, "values": values}
        await self._ask("PUT", "behavior-rating", rating.at + timedelta(minutes=4), by=by, body=body)

    async def publish(self, moment: datetime) -> None:
        """The draft becomes the result."""
        await self._ask("POST", "publication", moment, by=self._appraiser(moment))

    async def acknowledge(self, moment: datetime) -> None:
        """The employee says: "Saya telah membaca"."""
        await self._ask("POST", "acknowledgement", moment, by=self.employee)

    async def correct(self, correction: Correction) -> None:
        """Set right by the appraiser's superior."""
        body = {
            "corrects": 1,
            "result_rating": correction.result,
            "behavior_rating": correction.behavior,
            "reason_code": OVERLOOKED,
            "reason": correction.reason,
        }
        by = self.line.superior(self.year.person, correction.at)
        await self._ask("POST", "corrections", correction.at, by=by, body=body)

    @property
    def employee(self) -> UUID:
        """Whose year it is."""
        return self.year.person.employee_id

    def _appraiser(self, moment: datetime) -> UUID:
        return self.line.appraiser(self.year.person, moment)

    async def _ask(self, method: str, what: str, moment: datetime, *, by: UUID, **request: Any) -> Any:
        evaluation = await self.evaluations.opened(self.employee, self.year.year)
        path = f"/evaluations/{evaluation}{'/' if what else ''}{what}"
        ask = Ask(service=SERVICE, method=method, path=path, by=by, at=moment, **request)
        return await self.client.do(ask)
