"""On what ground a person's data may be erased, and for what they must be held."""

from datetime import date

from shared.regulation.dated import Dated, Row

SINCE = date(2022, 10, 17)

ERASURE_GROUNDS: Dated[tuple[str, ...]] = Dated(
    "erasure-grounds",
    (
        Row(
            SINCE,
            ("retention-ended", "purpose-ended", "subject-request", "unlawfully-processed"),
            "UU 27/2022 Ps 43 (1) a, c, d and Ps 44 (1) a",
        ),
    ),
)
HOLD_REASONS: Dated[tuple[str, ...]] = Dated(
    "hold-reasons",
    (
        Row(
            SINCE,
            ("court-case", "discipline", "audit", "objection-period"),
            "UU 27/2022 Ps 15 (1) b, c and Ps 44 (1) c; working list of the agency",
        ),
    ),
)
