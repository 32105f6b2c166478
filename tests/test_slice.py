"""One slice through everything: a submitted plan becomes the appraiser's coming evaluation, whatever dies."""

import asyncio
import random
from collections.abc import Awaitable, Callable
from datetime import date
from uuid import uuid4

import pytest

from services.cli.cast import Plan
from tests.eventually import eventually
from tests.office import YEAR, Office, dewis_plan, open_office
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


async def test_assessing_begins_when_hr_says_though_assessment_dies(system: System, office: Office) -> None:
    plan = await dewis_plan(office)
    await office.dewi.submits(plan)
    await office.ratna.agrees(plan)
    await eventually(lambda: office.ratna.sees_status(plan, "open"), within=60)
    system.on(date(YEAR, 11, 10))
    assert await homes(office) == ("doing", f"{YEAR}-11-30", [])
    await says_when(office, opens=date(YEAR, 11, 10))
    system.processes["assessment"].restart()
    await system.ready()
    await show_homes(office, ("assessing", f"{YEAR}-12-19", [f"Nilai Dewi Lestari ({YEAR})"]))
    moved = {"reason_code": "extended-by-circular", "reason": "Audit mutu selesai lebih lambat."}
    await says_when(office, opens=date(YEAR, 11, 11), **moved)
    await show_homes(office, ("doing", f"{YEAR}-11-10", []))
    noted = "SELECT count(*) FROM event.events WHERE type = 'DatesNoted'"
    assert [row["count"] for row in await system.rows("assessment", noted)] == [2]


async def says_when(office: Office, *, opens: date, **why: str) -> None:
    """Maya sets the day on which assessing begins."""
    dates = {"plans_due": date(YEAR, 1, 31), "assessment_opens": opens, "assessment_due": date(YEAR, 12, 19)}
    body = {name: str(day) for name, day in dates.items()} | why
    await office.maya.caller.put(f"/api/planning/v1/calendar/{YEAR}", body)


async def homes(office: Office) -> tuple[str, str, list[str]]:
    """Dewi's stage and its last day, and what Ratna has to do."""
    dewis, ratnas = [await one.caller.read("/api/assessment/v1/home") for one in (office.dewi, office.ratna)]
    return dewis["cycle"]["stage"], dewis["cycle"]["until"], [one["title"] for one in ratnas["tasks"]]


async def show_homes(office: Office, expected: tuple[str, str, list[str]]) -> None:
    async def shown() -> bool:
        return await homes(office) == expected

    await eventually(shown, within=60)
