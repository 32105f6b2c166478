"""A number that says how it came about: its rule, what went in, every step, and how it was rounded."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from shared.regulation.dated import Dated

CENT = Decimal("0.01")
HALF_UP_2 = "half_up_2"


@dataclass(frozen=True, slots=True)
class Input:
    """A value that went in, under the symbol that the steps use."""

    symbol: str
    value: Decimal


@dataclass(frozen=True, slots=True)
class Step:
    """One line of the calculation, in symbols, and what it gave."""

    formula: str
    value: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class Computed:
    """`value`, rounded as `rounding` says; `rule_from` is the version: the day from which that row holds."""

    value: Decimal
    rule_id: str
    rule_from: date
    citation: str
    inputs: tuple[Input, ...]
    steps: tuple[Step, ...]
    rounding: str = HALF_UP_2


def rounded(value: Decimal) -> Decimal:
    """`value` to two decimals, half up: what an office's calculator shows."""
    return value.quantize(CENT, rounding=ROUND_HALF_UP)


def computed(rule: Dated[Any], day: date, *, inputs: dict[str, Decimal], steps: Iterable[Step]) -> Computed:
    """The last of `steps` as the value, under the row of `rule` in force on `day`. Raises NoRuleYet."""
    row = rule.on(day)
    taken = tuple(steps)
    return Computed(
        value=rounded(taken[-1].value),
        rule_id=rule.rule_id,
        rule_from=row.valid_from,
        citation=row.citation,
        inputs=tuple(Input(symbol, value) for symbol, value in inputs.items()),
        steps=tuple(Step(step.formula, rounded(step.value)) for step in taken),
    )
