"""The rules of a plan and nothing else: `state` folds what happened, `rules` decide what may happen next."""

from services.planning.plan.decider.refusals import (
    DueDayIsImpossible,
    IndicatorHasNoTarget,
    IndicatorIsMissing,
    NoRevisionIsOpen,
    NotTheAppraiser,
    OwnPlan,
    PeriodIsImpossible,
    PeriodOverlaps,
    PlanExists,
    PlanHasNoAppraiser,
    PlanIsEmpty,
    PlanIsLocked,
    PlanIsMissing,
    PlanIsNotAgreed,
    PlanIsNotSubmitted,
    ReasonIsMissing,
    ResultHasNoIndicator,
    ResultIsMissing,
    TargetIsImpossible,
    TextIsMissing,
)
from services.planning.plan.decider.rules import decide
from services.planning.plan.decider.state import (
    Agreed,
    Expectation,
    Missing,
    Plan,
    PlannedResult,
    Status,
    evolve,
    missing,
    plan_stream,
)
from services.planning.plan.events import CATALOGUE
from shared.decider import Decider
from shared.store.unit import Aggregate

AGGREGATE = Aggregate("plan", Decider(Plan(), decide, evolve), CATALOGUE)

__all__ = [
    "AGGREGATE",
    "Agreed",
    "DueDayIsImpossible",
    "Expectation",
    "IndicatorHasNoTarget",
    "IndicatorIsMissing",
    "Missing",
    "NoRevisionIsOpen",
    "NotTheAppraiser",
    "OwnPlan",
    "PeriodIsImpossible",
    "PeriodOverlaps",
    "Plan",
    "PlanExists",
    "PlanHasNoAppraiser",
    "PlanIsEmpty",
    "PlanIsLocked",
    "PlanIsMissing",
    "PlanIsNotAgreed",
    "PlanIsNotSubmitted",
    "PlannedResult",
    "ReasonIsMissing",
    "ResultHasNoIndicator",
    "ResultIsMissing",
    "Status",
    "TargetIsImpossible",
    "TextIsMissing",
    "decide",
    "evolve",
    "missing",
    "plan_stream",
]
