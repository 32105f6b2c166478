"""Plans over JSON: every step from draft to revision, one at a time."""

from dataclasses import dataclass
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Response
from starlette.requests import Request

from services.planning.api.asking import Asked, Asking, asking
from services.planning.api.models import (
    Changed,
    DraftBody,
    ExpectationBody,
    IndicatorBody,
    PeriodBody,
    PlanBody,
    ReasonBody,
    ResultBody,
    plan_body,
)
from services.planning.context import Planning
from services.planning.plan import handlers
from services.planning.plan.commands import (
    AddIndicator,
    AddResult,
    CancelRevision,
    EditIndicator,
    EditResult,
    Period,
    PlanCommand,
    RemoveIndicator,
    RemoveResult,
    SetExpectation,
)
from services.planning.plan.decider import AGGREGATE, Plan
from services.planning.plan.handlers import Draft, PlanPlace
from shared.identity.policy import Action
from shared.regulation.behavior import Value
from shared.store.act import Done, load
from shared.store.unit import Intent
from shared.web.api import IDEMPOTENT, IfMatch, Why, set_version

router = APIRouter(tags=["plans"])


@dataclass(frozen=True, slots=True)
class Step:
    """One step on the plan that the address names."""

    place: PlanPlace
    asked: Asking
    expected: int | None
    response: Response

    @property
    def planning(self) -> Planning:
        """The service."""
        return self.asked.planning

    async def intent(self, action: Action, why: Why | None = None) -> Intent:
        """Who, when and why, once the policy allows it."""
        return await self.asked.intent(action, self.place.employee_id, why)

    async def change(self, command: PlanCommand) -> Changed:
        """One change by the employee to the own plan."""
        return await self.changed(command, await self.intent(Action.DRAFT_PLAN))

    async def changed(self, command: PlanCommand, intent: Intent) -> Changed:
        """The answer to a change."""
        done = await handlers.change(self.planning, self.place, command, intent, self.expected)
        return answer(self.response, done)


async def step(request: Request, plan_id: UUID, expected: IfMatch, response: Response) -> Step:
    """The plan that the address names, and the version last seen of it."""
    asked = await asking(request)
    return Step(await handlers.find_plan(asked.planning, plan_id), asked, expected, response)


On = Annotated[Step, Depends(step)]


def answer(response: Response, done: Done[Plan]) -> Changed:
    """What was done, with the version it led to."""
    set_version(response, done.version)
    said = {name: value for name, value in done.outcome.items() if name != "stream_id"}
    return Changed(plan_id=done.outcome["stream_id"], **said)


@router.post("/plans", status_code=201, openapi_extra=IDEMPOTENT)
async def draft_plan(body: DraftBody, asked: Asked, response: Response) -> Changed:
    """Begin the own plan of a year, or of a part of it."""
    asked.must_reach(body.year)
    employee_id = asked.who.actor_id
    intent = await asked.intent(Action.DRAFT_PLAN, employee_id)
    draft = Draft(employee_id=employee_id, **body.model_dump())
    done = await handlers.draft_plan(asked.planning, draft, intent)
    response.headers["Location"] = f"/api/planning/v1/plans/{done.outcome['stream_id']}"
    return answer(response, done)


@router.get("/plans/{plan_id}")
async def read_plan(on: On) -> PlanBody:
    """The plan as it is now, with what it still lacks."""
    await on.asked.may(Action.READ_RECORD, on.place.employee_id)
    loaded = await load(on.planning.store, AGGREGATE, on.place.stream)
    await on.planning.keyring.load([on.place.employee_id])
    set_version(on.response, loaded.version)
    return plan_body(on.place.stream.stream_id, loaded, on.planning.keyring)


@router.put("/plans/{plan_id}/period", openapi_extra=IDEMPOTENT)
async def change_period(body: PeriodBody, on: On) -> Changed:
    """Another period within the plan's year."""
    intent = await on.intent(Action.DRAFT_PLAN)
    period = Period(period_from=body.period_from, period_to=body.period_to)
    return answer(
        on.response, await handlers.change_period(on.planning, on.place, period, intent, on.expected)
    )


@router.post("/plans/{plan_id}/results", status_code=201, openapi_extra=IDEMPOTENT)
async def add_result(body: ResultBody, on: On) -> Changed:
    """One more planned result (RHK)."""
    intent = await on.intent(Action.DRAFT_PLAN)
    command = AddResult(result_id=handlers.new_id(intent), title=body.title, kind=body.kind)
    return await on.changed(command, intent)


@router.put("/plans/{plan_id}/results/{result_id}", openapi_extra=IDEMPOTENT)
async def edit_result(result_id: UUID, body: ResultBody, on: On) -> Changed:
    """Other words, or the other kind, for a planned result."""
    command = EditResult(result_id=result_id, title=body.title, kind=body.kind)
    return await on.change(command)


@router.delete("/plans/{plan_id}/results/{result_id}", openapi_extra=IDEMPOTENT)
async def remove_result(result_id: UUID, on: On) -> Changed:
    """Take a planned result out, with its indicators."""
    return await on.change(RemoveResult(result_id=result_id))


@router.post("/plans/{plan_id}/results/{result_id}/indicators", status_code=201, openapi_extra=IDEMPOTENT)
async def add_indicator(result_id: UUID, body: IndicatorBody, on: On) -> Changed:
    """One more indicator (IKI) of a planned result; its target may follow before submission."""
    intent = await on.intent(Action.DRAFT_PLAN)
    command = AddIndicator(result_id=result_id, indicator=body.indicator(handlers.new_id(intent)))
    return await on.changed(command, intent)


@router.put("/plans/{plan_id}/results/{result_id}/indicators/{indicator_id}", openapi_extra=IDEMPOTENT)
async def edit_indicator(result_id: UUID, indicator_id: UUID, body: IndicatorBody, on: On) -> Changed:
    """All of an indicator anew."""
    command = EditIndicator(result_id=result_id, indicator=body.indicator(indicator_id))
    return await on.change(command)


@router.delete("/plans/{plan_id}/results/{result_id}/indicators/{indicator_id}", openapi_extra=IDEMPOTENT)
async def remove_indicator(result_id: UUID, indicator_id: UUID, on: On) -> Changed:
    """Take an indicator out."""
    command = RemoveIndicator(result_id=result_id, indicator_id=indicator_id)
    return await on.change(command)


@router.put("/plans/{plan_id}/expectations/{value}", openapi_extra=IDEMPOTENT)
async def set_expectation(value: Value, body: ExpectationBody, on: On) -> Changed:
    """The appraiser's special expectation for one BerAKHLAK value, until the plan is agreed."""
    intent = await on.intent(Action.AGREE_PLAN)
    command = SetExpectation(value=value, expectation=body.expectation)
    return answer(
        on.response, await handlers.set_expectation(on.planning, on.place, command, intent, on.expected)
    )


@router.post("/plans/{plan_id}/submission", openapi_extra=IDEMPOTENT)
async def submit_plan(on: On) -> Changed:
    """Ask the appraiser of today to agree the plan."""
    intent = await on.intent(Action.SUBMIT_PLAN)
    return answer(on.response, await handlers.submit_plan(on.planning, on.place, intent, on.expected))


@router.post("/plans/{plan_id}/return", openapi_extra=IDEMPOTENT)
async def return_plan(body: ReasonBody, on: On) -> Changed:
    """Give a submitted plan back, with a reason."""
    intent = await on.intent(Action.RETURN_PLAN, body.why())
    return answer(on.response, await handlers.return_plan(on.planning, on.place, intent, on.expected))


@router.post("/plans/{plan_id}/agreement", openapi_extra=IDEMPOTENT)
async def agree_plan(on: On) -> Changed:
    """Agree a submitted plan, or its revision."""
    intent = await on.intent(Action.AGREE_PLAN)
    return answer(on.response, await handlers.agree_plan(on.planning, on.place, intent, on.expected))


@router.post("/plans/{plan_id}/revision", openapi_extra=IDEMPOTENT)
async def open_revision(body: ReasonBody, on: On) -> Changed:
    """Open an agreed plan to change, with a reason; what was agreed binds until the revision is agreed."""
    intent = await on.intent(Action.REVISE_PLAN, body.why())
    return answer(on.response, await handlers.open_revision(on.planning, on.place, intent, on.expected))


@router.delete("/plans/{plan_id}/revision", openapi_extra=IDEMPOTENT)
async def cancel_revision(on: On) -> Changed:
    """Drop a revision that is not before the appraiser."""
    intent = await on.intent(Action.REVISE_PLAN, Why())
    return await on.changed(CancelRevision(), intent)
