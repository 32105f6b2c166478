"""From reported values to the achievement of an indicator, of a planned result, and a suggested rating."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Literal

from shared.regulation.computed import Computed, Step, computed
from shared.regulation.dated import Dated, Row
from shared.regulation.rating import Rating

Aspect = Literal["quantity", "quality", "time", "cost"]
Direction = Literal["higher", "lower"]
Gathering = Literal["sum", "mean"]

HUNDRED = Decimal(100)
PERCENT = frozenset({"%", "persen", "percent"})


@dataclass(frozen=True, slots=True)
class Bounds:
    """An achievement in percent: never above `cap`; the two others separate the three ratings."""

    cap: Decimal
    above_over: Decimal
    met_from: Decimal


GATHERING: Dated[dict[str, Gathering]] = Dated(
    "realisation",
    (
        Row(
            date(2022, 2, 3),
            {"quantity": "sum", "cost": "sum", "quality": "mean", "time": "mean"},
            "PermenPANRB 6/2022 Ps 24; cara menghimpun laporan: kebijakan aplikasi",
        ),
    ),
)
ACHIEVEMENT: Dated[Bounds] = Dated(
    "indicator-achievement",
    (
        Row(
            date(2022, 2, 3),
            Bounds(cap=Decimal(120), above_over=HUNDRED, met_from=Decimal(90)),
            "PermenPANRB 8/2021 (rumus capaian IKI); PP 30/2019 (capaian paling tinggi 120)",
        ),
    ),
)
SUGGESTION: Dated[Bounds] = Dated(
    "suggested-result-rating",
    (
        Row(
            date(2022, 2, 3),
            Bounds(cap=Decimal(120), above_over=HUNDRED, met_from=Decimal(90)),
            "Kebijakan aplikasi: usul saja; rating ditetapkan Pejabat Penilai Kinerja (PermenPANRB 6/2022)",
        ),
    ),
)


def is_percent(unit: str) -> bool:
    """Whether values in `unit` are shares that can't be added up."""
    return unit.strip().casefold() in PERCENT


def realisation(values: Sequence[Decimal], *, aspect: Aspect, unit: str, on: date) -> Computed:
    """What the year's reports amount to, in the target's unit; `values` holds at least one.

    Quantities and costs add up, unless they are percentages; quality and time are averaged.
    """
    total = sum(values, Decimal(0))
    gathered = Step("ΣR", total)
    if is_percent(unit) or GATHERING.on(on).value[aspect] == "mean":
        gathered = Step("ΣR / n", total / len(values))
    return computed(GATHERING, on, inputs={"ΣR": total, "n": Decimal(len(values))}, steps=[gathered])


def achievement(
    realised: Decimal, target: Decimal, *, direction: Direction, on: date, symbol: str = "T"
) -> Computed:
    """C in percent, from 0 to the cap: R/T x 100, or (1 + (1 - R/T)) x 100 where lower is better.

    A target of nought has no ratio: met is 100, missed is 0. `symbol` is what the target is called in the
    steps. Source: PermenPANRB 8/2021.
    """
    cap = ACHIEVEMENT.on(on).value.cap
    raw = _ratio(realised, target, direction, symbol)
    within = Step(f"0 ≤ C ≤ {cap}", max(Decimal(0), min(raw.value, cap)))
    return computed(ACHIEVEMENT, on, inputs={"R": realised, symbol: target}, steps=[raw, within])


def _ratio(realised: Decimal, target: Decimal, direction: Direction, symbol: str) -> Step:
    if target == 0:
        met = realised <= 0 if direction == "lower" else realised >= 0
        return Step(f"{symbol} = 0: C = 100 bila R = {symbol}", HUNDRED if met else Decimal(0))
    if direction == "lower":
        return Step(f"C = (1 + (1 - R / {symbol})) × 100", (2 - realised / target) * HUNDRED)
    return Step(f"C = R / {symbol} × 100", realised / target * HUNDRED)


def nothing_reported(target: Decimal, *, on: date) -> Computed:
    """The achievement of an indicator without any report: 0, also where lower is better."""
    return computed(ACHIEVEMENT, on, inputs={"T": target, "n": Decimal(0)}, steps=[Step("C = 0", Decimal(0))])


def mean_achievement(parts: Sequence[Decimal], *, on: date) -> Computed:
    """The mean of achievements in percent, each of equal weight; none at all is 0."""
    total = sum(parts, Decimal(0))
    mean = total / len(parts) if parts else Decimal(0)
    return computed(
        ACHIEVEMENT, on, inputs={"ΣC": total, "n": Decimal(len(parts))}, steps=[Step("C = ΣC / n", mean)]
    )


def suggested_rating(percent: Decimal, *, evidence_complete: bool, on: date) -> Rating:
    """The rating that an achievement suggests; "above" only with evidence. The appraiser decides."""
    bounds = SUGGESTION.on(on).value
    if percent > bounds.above_over and evidence_complete:
        return Rating.ABOVE
    if percent >= bounds.met_from:
        return Rating.MET
    return Rating.BELOW
