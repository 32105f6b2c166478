"""A whole year on one desk: each planned result with its numbers, months, evidence and feedback."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from services.assessment.context import Assessment
from services.assessment.evaluation.events import (
    Assessed,
    AssessedIndicator,
    AssessedResult,
    IndicatorAchievement,
    PlanContent,
    ResultAchievement,
)
from services.assessment.progress.decider import Progress, Report, due_of
from services.assessment.queries.cases import Case, numbers, reports
from services.assessment.queries.said import Said, all_said
from services.assessment.wording import REPORTS
from shared.regulation.achievement import is_percent
from shared.regulation.behavior import Guide, guides_on
from shared.regulation.timeliness import TIMELINESS


@dataclass(frozen=True, slots=True, kw_only=True)
class Month:
    """One month of one indicator: reported or not, on time or not, due when."""

    month: int
    report: Report | None
    due_on: date | None
    state: str


@dataclass(frozen=True, slots=True, kw_only=True)
class IndicatorDesk:
    """One indicator (IKI) with its numbers and its months."""

    indicator: AssessedIndicator
    reached: IndicatorAchievement
    months: tuple[Month, ...]

    @property
    def counted_in(self) -> str:
        """The unit of the realisation: reports where their timeliness counts, unless in percent."""
        realised, unit = self.reached.realised, self.indicator.unit
        of_reports = (
            realised
            and realised.rule_id == TIMELINESS.rule_id
            and all(one.symbol != "T" for one in realised.inputs)  # of the target, in its own unit, once
            and not is_percent(unit)
        )
        return REPORTS if of_reports else unit

    @property
    def evidence_count(self) -> int:
        """How many files stand."""
        return sum(len(month.report.evidence) for month in self.months if month.report)


@dataclass(frozen=True, slots=True, kw_only=True)
class ResultDesk:
    """One planned result (RHK)."""

    result: AssessedResult
    reached: ResultAchievement
    indicators: tuple[IndicatorDesk, ...]
    said: tuple[Said, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ValueDesk:
    """One BerAKHLAK value with what was said about it."""

    guide: Guide
    said: tuple[Said, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """Everything that a rating rests on."""

    case: Case
    assessed: Assessed
    results: tuple[ResultDesk, ...]
    values: tuple[ValueDesk, ...]
    said: tuple[Said, ...]
    progress_version: int

    def indicator(self, indicator_id: UUID) -> IndicatorDesk | None:
        """That indicator, if the plan in force has it."""
        found = (one for result in self.results for one in result.indicators)
        return next((one for one in found if one.indicator.indicator_id == indicator_id), None)


async def desk(assessment: Assessment, case: Case, today: date) -> Desk | None:
    """The desk as of today, its numbers those of a published result; None before the plan is agreed."""
    content = case.evaluation.content
    progress = await reports(assessment, case)
    assessed = numbers(case, progress.state, today)
    if content is None or assessed is None:
        return None
    said = tuple(await all_said(assessment, case))
    results = tuple(
        result_desk(content, result, reached, progress.state, said, today)
        for result, reached in zip(content.results, assessed.results, strict=True)
    )
    values = tuple(
        ValueDesk(guide=guide, said=tuple(one for one in said if one.given.value is guide.value))
        for guide in guides_on(content.period_to)
    )
    return Desk(
        case=case,
        assessed=assessed,
        results=results,
        values=values,
        said=said,
        progress_version=progress.version,
    )


def result_desk(  # noqa: PLR0917 - the six things that a planned result is shown with
    content: PlanContent,
    result: AssessedResult,
    reached: ResultAchievement,
    progress: Progress,
    said: tuple[Said, ...],
    today: date,
) -> ResultDesk:
    """One planned result with its indicators."""
    indicators = tuple(
        IndicatorDesk(indicator=indicator, reached=found, months=months(content, indicator, progress, today))
        for indicator, found in zip(result.indicators, reached.indicators, strict=True)
    )
    return ResultDesk(
        result=result,
        reached=reached,
        indicators=indicators,
        said=tuple(one for one in said if one.given.result_id == result.result_id),
    )


def months(
    content: PlanContent, indicator: AssessedIndicator, progress: Progress, today: date
) -> tuple[Month, ...]:
    """Every month of the period, each in one of its states."""
    found = []
    for month in range(content.period_from.month, content.period_to.month + 1):
        report = progress.on(indicator.indicator_id, month)
        due_on = due_of(indicator, content.period_to.year, month)
        if due_on and report:  # its delay was counted from the day that was due then
            due_on = report.due_on or due_on
        begun = date(content.period_to.year, month, 1) <= today
        state = reported_state(report, due_on) if report else awaited_state(due_on, today, begun=begun)
        found.append(Month(month=month, report=report, due_on=due_on, state=state))
    return tuple(found)


def reported_state(report: Report, due_on: date | None) -> str:
    """`reported` without a schedule, else `on_time` or `late`."""
    if due_on is None:
        return "reported"
    return "late" if report.days_late else "on_time"


def awaited_state(due_on: date | None, today: date, *, begun: bool) -> str:
    """`coming`, `open`, or `missing` once the due date is past."""
    if not begun:
        return "coming"
    return "missing" if due_on and due_on < today else "open"
