"""What a plan's rules say no to."""

from shared.decider import Refusal


class PlanIsMissing(Refusal):
    code = "plan-is-missing"


class PlanExists(Refusal):
    code = "plan-exists"


class PeriodIsImpossible(Refusal):
    code = "period-is-impossible"


class PeriodOverlaps(Refusal):
    code = "period-overlaps"


class PlanIsLocked(Refusal):
    code = "plan-is-locked"


class TextIsMissing(Refusal):
    code = "text-is-missing"


class ResultIsMissing(Refusal):
    code = "result-is-missing"


class IndicatorIsMissing(Refusal):
    code = "indicator-is-missing"


class TargetIsImpossible(Refusal):
    code = "target-is-impossible"


class DueDayIsImpossible(Refusal):
    code = "due-day-is-impossible"


class PlanIsEmpty(Refusal):
    code = "plan-is-empty"


class ResultHasNoIndicator(Refusal):
    code = "result-has-no-indicator"


class IndicatorHasNoTarget(Refusal):
    code = "indicator-has-no-target"


class PlanHasNoAppraiser(Refusal):
    code = "plan-has-no-appraiser"


class PlanIsNotSubmitted(Refusal):
    code = "plan-is-not-submitted"


class PlanIsNotAgreed(Refusal):
    code = "plan-is-not-agreed"


class OwnPlan(Refusal):
    code = "own-plan"


class NotTheAppraiser(Refusal):
    code = "not-the-appraiser"


class ReasonIsMissing(Refusal):
    code = "reason-is-missing"


class NoRevisionIsOpen(Refusal):
    code = "no-revision-is-open"
