"""One slice through everything: a submitted plan becomes the appraiser's coming evaluation, whatever dies."""

import asyncio
import random
from collections.abc import Awaitable, Callable
from uuid import uuid4

import pytest

from services.cli.cast import Plan
from tests.eventually import eventually
from tests.office import Office, dewis_plan, open_office
from tests.system import System


@pytest.fixture
async def office(system: System) -> Office:
    return await open_office(system)


async def waits_with(office: Office, plan: Plan) -> None:
    """Ratna sees it as waiting for her agreement, in the list and on the page."""

    async def seen() -> bool:
        return await office.ratna.sees_status(plan, "awaiting_agreement")

    await eventually(seen, within=60)
    page = await office.ratna.opens("assessment", "/penilaian/nilai")
    assert "Dewi Lestari" in page
    assert "Menunggu penetapan SKP" in page


async def once(system: System, office: Office) -> None:
    """One event said it, and one evaluation came of it."""
    dewi = office.dewi.employee_id
    assert (await system.events("planning", dewi)).count("PlanSubmitted") == 1
    assert await system.events("assessment", dewi) == ["EvaluationRegistered"]


async def test_a_submitted_plan_waits_with_the_appraiser(system: System, office: Office) -> None:
    plan = await dewis_plan(office)
    await office.dewi.submits(plan)
    await waits_with(office, plan)
    await once(system, office)


Dying = Callable[[System, Office, Plan, float], Awaitable[None]]


async def planning_dies_before_the_event(system: System, office: Office, plan: Plan, moment: float) -> None:
    """The request is on its way; the same request is sent until somebody answers."""
    submitting = asyncio.create_task(office.dewi.submits(plan))
    await asyncio.sleep(moment)
    system.processes["planning"].restart()
    await submitting


async def planning_dies_after_the_answer(system: System, office: Office, plan: Plan, moment: float) -> None:
    """What was answered is durable; the log and Kafka may not have it yet."""
    await office.dewi.submits(plan)
    await asyncio.sleep(moment)
    system.processes["planning"].restart()


async def assessment_dies_while_consuming(system: System, office: Office, plan: Plan, moment: float) -> None:
    await office.dewi.submits(plan)
    await asyncio.sleep(moment)
    system.processes["assessment"].restart()


async def both_die(system: System, office: Office, plan: Plan, moment: float) -> None:
    await office.dewi.submits(plan)
    await asyncio.sleep(moment)
    for name in ("planning", "assessment"):
        system.processes[name].restart()


@pytest.mark.parametrize("seed", range(2))
@pytest.mark.parametrize(
    "dying",
    [
        planning_dies_before_the_event,
        planning_dies_after_the_answer,
        assessment_dies_while_consuming,
        both_die,
    ],
)
async def test_killing_a_process_changes_nothing(
    system: System, office: Office, dying: Dying, seed: int
) -> None:
    moment = random.Random(f"{dying.__name__}/{seed}").uniform(0, 0.04)
    plan = await dewis_plan(office)
    await dying(system, office, plan, moment)
    await system.ready()
    await waits_with(office, plan)
    await once(system, office)


async def test_a_request_repeated_after_the_kill_is_answered_as_before(
    system: System, office: Office
) -> None:
    plan, key = await dewis_plan(office), str(uuid4())
    first = await office.dewi.submits(plan, key=key)
    system.processes["planning"].restart()
    assert await office.dewi.submits(plan, key=key) == first
    await waits_with(office, plan)
    await once(system, office)
