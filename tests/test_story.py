"""The whole product as a story: one employee's year, from the plan to a course attended, on real servers."""

import asyncio
import random
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

import pytest

from services.cli import training_system
from services.cli.cast import Plan
from tests.eventually import eventually
from tests.office import CONTENT, REPORTS, TEAM, YEAR, Office, open_office, twelve_months
from tests.system import System, mortal_system

COURSE = "public-service-communication"
EVERY_STEP = frozenset({"submitted", "agreed", "reported", "published", "accepted", "attended"})
DEATHS = [
    ("planning", frozenset({"submitted", "agreed"})),
    ("assessment", frozenset({"submitted", "agreed", "reported", "published"})),
    ("followup", frozenset({"published", "accepted", "attended"})),
    ("postgres", EVERY_STEP),
    ("kafka", EVERY_STEP),
]
"""Each process, and the steps after which it has work in hand."""

Meanwhile = Callable[[str], Awaitable[None]]


@dataclass(frozen=True)
class Ending:
    """How it ended: what Dewi reads, and every event about her in each service, in order."""

    status: str
    predicate: str
    on_time: str
    course: tuple[str, str, str]
    events: dict[str, list[str]]


async def the_year_of_dewi(system: System, office: Office, meanwhile: Meanwhile) -> Ending:
    """Each step waits for what the one before led to; `meanwhile` may do anything between two steps."""
    dewi, ratna = office.dewi, office.ratna

    system.on(date(2025, 1, 13))
    plan = await dewi.drafts_a_plan(YEAR, CONTENT)
    await dewi.submits(plan)
    await meanwhile("submitted")
    await eventually(lambda: ratna.sees_status(plan, "awaiting_agreement"), within=60)
    await ratna.returns(plan, "indicator-unclear", "Sebutkan berkas yang dimutakhirkan")
    await eventually(lambda: dewi.sees_status(plan, "returned"), within=60)
    await dewi.submits(plan)
    await ratna.agrees(plan)
    await meanwhile("agreed")
    await eventually(lambda: ratna.sees_status(plan, "open"), within=60)

    await twelve_months(system, office, plan, late=frozenset({8}))
    await meanwhile("reported")

    system.on(date(2026, 1, 9))
    praise = await ratna.gives_feedback(
        plan,
        REPORTS,
        "appreciation",
        seen="Sebelas dari dua belas laporan tepat waktu dan rapi",
        next_step="Bagikan caranya kepada rekan",
        competences=[{"code": "accuracy", "kind": "strength"}],
    )
    advice = await ratna.gives_feedback(
        plan,
        TEAM,
        "improvement",
        seen="Pertanyaan pegawai di loket dijawab terlalu singkat",
        next_step="Ikuti pelatihan komunikasi layanan",
        competences=[{"code": "communication", "kind": "to_develop"}],
    )
    await dewi.answers_feedback(plan, advice, "Saya akan mendaftar pelatihan itu")
    await dewi.answers_feedback(plan, praise, "Terima kasih, akan saya bagikan")

    await ratna.rates_results(plan, "met")
    await ratna.rates_behavior(plan, "met", collaborative="above")
    await ratna.publishes(plan)
    await meanwhile("published")
    await dewi.acknowledges(plan)

    recommendations = await eventually(lambda: dewi.sees_recommendations(dewi.employee_id), within=60)
    [course] = [one for one in recommendations if one["code"] == COURSE]
    system.on(date(2026, 1, 20))
    await ratna.accepts(course, "Dibutuhkan di loket layanan")
    await meanwhile("accepted")
    [training] = await eventually(lambda: dewi.sees_trainings(dewi.employee_id), within=60)

    await training_system.answers(system.kafka, training, date(2026, 3, 12), "SERT-2026-0312")
    await training_system.answers(system.kafka, training, date(2026, 3, 12), "SERT-2026-0312")
    await meanwhile("attended")
    await eventually(lambda: attended(office), within=60)
    return await the_ending(system, office, plan)


async def attended(office: Office) -> bool:
    [training] = await office.dewi.sees_trainings(office.dewi.employee_id)
    return training["completed_on"] is not None


async def the_ending(system: System, office: Office, plan: Plan) -> Ending:
    dewi = office.dewi
    evaluation: Any = await dewi.reads_evaluation(plan)
    line = await dewi.sees_evaluation(plan)
    [training] = await dewi.sees_trainings(dewi.employee_id)
    return Ending(
        status=evaluation["status"],
        predicate=line["predicate"],
        on_time=f"{line['reports_on_time']} dari {line['reports_due']}",
        course=(training["course_title"], training["completed_on"], training["hours"]),
        events={name: await system.events(name, dewi.employee_id) for name in system.processes},
    )


async def nothing_happens(step: str) -> None:
    del step


@pytest.fixture(scope="module")
async def system(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[System]:
    """On servers of its own, which may die."""
    async with mortal_system(tmp_path_factory.mktemp("story")) as running:
        yield running


@pytest.fixture(scope="module")
async def undisturbed(system: System) -> Ending:
    return await the_year_of_dewi(system, await open_office(system), nothing_happens)


async def test_a_year_from_the_plan_to_a_course_attended(undisturbed: Ending) -> None:
    assert undisturbed.status == "published"
    assert undisturbed.predicate == "good"
    assert undisturbed.on_time == "11 dari 12"
    assert undisturbed.course == ("Komunikasi Layanan Publik", "2026-03-12", "20")
    assert undisturbed.events["followup"].count("TrainingCompleted") == 1


@pytest.mark.parametrize(("dying", "after"), DEATHS)
async def test_killing_a_process_in_the_middle_ends_in_the_same(
    system: System, undisturbed: Ending, dying: str, after: frozenset[str]
) -> None:
    chance = random.Random(dying)

    async def dies(step: str) -> None:
        if step in after:
            await asyncio.sleep(chance.uniform(0, 0.05))
            await asyncio.to_thread(system.everything[dying].restart)

    office = await open_office(system)
    assert await the_year_of_dewi(system, office, dies) == undisturbed
