"""Why progress says no."""

from shared.decider import Refusal


class IndicatorUnknown(Refusal):
    """The plan in force has no such indicator."""

    code = "indicator-unknown"


class MonthOutsidePeriod(Refusal):
    """The plan does not cover that month."""

    code = "month-outside-period"


class MonthNotStarted(Refusal):
    """A month is reported once it has begun."""

    code = "month-not-started"


class RealisationNegative(Refusal):
    """A realised value is nought or more."""

    code = "realisation-negative"


class CompletedInFuture(Refusal):
    """The claimed completion date is after today."""

    code = "completed-in-future"


class ReportMissing(Refusal):
    """Nothing was reported on that month."""

    code = "report-missing"


class ReportNotLate(Refusal):
    """Only a late report can be given an earlier date."""

    code = "report-not-late"


class EarlierDateNotEarlier(Refusal):
    """The accepted date must lie before the day the report came in, and not before its month."""

    code = "earlier-date-not-earlier"


class EarlierDateWithoutReason(Refusal):
    """Accepting an earlier date needs a reason."""

    code = "earlier-date-without-reason"


class EarlierDateWithoutEvidence(Refusal):
    """Accepting an earlier date needs evidence with the report."""

    code = "earlier-date-without-evidence"
