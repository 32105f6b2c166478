"""What people of the sample write: read once from the files beside this one."""

import json
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from services.cli.sample.dice import Dice
from services.cli.sample.story import SCHEDULED_DAY, Indicator, Result, Seen

DATA = files("services.cli.sample") / "data"
RATHER_BIG = 100
MONTHLY = Indicator(
    title="Laporan bulanan pengolahan data kepegawaian tepat waktu",
    aspect="time",
    target="12",
    unit="laporan",
    due_day=SCHEDULED_DAY,
)


@cache
def words() -> Any:
    """Sentences by occasion."""
    return json.loads((DATA / "words.json").read_text(encoding="utf-8"))


@cache
def works() -> Any:
    """Planned results with their indicators, by kind of work."""
    return json.loads((DATA / "work.json").read_text(encoding="utf-8"))


def planned(work: str, dice: Dice, *, monthly: bool) -> tuple[Result, ...]:
    """Two planned results for somebody who does this work: the main one, and another.

    `monthly`: the main one is measured by a report that is due every month.
    """
    main, *others = works()[work]
    first, second = (result(title, indicators, dice) for title, indicators in (main, dice.pick(others)))
    if monthly:
        first = Result(first.title, (MONTHLY, *first.indicators[1:]))
    return first, second


def result(title: str, indicators: list[list[Any]], dice: Dice) -> Result:
    """With a target that is the person's own where it is a large number of things."""
    return Result(title, tuple(indicator(one, dice) for one in indicators))


def indicator(said: list[Any], dice: Dice) -> Indicator:
    """As the file says it: title, aspect, target, unit, and the direction where less is better."""
    title, aspect, target, unit, *direction = said
    if aspect == "quantity" and target >= RATHER_BIG:
        target = round(target * (0.8 + 0.1 * dice.between(0, 4)), -1)
    return Indicator(
        title=title,
        aspect=aspect,
        target=f"{target:g}",
        unit=unit,
        direction=direction[0] if direction else "higher",
    )


@dataclass(frozen=True, slots=True)
class Remark:
    """A feedback in words, with the competence it shows."""

    competence: str
    seen: str
    next_step: str


def remark(kind: str, title: str, dice: Dice) -> Remark:
    """Somebody's appreciation, or what is to improve, about a planned result."""
    competence, seen, next_step = dice.pick(words()[kind])
    return Remark(competence, seen.format(rhk=title), next_step)


def competence(kind: str, code: str) -> Seen:
    """As the feedback notes it."""
    return Seen(code, "strength" if kind == "appreciation" else "to_develop")


def reason(occasion: str, dice: Dice) -> tuple[str, str]:
    """A code of the agency's list with the reason in words."""
    code, text = dice.pick(words()[occasion])
    return code, text


def sentence(occasion: str, dice: Dice) -> str:
    """What somebody says on that occasion."""
    said: str = dice.pick(words()[occasion])
    return said
