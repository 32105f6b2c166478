"""Why a plan is returned or revised, and why a year's dates move: the codes that may be given."""

from datetime import date

from shared.regulation.dated import Dated, Row

SINCE = date(2022, 2, 3)
OTHER = "other"

RETURN_REASONS: Dated[tuple[str, ...]] = Dated(
    "plan-return-reasons",
    (
        Row(
            SINCE,
            ("not-aligned", "indicator-unclear", "target-too-low", "target-unrealistic", "incomplete", OTHER),
            "Working list of the agency for the performance dialogue (PermenPANRB 6/2022 Ps 14)",
        ),
    ),
)
REVISION_REASONS: Dated[tuple[str, ...]] = Dated(
    "plan-revision-reasons",
    (
        Row(
            SINCE,
            ("strategy-changed", "position-changed", "assignment-changed", "budget-changed", OTHER),
            "Working list of the agency for changes after agreement (PermenPANRB 6/2022)",
        ),
    ),
)
CALENDAR_REASONS: Dated[tuple[str, ...]] = Dated(
    "calendar-reasons",
    (Row(SINCE, ("extended-by-circular", "corrected", OTHER), "Working list of the agency"),),
)
