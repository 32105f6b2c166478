"""What can be done with a plan: look the facts up, decide, append."""

from dataclasses import dataclass, replace
from datetime import date
from uuid import UUID

from uuid_utils.compat import uuid5

from services.planning.calendar.handlers import dates_of
from services.planning.context import Planning
from services.planning.people.decider import PersonIsUnknown
from services.planning.plan.commands import (
    AddIndicator,
    AddResult,
    AgreePlan,
    ChangePeriod,
    DraftPlan,
    Line,
    OpenRevision,
    Period,
    PlanCommand,
    ReturnPlan,
    SetExpectation,
    SubmitPlan,
)
from services.planning.plan.decider import AGGREGATE, Plan, PlanHasNoAppraiser, Status, plan_stream
from shared.contracts.planning import SEGMENTS
from shared.regulation.planning_reasons import RETURN_REASONS, REVISION_REASONS
from shared.store.act import Done, act, load
from shared.store.errors import NotFound
from shared.store.stream import Stream
from shared.store.unit import Intent, Outcome


@dataclass(frozen=True, slots=True)
class PlanPlace:
    """Which plan: its stream and whose it is."""

    stream: Stream
    employee_id: UUID


async def find_plan(planning: Planning, plan_id: UUID) -> PlanPlace:
    """The plan of that id, from the store itself: a plan drafted a moment ago is there. Raises NotFound."""
    place = await planning.store.places.of(AGGREGATE.kind, plan_id)
    if place is None or place.subject_id is None:
        raise NotFound
    return PlanPlace(place.stream, place.subject_id)


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """Which plan to begin. Without a period it is the whole year."""

    employee_id: UUID
    year: int
    segment: int = 1
    period_from: date | None = None
    period_to: date | None = None

    @property
    def period(self) -> Period:
        """The period asked for, or the year."""
        return Period(
            period_from=self.period_from or date(self.year, 1, 1),
            period_to=self.period_to or date(self.year, 12, 31),
        )


async def draft_plan(planning: Planning, draft: Draft, intent: Intent) -> Done[Plan]:
    """Begin the plan of an employee for one segment of a year. Raises PersonIsUnknown."""
    if await planning.people.get(draft.employee_id) is None:
        raise PersonIsUnknown
    stream = plan_stream(draft.employee_id, draft.year, draft.segment)
    command = DraftPlan(
        employee_id=draft.employee_id,
        year=draft.year,
        segment=draft.segment,
        period=draft.period,
        others=await other_periods(planning, draft.employee_id, draft.year, draft.segment),
    )
    return await act(planning.store, AGGREGATE, stream, command, intent, subject_id=draft.employee_id)


async def change_period(
    planning: Planning, place: PlanPlace, period: Period, intent: Intent, expected: int | None
) -> Done[Plan]:
    """Another period for a plan that is open to change."""
    plan = (await load(planning.store, AGGREGATE, place.stream)).state
    others = await other_periods(planning, place.employee_id, plan.year, plan.segment)
    return await change(planning, place, ChangePeriod(period=period, others=others), intent, expected)


async def other_periods(planning: Planning, employee_id: UUID, year: int, segment: int) -> tuple[Period, ...]:
    """The periods of the employee's other plans of the year, from the store itself."""
    found = []
    for other in SEGMENTS:
        plan = (await load(planning.store, AGGREGATE, plan_stream(employee_id, year, other))).state
        if plan.status is Status.ABSENT and other > segment:
            break
        if other != segment and plan.period_from and plan.period_to:
            found.append(Period(period_from=plan.period_from, period_to=plan.period_to))
    return tuple(found)


async def change(
    planning: Planning, place: PlanPlace, command: PlanCommand, intent: Intent, expected: int | None
) -> Done[Plan]:
    """One change to what the plan holds."""
    return await act(
        planning.store,
        AGGREGATE,
        place.stream,
        command,
        intent,
        subject_id=place.employee_id,
        expected=expected,
        outcome=made_by(command),
    )


def made_by(command: PlanCommand) -> Outcome:
    """The ids that a command brings along, so that a repeat is answered with the same."""
    match command:
        case AddResult():
            return {"result_id": str(command.result_id)}
        case AddIndicator():
            return {
                "result_id": str(command.result_id),
                "indicator_id": str(command.indicator.indicator_id),
            }
        case _:
            return {}


def new_id(intent: Intent) -> UUID:
    """An id for what this command makes: asked again, the same."""
    return uuid5(intent.command_id, "made")


async def set_expectation(
    planning: Planning, place: PlanPlace, command: SetExpectation, intent: Intent, expected: int | None
) -> Done[Plan]:
    """The leader's special expectation for one value; the same text again is no change."""
    plan = (await load(planning.store, AGGREGATE, place.stream)).state
    await planning.keyring.load([place.employee_id])
    stored = next((one.text for one in plan.expectations if one.code is command.value), None)
    unchanged = planning.keyring.says(stored, command.expectation)
    return await change(planning, place, replace(command, unchanged=unchanged), intent, expected)


async def submit_plan(
    planning: Planning, place: PlanPlace, intent: Intent, expected: int | None
) -> Done[Plan]:
    """To the appraiser of today."""
    line, on, plans_due = await facts(planning, place, intent)
    return await change(planning, place, SubmitPlan(line=line, on=on, plans_due=plans_due), intent, expected)


async def return_plan(
    planning: Planning, place: PlanPlace, intent: Intent, expected: int | None
) -> Done[Plan]:
    """Back to the employee, with a reason of the list and in words."""
    line, on, _ = await facts(planning, place, intent)
    has_reason = bool(intent.reason_text) and intent.reason_code in RETURN_REASONS.on(on).value
    return await change(planning, place, ReturnPlan(line=line, has_reason=has_reason), intent, expected)


async def agree_plan(
    planning: Planning, place: PlanPlace, intent: Intent, expected: int | None
) -> Done[Plan]:
    """The appraiser of today sets the plan, or its revision, for the reason for which that was opened."""
    line, on, plans_due = await facts(planning, place, intent)
    plan = (await load(planning.store, AGGREGATE, place.stream)).state
    because = replace(intent, reason_code=plan.reason_code)
    return await change(planning, place, AgreePlan(line=line, on=on, plans_due=plans_due), because, expected)


async def open_revision(
    planning: Planning, place: PlanPlace, intent: Intent, expected: int | None
) -> Done[Plan]:
    """An agreed plan opens to change, with a reason of the list and in words."""
    known = intent.reason_code in REVISION_REASONS.on(planning.local_day(intent.at)).value
    reason_code = intent.reason_code if known and intent.reason_text else None
    return await change(planning, place, OpenRevision(reason_code=reason_code), intent, expected)


async def facts(planning: Planning, place: PlanPlace, intent: Intent) -> tuple[Line, date, date]:
    """The reporting line of the day, that day, and when the year's plans are due.

    Raises PlanHasNoAppraiser for somebody who has no place here yet.
    """
    on = planning.local_day(intent.at)
    person = await planning.people.get(place.employee_id)
    placement = person.on(on) if person else None
    if placement is None:
        raise PlanHasNoAppraiser
    line = Line(actor_id=intent.actor_id, unit_id=placement.unit_id, appraiser_id=placement.appraiser_id)
    dates = await dates_of(planning, place.stream.plan_year)
    return line, on, dates.plans_due
