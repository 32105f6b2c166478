"""Plays two years of the sample's agency against a running system; played again, it changes nothing."""

import asyncio
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from itertools import chain
from typing import Any
from uuid import UUID

from services.cli.client import PATIENCE, Refused
from services.cli.sample.acts import Act
from services.cli.sample.agency import by_part, import_file, moves, people
from services.cli.sample.assessing import Assessing, Evaluations
from services.cli.sample.client import Ask, Client, Token
from services.cli.sample.dice import Dice
from services.cli.sample.following_up import FollowingUp
from services.cli.sample.moments import NOW, at
from services.cli.sample.named import year_of_anybody
from services.cli.sample.ordinary import PAST, RUNNING
from services.cli.sample.planning import Planning
from services.cli.sample.reporting_line import ReportingLine
from services.cli.sample.story import Person, Year
from services.cli.sample.training_system import TrainingSystem
from shared.regulation.rating import Rating, predicate_of
from shared.unwrapped import unwrapped

AT_ONCE = 24
FIRST_DAY, MOVING_DAY = date(2025, 1, 2), date(2026, 6, 29)
FOLLOWUP_FROM = datetime(2026, 2, 9, tzinfo=UTC)
PAUSE = 0.2

Tell = Callable[[int, int], None]
"""Commands done, and commands in all as far as is known."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Running:
    """The system to play against."""

    urls: Mapping[str, str]
    kafka: str
    token: Token


async def play(running: Running, tell: Tell, *, cast: Sequence[Person] | None = None) -> int:
    """Play everything, or only the years of `cast`; how many requests it took. Raises Refused."""
    async with AsyncExitStack() as stack:
        client = await stack.enter_async_context(Client(running.urls, running.token))
        training_system = await stack.enter_async_context(TrainingSystem(running.kafka))
        await Player(client, training_system, tell, cast or people()).play()
        return client.asked


@dataclass
class Player:
    """Everybody's acts in the order of their moments, many at once but one person's one by one."""

    client: Client
    training_system: TrainingSystem
    tell: Tell
    cast: Sequence[Person]
    line: ReportingLine = field(default_factory=lambda: ReportingLine(people(), moves()))
    done: int = 0
    known: int = 0

    async def play(self) -> None:
        """First up to the results of the past year, then all that follows from them."""
        years = [
            year_of_anybody(one, year) for year in (PAST, RUNNING) for one in self.cast if one.appraiser_nip
        ]
        await self.import_people(people(), FIRST_DAY)
        acts = [*self._calendars(), *chain.from_iterable(self._of(year) for year in years)]
        acts = [one for one in acts if one.at <= NOW]
        self.known = sum(one.commands for one in acts)
        await self.perform(one for one in acts if one.at < FOLLOWUP_FROM)
        rated = [year for year in years if year.rating is not None]
        later = [*(one for one in acts if one.at >= FOLLOWUP_FROM), *await self._follow_ups(rated)]
        later = [one for one in later if one.at <= NOW]
        await self.perform(later)
        await self._trainings_shown()

    async def import_people(self, rows: Sequence[Person], day: date) -> None:
        """As HR does, with a file."""
        moment = at(day, Dice("import", day))
        files = [("file", ("pegawai.csv", import_file(rows)))]
        ask = Ask(
            service="planning",
            method="POST",
            path="/people/import",
            by=by_part("hr").employee_id,
            at=moment,
            form={},
            files=files,
        )
        await self.client.do(ask)

    def _calendars(self) -> Iterable[Act]:
        hr = by_part("hr").employee_id
        for year in (PAST, RUNNING):
            moment = at(date(year, 1, 2), Dice("calendar", year))
            body = {
                "plans_due": f"{year}-01-31",
                "assessment_opens": f"{year}-12-01",
                "assessment_due": f"{year + 1}-01-31",
            }
            ask = Ask(service="planning", method="PUT", path=f"/calendar/{year}", by=hr, at=moment, body=body)
            yield Act(moment, hr, 1, self._asking(ask))
        moving = at(MOVING_DAY, Dice("import", MOVING_DAY))
        yield Act(moving, moves()[0].employee_id, 1, lambda: self.import_people(moves(), MOVING_DAY))

    def _asking(self, ask: Ask) -> Any:
        async def asking() -> None:
            await self.client.do(ask)

        return asking

    def _of(self, year: Year) -> Iterable[Act]:
        planning = Planning(self.client, self.line, year)
        assessing = Assessing(self.client, self.line, self._evaluations, year, planning.plan)
        return chain(planning.acts(), assessing.acts())

    @property
    def _evaluations(self) -> Evaluations:
        if self._seen is None:
            self._seen = Evaluations(self.client, by_part("officer").employee_id, NOW)
        return self._seen

    _seen: Evaluations | None = None

    async def perform(self, acts: Iterable[Act]) -> None:
        """All of them. Raises the first Refused, once what has begun has ended."""
        at_once = asyncio.Semaphore(AT_ONCE)
        last: dict[UUID, asyncio.Task[None]] = {}
        with unwrapped(Refused):
            async with asyncio.TaskGroup() as group:
                for act in sorted(acts, key=lambda one: one.at):
                    await at_once.acquire()
                    before = last.get(act.about)
                    last[act.about] = group.create_task(self._perform(act, before, at_once))

    async def _perform(self, act: Act, before: asyncio.Task[None] | None, at_once: asyncio.Semaphore) -> None:
        try:
            if before is not None:
                await before
            await act.run()
            self.done += act.commands
            self.tell(self.done, self.known)
        finally:
            at_once.release()

    async def _follow_ups(self, years: Sequence[Year]) -> list[Act]:
        found = await self._recommended(years)
        officer = by_part("officer").employee_id
        acts: list[Act] = []
        for year in years:
            open_ones = found[year.person.employee_id]
            following = FollowingUp(self.client, self.line, self.training_system, year.person, officer)
            acts += following.acts(open_ones)
        acts = [one for one in acts if one.at <= NOW]
        self.known += sum(one.commands for one in acts)
        return acts

    async def _recommended(self, years: Sequence[Year]) -> dict[UUID, list[dict[str, Any]]]:
        """What was recommended on each final result, once everything has come. Raises Refused."""
        expected = {year.person.employee_id: final_predicate(year) for year in years}
        path = f"/recommendations?year={PAST}&limit=200"
        by = by_part("officer").employee_id
        ask = Ask(service="followup", method="GET", path=path, by=by, at=FOLLOWUP_FROM)
        until = asyncio.get_running_loop().time() + PATIENCE
        while True:
            found: dict[UUID, list[dict[str, Any]]] = {}
            for one in await self.client.everything(ask):
                employee = UUID(one["employee_id"])
                if one["predicate"] == expected.get(employee) and one["status"] != "withdrawn":
                    found.setdefault(employee, []).append(one)
            if found.keys() >= expected.keys():
                return found
            if asyncio.get_running_loop().time() > until:
                raise Refused(404, {"title": f"{len(expected) - len(found)} recommendations"})
            await asyncio.sleep(PAUSE)

    async def _trainings_shown(self) -> None:
        """Wait until every course that was answered shows as completed. Raises Refused."""
        by = by_part("officer").employee_id
        ask = Ask(service="followup", method="GET", path="/trainings?completed=true&limit=200", by=by, at=NOW)
        until = asyncio.get_running_loop().time() + PATIENCE
        while True:
            shown = {UUID(one["assignment_id"]) for one in await self.client.everything(ask)}
            if shown >= self.training_system.told:
                return
            if asyncio.get_running_loop().time() > until:
                raise Refused(404, {"title": f"{len(self.training_system.told - shown)} trainings completed"})
            await asyncio.sleep(PAUSE)


def final_predicate(year: Year) -> str:
    """What both ratings make together, after the correction if there is one."""
    chosen = year.correction or year.rating
    if chosen is None:
        raise ValueError(year.year)
    result, behavior = Rating(chosen.result), Rating(chosen.behavior)
    return predicate_of(result, behavior, on=date(year.year, 12, 31)).predicate.value
