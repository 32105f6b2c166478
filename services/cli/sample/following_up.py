"""What people decide about the recommendations of the past year, asked of follow-up."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import partial
from typing import Any
from uuid import UUID

from services.cli.sample.acts import Act
from services.cli.sample.client import Ask, Client
from services.cli.sample.dice import Dice
from services.cli.sample.moments import after, at
from services.cli.sample.reporting_line import ReportingLine
from services.cli.sample.story import Person
from services.cli.sample.texts import reason, words
from services.cli.sample.training_system import Completion, TrainingSystem

SERVICE = "followup"
BEGINS = date(2026, 2, 10)
COURSES_END = (date(2026, 5, 29), date(2026, 8, 28), date(2026, 12, 11))
COURSE_HOURS = ("12", "16", "20", "24")
GUIDED_ON = (date(2026, 2, 24), date(2026, 3, 24), date(2026, 5, 19))
NEXT_GUIDANCE = date(2026, 12, 3)
DEWI_IMPROVES_FROM = date(2026, 6, 15)
IMPROVED = "Sasaran enam bulan tercapai: dua triwulan berturut-turut di atas 90 persen dengan mutu yang baik."

Found = Mapping[str, Any]
Choice = tuple[float, float]
"""The shares of those accepted and of those declined; the rest is open still."""

CHOICES: dict[str, Choice] = {
    "training": (0.55, 0.08),
    "special_training": (0.8, 0.0),
    "guidance": (0.9, 0.0),
    "improvement_period": (0.7, 0.0),
    "promotion": (0.5, 0.1),
    "placement": (0.12, 0.12),
}
SAID: dict[tuple[str, str], str] = {
    ("sari", "public-service-communication"): "accept",
    ("budi", "front-office"): "accept",
    ("budi", "information-service"): "decline",
    ("budi", "data-accuracy"): "accept",
    ("dewi", "guidance"): "accept",
    ("dewi", "improvement_period"): "accept",
    ("dewi", "data-accuracy"): "accept",
    ("dewi", "work-planning"): "accept",
    ("fitri", "public-service-communication"): "accept",
}
COMPLETED = {("sari", "public-service-communication"), ("dewi", "data-accuracy")}
UNDER_WAY = {("dewi", "work-planning"), ("budi", "data-accuracy"), ("fitri", "public-service-communication")}


@dataclass
class FollowingUp:
    """Turns one person's recommendations into decisions."""

    client: Client
    line: ReportingLine
    training_system: TrainingSystem
    person: Person
    officer: UUID

    def acts(self, recommendations: Sequence[Found]) -> Iterator[Act]:
        """Every decision, and what comes of it."""
        for one in sorted(recommendations, key=lambda found: (found["kind"], found["code"])):
            dice = Dice(self.person.nip, one["kind"], one["code"])
            moment = at(BEGINS + timedelta(days=dice.between(0, 30)), dice)
            chosen = self._choice(one, dice)
            if chosen == "accept":
                yield from self._accepted(one, moment, dice)
            elif chosen == "decline":
                code, text = self._declining(one, dice)
                body = {"reason_code": code, "reason": text}
                yield self._act(moment, partial(self.decide, one, "declination", moment, body))

    def _choice(self, one: Found, dice: Dice) -> str:
        if said := SAID.get((self.person.part, one["code"])):
            return said
        accepted, declined = CHOICES[one["kind"]]
        thrown = dice.fraction()
        return "accept" if thrown < accepted else "decline" if thrown < accepted + declined else ""

    def _declining(self, one: Found, dice: Dice) -> tuple[str, str]:
        if one["kind"] == "placement":
            code, text = words()["decline_placement"]
            return code, text
        return reason("decline", dice)

    def _accepted(self, one: Found, moment: datetime, dice: Dice) -> Iterator[Act]:
        code, text = reason("accept", dice)
        body: dict[str, Any] = {"reason_code": code, "reason": text}
        match one["kind"]:
            case "training" | "special_training":
                yield from self._course(one, moment, body, dice)
            case "guidance":
                body["day"] = GUIDED_ON[0].isoformat()
                agreed = at(BEGINS, dice)
                yield self._act(agreed, partial(self.decide, one, "acceptance", agreed, body))
                yield from self._sessions(one, dice)
            case "improvement_period":
                yield from self._period(one, body, dice)
            case _:
                yield self._act(moment, partial(self.decide, one, "acceptance", moment, body))

    def _course(self, one: Found, moment: datetime, body: dict[str, Any], dice: Dice) -> Iterator[Act]:
        ends = dice.pick(COURSES_END)
        key = (self.person.part, one["code"])
        if key in COMPLETED:
            ends = COURSES_END[0]
        body["day"] = ends.isoformat()
        yield self._act(moment, partial(self.decide, one, "acceptance", moment, body))
        attends = key in COMPLETED or (key not in UNDER_WAY and dice.chance(0.8))
        if attends and ends != COURSES_END[-1]:
            done = at(ends - timedelta(days=dice.between(7, 35)), dice)
            yield self._act(done, partial(self.complete, one, done, dice.pick(COURSE_HOURS)), commands=1)

    def _sessions(self, one: Found, dice: Dice) -> Iterator[Act]:
        held = GUIDED_ON if self.person.part == "dewi" or dice.chance(0.4) else GUIDED_ON[:1]
        for index, day in enumerate(held):
            following = held[index + 1] if index + 1 < len(held) else NEXT_GUIDANCE
            moment = at(day, dice)
            body = {
                "held_on": day.isoformat(),
                "notes": words()["session"][index],
                "next_session_on": following.isoformat(),
            }
            yield self._act(moment, partial(self.decide, one, "sessions", moment, body))

    def _period(self, one: Found, body: dict[str, Any], dice: Dice) -> Iterator[Act]:
        starts = DEWI_IMPROVES_FROM if self.person.part == "dewi" else date(2026, 3, 2)
        moment = after(at(starts, dice), dice, -6, -3)
        body["day"] = starts.isoformat()
        yield self._act(moment, partial(self.decide, one, "acceptance", moment, body))
        if self.person.part != "dewi" and dice.chance(0.7):
            ended = at(date(2026, 9, 2) + timedelta(days=dice.between(0, 9)), dice)
            said = {"outcome": "improved", "reason": IMPROVED}
            yield self._act(ended, partial(self.decide, one, "improvement-end", ended, said))

    def _act(self, moment: datetime, run: Any, commands: int = 1) -> Act:
        return Act(moment, self.person.employee_id, commands, run)

    async def decide(self, one: Found, what: str, moment: datetime, body: dict[str, Any]) -> None:
        """One decision, by the appraiser of that day or, about a promotion, by the performance officer."""
        by = self.line.appraiser(self.person, moment)
        if one["kind"] == "promotion" and self.person.employee_id != self.officer:
            by = self.officer
        path = f"/recommendations/{one['recommendation_id']}/{what}"
        await self.client.do(Ask(service=SERVICE, method="POST", path=path, by=by, at=moment, body=body))

    async def complete(self, one: Found, moment: datetime, hours: str) -> None:
        """The training system tells that the course was completed."""
        path = f"/recommendations/{one['recommendation_id']}"
        ask = Ask(service=SERVICE, method="GET", path=path, by=self.person.employee_id, at=moment)
        shown = await self.client.do(ask)
        await self.training_system.tell(
            Completion(
                assignment_id=UUID(shown["training"]["assignment_id"]),
                employee_id=self.person.employee_id,
                at=moment,
                hours=hours,
            )
        )
