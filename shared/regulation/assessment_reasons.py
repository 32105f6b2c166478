"""Why a published result is corrected: the codes that may be given."""

from datetime import date

from shared.regulation.dated import Dated, Row

CORRECTION_REASONS: Dated[tuple[str, ...]] = Dated(
    "correction-reasons",
    (
        Row(
            date(2022, 2, 3),
            ("evidence-overlooked", "calculation-wrong", "expectation-misread", "other"),
            "Working list of the agency for objections (PP 30/2019 Ps 59)",
        ),
    ),
)
