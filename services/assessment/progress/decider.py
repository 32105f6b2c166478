"""The rules of progress: what may be reported, and that the recorded date decides timeliness."""

from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import assert_never
from uuid import UUID, uuid5

from services.assessment.evaluation.events import AssessedIndicator
from services.assessment.evaluation.refusals import (
    NotTheAppraiser,
    NotTheEmployee,
    OwnRating,
    PlanNotAgreed,
    ResultIsPublished,
)
from services.assessment.progress.commands import (
    AcceptEarlierDate,
    AssessedPlan,
    ProgressCommand,
    ReportProgress,
)
from services.assessment.progress.events import (
    CATALOGUE,
    EarlierDateAccepted,
    Evidence,
    ProgressEvent,
    ProgressReported,
)
from services.assessment.progress.refusals import (
    CompletedInFuture,
    EarlierDateNotEarlier,
    EarlierDateWithoutEvidence,
    EarlierDateWithoutReason,
    IndicatorUnknown,
    MonthNotStarted,
    MonthOutsidePeriod,
    RealisationNegative,
    ReportMissing,
    ReportNotLate,
)
from shared.decider import Decider
from shared.regulation.timeliness import days_late, due_date
from shared.store.encrypted import Encrypted
from shared.store.stream import Stream
from shared.store.unit import Aggregate


@dataclass(frozen=True, kw_only=True)
class Report:
    """One month as it stands; `first_recorded_on` decides timeliness, corrections do not move it."""

    report_id: UUID
    indicator_id: UUID
    month: int
    planned_action: Encrypted[str] | None
    realised: Decimal
    completed_on: date | None
    evidence: tuple[Evidence, ...]
    first_recorded_on: date
    recorded_on: date
    due_on: date | None
    days_late: int
    accepted_on: date | None = None


@dataclass(frozen=True)
class Progress:
    """The reports of one plan, each (indicator, month) once."""

    reports: tuple[Report, ...] = ()

    def on(self, indicator_id: UUID, month: int) -> Report | None:
        """The report of that month, if there is one."""
        found = (one for one in self.reports if (one.indicator_id, one.month) == (indicator_id, month))
        return next(found, None)

    def with_report(self, report: Report) -> "Progress":
        """The same with `report` in its place."""
        others = (
            one
            for one in self.reports
            if (one.indicator_id, one.month) != (report.indicator_id, report.month)
        )
        return Progress((*others, report))


def report_id(indicator_id: UUID, month: int) -> UUID:
    """What the report of one month goes by on the trail."""
    return uuid5(indicator_id, str(month))


def progress_stream(employee_id: UUID, year: int, segment: int = 1) -> Stream:
    """The stream of all reports on `employee_id`'s plan of that year and segment."""
    return Stream.of("progress", employee_id, segment, year=year)


def decide(progress: Progress, command: ProgressCommand) -> list[ProgressEvent]:
    match command:
        case ReportProgress():
            return report(progress, command)
        case AcceptEarlierDate():
            return accept_earlier_date(progress, command)
        case _:
            assert_never(command)


def evolve(progress: Progress, event: ProgressEvent) -> Progress:
    match event:
        case ProgressReported():
            return progress.with_report(_reported(progress.on(event.indicator_id, event.month), event))
        case EarlierDateAccepted():
            before = progress.on(event.indicator_id, event.month)
            if before is None:
                return progress
            return progress.with_report(
                replace(before, accepted_on=event.accepted_on, days_late=event.days_late)
            )
        case _:
            assert_never(event)


def _reported(before: Report | None, event: ProgressReported) -> Report:
    earlier = before.evidence if before else ()
    return Report(
        report_id=report_id(event.indicator_id, event.month),
        indicator_id=event.indicator_id,
        month=event.month,
        planned_action=before.planned_action if before and event.keeps_action else event.planned_action,
        realised=event.realised,
        completed_on=event.completed_on,
        evidence=(
            *(one for one in earlier if one.evidence_id in event.kept_evidence),
            *event.evidence,
        ),
        first_recorded_on=before.first_recorded_on if before else event.recorded_on,
        recorded_on=event.recorded_on,
        due_on=event.due_on,
        days_late=event.days_late,
        accepted_on=before.accepted_on if before else None,
    )


def report(progress: Progress, command: ReportProgress) -> list[ProgressEvent]:
    """Record one month of one indicator, or correct it; the same again is nothing new."""
    plan = reportable(command.plan)
    if command.reported_by != plan.identity.employee_id:
        raise NotTheEmployee
    indicator = known_indicator(plan, command.indicator_id)
    demand_sound_report(plan, command)
    before = progress.on(command.indicator_id, command.month)
    if before is not None and says_the_same(before, command):
        return []
    earlier = {one.evidence_id for one in before.evidence} if before else set()
    first_on = before.first_recorded_on if before else command.recorded_on
    due_on = due_of(indicator, plan.identity.year, command.month)
    action = action_of(command)
    keeps_action = before is not None and action is not None and keeps(before, command)
    counted_on = before.accepted_on if before and before.accepted_on else first_on
    return [
        ProgressReported(
            plan=plan.identity,
            indicator_id=command.indicator_id,
            month=command.month,
            planned_action=None if keeps_action else action,
            keeps_action=keeps_action,
            realised=command.realised,
            completed_on=command.completed_on,
            evidence=tuple(one for one in command.evidence if one.evidence_id not in earlier),
            kept_evidence=tuple(sorted(earlier & (set(command.kept_evidence) | ids(command.evidence)))),
            recorded_on=command.recorded_on,
            due_on=due_on,
            days_late=days_late(counted_on, due_on) if due_on else 0,
        )
    ]


def ids(evidence: tuple[Evidence, ...]) -> set[UUID]:
    return {one.evidence_id for one in evidence}


def action_of(command: ReportProgress) -> Encrypted[str] | None:
    return Encrypted.of(command.planned_action) if command.planned_action else None


def keeps(before: Report, command: ReportProgress) -> bool:
    """Whether the planned action stays as it is."""
    action = action_of(command)
    if action is None or before.planned_action is None:
        return action is before.planned_action
    return before.planned_action in (action, command.same_action)


def says_the_same(before: Report, command: ReportProgress) -> bool:
    """Whether a command would leave the month as it is."""
    stands = ids(before.evidence)
    asked = (stands & set(command.kept_evidence)) | ids(command.evidence)
    return (
        stands == asked
        and keeps(before, command)
        and (before.realised, before.completed_on) == (command.realised, command.completed_on)
    )


def reportable(plan: AssessedPlan | None) -> AssessedPlan:
    """The agreed plan while its result is open. Raises PlanNotAgreed, ResultIsPublished."""
    if plan is None:
        raise PlanNotAgreed
    if plan.is_published:
        raise ResultIsPublished
    return plan


def known_indicator(plan: AssessedPlan, indicator_id: UUID) -> AssessedIndicator:
    """The indicator in the plan in force. Raises IndicatorUnknown."""
    for result in plan.content.results:
        for indicator in result.indicators:
            if indicator.indicator_id == indicator_id:
                return indicator
    raise IndicatorUnknown


def demand_sound_report(plan: AssessedPlan, command: ReportProgress) -> None:
    """Raise what is wrong with a report's month, value or claimed date."""
    period = range(plan.content.period_from.month, plan.content.period_to.month + 1)
    if command.month not in period:
        raise MonthOutsidePeriod(month=command.month)
    if date(plan.identity.year, command.month, 1) > command.recorded_on:
        raise MonthNotStarted(month=command.month)
    if command.realised < 0:
        raise RealisationNegative
    if command.completed_on and command.completed_on > command.recorded_on:
        raise CompletedInFuture


def due_of(indicator: AssessedIndicator, year: int, month: int) -> date | None:
    """When the month's report is due, where the indicator has a schedule."""
    return None if indicator.due_day is None else due_date(year, month, indicator.due_day)


def accept_earlier_date(progress: Progress, command: AcceptEarlierDate) -> list[ProgressEvent]:
    """Count a late report from an earlier day, on evidence and with a reason; the recorded day stays."""
    plan = reportable(command.plan)
    if command.accepted_by == plan.identity.employee_id:
        raise OwnRating
    if command.accepted_by != command.appraiser_id:
        raise NotTheAppraiser
    before = progress.on(command.indicator_id, command.month)
    if before is None:
        raise ReportMissing
    if before.accepted_on == command.accepted_on:
        return []
    demand_sound_acceptance(before, command, plan.identity.year)
    if before.due_on is None:
        raise ReportNotLate
    return [
        EarlierDateAccepted(
            indicator_id=command.indicator_id,
            month=command.month,
            accepted_on=command.accepted_on,
            days_late=days_late(command.accepted_on, before.due_on),
        )
    ]


def demand_sound_acceptance(before: Report, command: AcceptEarlierDate, year: int) -> None:
    """Raise what an acceptance lacks."""
    if before.due_on is None or before.first_recorded_on <= before.due_on:
        raise ReportNotLate
    if not date(year, command.month, 1) <= command.accepted_on < before.first_recorded_on:
        raise EarlierDateNotEarlier
    if not command.has_reason:
        raise EarlierDateWithoutReason
    if not before.evidence:
        raise EarlierDateWithoutEvidence


AGGREGATE = Aggregate("progress", Decider(Progress(), decide, evolve), CATALOGUE)
