"""What assessment does about what planning says."""

from services.assessment.calendar.commands import NoteDates
from services.assessment.calendar.decider import AGGREGATE as CALENDAR
from services.assessment.calendar.decider import calendar_stream
from services.assessment.evaluation.commands import (
    EvaluationCommand,
    NotePlanReturned,
    OpenEvaluation,
    RegisterEvaluation,
    RevisePlan,
)
from services.assessment.evaluation.decider import AGGREGATE as EVALUATION
from services.assessment.evaluation.decider import evaluation_stream
from services.assessment.evaluation.events import (
    AssessedIndicator,
    AssessedResult,
    PlanContent,
    PlanIdentity,
)
from shared.contracts.contract import Contract
from shared.contracts.planning import (
    EVENTS,
    CalendarSetV1,
    IndicatorPart,
    PlanAgreedV1,
    PlanMessage,
    PlanReturnedV1,
    PlanRevisedV1,
    PlanSubmittedV1,
    ResultPart,
)
from shared.contracts.planning import PlanContent as SaidContent
from shared.messaging.incoming import Incoming
from shared.messaging.reaction import Facts, Handle, Reaction
from shared.store.unit import Unit


async def when_plan_submitted_register_evaluation(
    incoming: Incoming[PlanSubmittedV1], facts: Facts
) -> list[Unit]:
    """The appraiser sees it as waiting for agreement."""
    return await ask(RegisterEvaluation(plan=identity(incoming.message)), incoming, facts)


async def when_plan_returned_note_it(incoming: Incoming[PlanReturnedV1], facts: Facts) -> list[Unit]:
    """The appraiser sees that the employee has to act."""
    said = incoming.message
    command = NotePlanReturned(revision=said.revision, plan_reason_code=said.reason_code)
    return await ask(command, incoming, facts, reason_code=said.reason_code)


async def when_plan_agreed_open_evaluation(incoming: Incoming[PlanAgreedV1], facts: Facts) -> list[Unit]:
    """The plan can be reported on and rated."""
    said = incoming.message
    return await ask(OpenEvaluation(plan=identity(said), content=content(said)), incoming, facts)


async def when_plan_revised_update_evaluation(incoming: Incoming[PlanRevisedV1], facts: Facts) -> list[Unit]:
    """What is assessed is the plan as it stands."""
    said = incoming.message
    command = RevisePlan(plan=identity(said), content=content(said), plan_reason_code=said.reason_code)
    return await ask(command, incoming, facts, reason_code=said.reason_code)


async def when_calendar_set_note_dates(incoming: Incoming[CalendarSetV1], facts: Facts) -> list[Unit]:
    """The year is assessed when planning says."""
    said = incoming.message
    command = NoteDates(
        assessment_opens=said.assessment_opens,
        assessment_due=said.assessment_due,
        source_index=incoming.log_index or 0,
    )
    return await facts.decide(CALENDAR, calendar_stream(said.year), command, incoming, subject_id=None)


async def when_planning_speaks(incoming: Incoming[Contract], facts: Facts) -> list[Unit]:
    """Each message of the topic to its reaction."""
    return await HANDLED[type(incoming.message)](incoming, facts)


async def ask(
    command: EvaluationCommand,
    incoming: Incoming[PlanMessage],
    facts: Facts,
    *,
    reason_code: str | None = None,
) -> list[Unit]:
    """Decide `command` on the evaluation that the message's plan belongs to."""
    said = incoming.message
    stream = evaluation_stream(said.employee_id, said.year, said.segment)
    return await facts.decide(
        EVALUATION, stream, command, incoming, subject_id=said.employee_id, reason_code=reason_code
    )


def identity(said: PlanMessage) -> PlanIdentity:
    return PlanIdentity(
        plan_id=said.plan_id,
        employee_id=said.employee_id,
        year=said.year,
        segment=said.segment,
        revision=said.revision,
        unit_id=said.unit_id,
        appraiser_id=said.appraiser_id,
    )


def content(said: SaidContent) -> PlanContent:
    return PlanContent(
        period_from=said.period_from,
        period_to=said.period_to,
        results=tuple(planned_result(result) for result in said.results),
    )


def planned_result(said: ResultPart) -> AssessedResult:
    return AssessedResult(
        result_id=said.result_id,
        title=said.title,
        kind=said.kind,
        indicators=tuple(planned_indicator(indicator) for indicator in said.indicators),
    )


def planned_indicator(said: IndicatorPart) -> AssessedIndicator:
    return AssessedIndicator(
        indicator_id=said.indicator_id,
        title=said.title,
        aspect=said.aspect,
        target=said.target,
        unit=said.unit,
        direction=said.direction,
        due_day=said.due_day,
    )


HANDLED: dict[type[Contract], Handle] = {
    PlanSubmittedV1: when_plan_submitted_register_evaluation,
    PlanReturnedV1: when_plan_returned_note_it,
    PlanAgreedV1: when_plan_agreed_open_evaluation,
    PlanRevisedV1: when_plan_revised_update_evaluation,
    CalendarSetV1: when_calendar_set_note_dates,
}
REACTIONS = [Reaction(EVENTS, tuple(HANDLED), when_planning_speaks)]
