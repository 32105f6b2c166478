"""The reasons a person may give for accepting or declining a recommendation."""

from dataclasses import dataclass
from datetime import date

from shared.regulation.dated import Dated, Row


@dataclass(frozen=True, slots=True)
class DecisionReasons:
    """Codes; their wording is the service's."""

    accepting: tuple[str, ...]
    declining: tuple[str, ...]


REASONS = Dated(
    "followup-decision-reasons",
    (
        Row(
            date(2022, 2, 3),
            DecisionReasons(
                accepting=(
                    "result_and_feedback",
                    "need_of_the_unit",
                    "wish_of_the_employee",
                ),
                declining=(
                    "already_covered",
                    "another_measure",
                    "not_possible_now",
                    "other",
                ),
            ),
            "PermenPANRB 6/2022 Ps 5",
        ),
    ),
)
