"""The numbers beside a rating: from monthly reports to achievements and a suggestion."""

from datetime import date

from services.assessment.evaluation.commands import IndicatorProgress
from services.assessment.evaluation.events import (
    Assessed,
    AssessedIndicator,
    AssessedResult,
    IndicatorAchievement,
    IndicatorReports,
    PlanContent,
    ResultAchievement,
)
from shared.regulation.achievement import (
    SUGGESTION,
    achievement,
    mean_achievement,
    nothing_reported,
    realisation,
    suggested_rating,
)
from shared.regulation.computed import Computed
from shared.regulation.timeliness import (
    Timeliness,
    months_due,
    on_time_achievement,
    on_time_realisation,
    timeliness,
)

Progress = tuple[IndicatorProgress, ...]


def assess(content: PlanContent, progress: Progress, *, on: date) -> Assessed:
    """Every planned result in numbers as of `on` (a local date); rules are those of the period's last day."""
    results = tuple(_result(content, result, progress, on) for result in content.results)
    day = content.period_to
    overall = mean_achievement([one.achievement.value for one in results], on=day)
    indicators = [indicator for result in results for indicator in result.indicators]
    return Assessed(
        results=results,
        achievement=overall,
        suggested=suggested_rating(
            overall.value, evidence_complete=all(one.has_evidence for one in indicators), on=day
        ),
        suggestion_rule=SUGGESTION.rule_id,
        reports_on_time=sum(one.reports_on_time for one in indicators),
        reports_due=sum(one.reports_due for one in indicators),
    )


def scheduled(assessed: Assessed) -> tuple[IndicatorReports, ...]:
    """The indicators of which reports were due."""
    return tuple(
        IndicatorReports(
            indicator_id=one.indicator_id,
            reports_on_time=one.reports_on_time,
            reports_due=one.reports_due,
        )
        for result in assessed.results
        for one in result.indicators
        if one.reports_due
    )


def _result(content: PlanContent, result: AssessedResult, progress: Progress, on: date) -> ResultAchievement:
    indicators = tuple(_indicator(content, one, progress, on) for one in result.indicators)
    day = content.period_to
    reached = mean_achievement([one.achievement.value for one in indicators], on=day)
    return ResultAchievement(
        result_id=result.result_id,
        achievement=reached,
        suggested=suggested_rating(
            reached.value, evidence_complete=all(one.has_evidence for one in indicators), on=day
        ),
        indicators=indicators,
    )


def _indicator(
    content: PlanContent, indicator: AssessedIndicator, progress: Progress, on: date
) -> IndicatorAchievement:
    reported = next((one for one in progress if one.indicator_id == indicator.indicator_id), None)
    known = reported or IndicatorProgress(indicator_id=indicator.indicator_id, reports=())
    kept = indicator_timeliness(content, indicator, known, on=on)
    realised, reached = _numbers(indicator, known, kept, content.period_to)
    return IndicatorAchievement(
        indicator_id=indicator.indicator_id,
        realised=realised,
        achievement=reached,
        reports_on_time=kept.on_time,
        reports_due=kept.due,
        has_evidence=any(report.has_evidence for report in known.reports),
    )


def indicator_timeliness(
    content: PlanContent, indicator: AssessedIndicator, progress: IndicatorProgress, *, on: date
) -> Timeliness:
    """Reports on time, of those due by `on` or already made; nought of nought without a schedule."""
    if indicator.due_day is None:
        return Timeliness(on_time=0, due=0)
    year = content.period_to.year
    months = range(content.period_from.month, content.period_to.month + 1)
    return timeliness(
        {report.month: report.days_late for report in progress.reports},
        months_due(year, indicator.due_day, months=months, by=on),
    )


def _numbers(
    indicator: AssessedIndicator, progress: IndicatorProgress, kept: Timeliness, day: date
) -> tuple[Computed | None, Computed]:
    if indicator.aspect == "time" and kept.due:
        unit, target = indicator.unit, indicator.target
        on_time = on_time_realisation(kept, unit=unit, on=day)
        return on_time, on_time_achievement(on_time, kept, target=target, unit=unit, on=day)
    realised = _realised(indicator, progress, day)
    return realised, _achieved(indicator, realised, day)


def _realised(indicator: AssessedIndicator, progress: IndicatorProgress, day: date) -> Computed | None:
    if not progress.reports:
        return None
    return realisation(
        [report.realised for report in progress.reports],
        aspect=indicator.aspect,
        unit=indicator.unit,
        on=day,
    )


def _achieved(indicator: AssessedIndicator, realised: Computed | None, day: date) -> Computed:
    if realised is None:
        return nothing_reported(indicator.target, on=day)
    return achievement(realised.value, indicator.target, direction=indicator.direction, on=day)
