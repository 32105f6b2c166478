"""Both ratings of an employee and the predicate that they make together."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from shared.regulation.dated import Dated, Row


class Rating(StrEnum):
    """Against the leader's expectation (PermenPANRB 6/2022)."""

    ABOVE = "above"
    MET = "met"
    BELOW = "below"


class Predicate(StrEnum):
    """The year's result (Predikat Kinerja)."""

    VERY_GOOD = "very_good"
    GOOD = "good"
    NEEDS_IMPROVEMENT = "needs_improvement"
    POOR_OR_MISCONDUCT = "poor_or_misconduct"
    VERY_POOR = "very_poor"


Matrix = Mapping[tuple[Rating, Rating], Predicate]

# Keys are (result, behavior).
MATRIX: Matrix = {
    (Rating.ABOVE, Rating.ABOVE): Predicate.VERY_GOOD,
    (Rating.ABOVE, Rating.MET): Predicate.GOOD,
    (Rating.ABOVE, Rating.BELOW): Predicate.POOR_OR_MISCONDUCT,
    (Rating.MET, Rating.ABOVE): Predicate.GOOD,
    (Rating.MET, Rating.MET): Predicate.GOOD,
    (Rating.MET, Rating.BELOW): Predicate.POOR_OR_MISCONDUCT,
    (Rating.BELOW, Rating.ABOVE): Predicate.NEEDS_IMPROVEMENT,
    (Rating.BELOW, Rating.MET): Predicate.NEEDS_IMPROVEMENT,
    (Rating.BELOW, Rating.BELOW): Predicate.VERY_POOR,
}

PREDICATES: Dated[Matrix] = Dated(
    "predicate-matrix", (Row(date(2022, 2, 3), MATRIX, "PermenPANRB 6/2022, lampiran: kuadran kinerja"),)
)


@dataclass(frozen=True, slots=True, kw_only=True)
class PredicateFound:
    """A predicate with the rule that gave it; `rule_from` is the day from which that matrix holds."""

    predicate: Predicate
    rule_id: str
    rule_from: date
    citation: str


def predicate_of(result: Rating, behavior: Rating, *, on: date) -> PredicateFound:
    """The predicate by the matrix in force on `on` (PermenPANRB 6/2022). Raises NoRuleYet."""
    row = PREDICATES.on(on)
    return PredicateFound(
        predicate=row.value[result, behavior],
        rule_id=PREDICATES.rule_id,
        rule_from=row.valid_from,
        citation=row.citation,
    )
