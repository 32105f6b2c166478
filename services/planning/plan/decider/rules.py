"""What may be asked of a plan as it stands, and what happens then."""

from datetime import date
from typing import assert_never
from uuid import UUID

from services.planning.plan.commands import (
    AddIndicator,
    AddResult,
    AgreePlan,
    CancelRevision,
    ChangePeriod,
    DraftPlan,
    EditIndicator,
    EditResult,
    Line,
    OpenRevision,
    PlanCommand,
    RemoveIndicator,
    RemoveResult,
    ReturnPlan,
    SetExpectation,
    SubmitPlan,
)
from services.planning.plan.decider.content import (
    change_indicator,
    change_period,
    change_result,
    draft,
    must_be_editable,
    set_expectation,
)
from services.planning.plan.decider.refusals import (
    IndicatorHasNoTarget,
    NoRevisionIsOpen,
    NotTheAppraiser,
    OwnPlan,
    PlanHasNoAppraiser,
    PlanIsEmpty,
    PlanIsMissing,
    PlanIsNotAgreed,
    PlanIsNotSubmitted,
    ReasonIsMissing,
    ResultHasNoIndicator,
)
from services.planning.plan.decider.state import Plan, Status, missing
from services.planning.plan.events import (
    PlanAgreed,
    PlanEvent,
    PlanReturned,
    PlanRevised,
    PlanSubmitted,
    RevisionCancelled,
    RevisionOpened,
)
from shared.decider import Refusal

LACKS: dict[str, type[Refusal]] = {
    lack.code: lack for lack in (PlanIsEmpty, ResultHasNoIndicator, IndicatorHasNoTarget)
}


def decide(plan: Plan, command: PlanCommand) -> list[PlanEvent]:
    """The events that `command` leads to; none when it is so already. Raises a Refusal."""
    match command:
        case DraftPlan():
            return draft(plan, command)
        case ChangePeriod():
            return change_period(plan, command)
        case AddResult() | EditResult() | RemoveResult():
            return change_result(plan, command)
        case AddIndicator() | EditIndicator() | RemoveIndicator():
            return change_indicator(plan, command)
        case SetExpectation():
            return set_expectation(plan, command)
        case SubmitPlan():
            return submit(plan, command)
        case ReturnPlan():
            return return_plan(plan, command)
        case AgreePlan():
            return agree(plan, command)
        case OpenRevision():
            return open_revision(plan, command)
        case CancelRevision():
            return cancel_revision(plan)
        case _:
            assert_never(command)


def submit(plan: Plan, command: SubmitPlan) -> list[PlanEvent]:
    """A complete plan goes to the appraiser of the day; late is said, never refused."""
    if plan.status is Status.SUBMITTED:
        return []
    must_be_editable(plan)
    for lack in missing(plan):
        raise LACKS[lack.code]
    if command.line.appraiser_id is None:
        raise PlanHasNoAppraiser
    late = is_late(plan, command.on, command.plans_due)
    return [PlanSubmitted(unit_id=command.line.unit_id, appraiser_id=command.line.appraiser_id, late=late)]


def return_plan(plan: Plan, command: ReturnPlan) -> list[PlanEvent]:
    """The appraiser of the day gives a submitted plan back, with a reason."""
    appraiser_id = must_be_the_appraiser(plan, command.line)
    if plan.status is Status.RETURNED:
        return []
    if plan.status is not Status.SUBMITTED:
        raise PlanIsNotSubmitted
    if not command.has_reason:
        raise ReasonIsMissing
    return [PlanReturned(unit_id=command.line.unit_id, appraiser_id=appraiser_id)]


def agree(plan: Plan, command: AgreePlan) -> list[PlanEvent]:
    """The appraiser of the day sets a submitted plan (PermenPANRB 6/2022 Ps 14), or its revision."""
    appraiser_id = must_be_the_appraiser(plan, command.line)
    if plan.status is Status.AGREED:
        return []
    if plan.status is not Status.SUBMITTED:
        raise PlanIsNotSubmitted
    unit_id = command.line.unit_id
    if plan.agreed is None:
        late = is_late(plan, command.on, command.plans_due)
        return [PlanAgreed(unit_id=unit_id, appraiser_id=appraiser_id, late=late)]
    return [
        PlanRevised(
            unit_id=unit_id,
            appraiser_id=appraiser_id,
            revision=plan.revision,
            reason_code=plan.reason_code or "",
        )
    ]


def open_revision(plan: Plan, command: OpenRevision) -> list[PlanEvent]:
    """An agreed plan opens to change with a reason; what was agreed binds until the revision is agreed."""
    if plan.is_in_revision:
        return []
    if plan.status is not Status.AGREED:
        raise PlanIsNotAgreed
    if not command.reason_code:
        raise ReasonIsMissing
    return [RevisionOpened(reason_code=command.reason_code)]


def cancel_revision(plan: Plan) -> list[PlanEvent]:
    """A revision that is not before the appraiser may be dropped; the agreed content stands."""
    if plan.status is Status.AGREED:
        return []
    if not plan.is_in_revision:
        raise NoRevisionIsOpen
    must_be_editable(plan)
    return [RevisionCancelled()]


def must_be_the_appraiser(plan: Plan, line: Line) -> UUID:
    """Who asks, being the appraiser of the day. Raises PlanIsMissing, OwnPlan, NotTheAppraiser."""
    if plan.status is Status.ABSENT:
        raise PlanIsMissing
    if line.actor_id == plan.employee_id:
        raise OwnPlan
    if line.actor_id != line.appraiser_id:
        raise NotTheAppraiser
    return line.actor_id


def is_late(plan: Plan, on: date, plans_due: date) -> bool:
    """Whether a first agreement is asked for or given after the year's date; a revision has none."""
    return plan.agreed is None and on > plans_due
