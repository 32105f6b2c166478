"""`jejak story`: the whole circle for one employee on the running system, with messages and trail."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from datetime import date
from typing import Any

from rich.console import Console

from services.cli import trail, training_system
from services.cli.cast import FOLLOWUP, PLANNING, Indicator, Person, Plan
from services.cli.home import Home, Notes
from services.cli.language import Told, is_english, words
from services.cli.layout import Layout
from services.cli.messages import chosen, printed
from services.cli.stage import Stage, drafted, running_stage, until
from shared.embedded.processes import AlreadyRunning, EmbeddedError

YEAR = 2025
UNIT = "Subbagian Umum dan Kepegawaian"
REPORTS, ON_TIME = "Laporan bulanan pengolahan data kepegawaian", "Laporan tersampaikan tepat waktu"
CONTENT = {REPORTS: [Indicator(title=ON_TIME, aspect="time", target="12", unit="laporan", due_day=5)]}
LATE = 8  # the month whose report comes on the eighth
TOPICS = ("planning.events.v1", "assessment.events.v1", "followup.events.v1")


def command() -> None:
    """Play one employee's year, step by step; starts the system first where none runs."""
    asyncio.run(told(Console(highlight=False, soft_wrap=True)))


async def told(console: Console) -> None:
    """Play, then show the messages and the trail."""

    def say(key: str, **facts: object) -> None:
        console.print(words(key, **facts), markup=False)

    async with started(say), running_stage() as stage:
        sari, ratna = await hired(stage, say)
        plan = await planned(stage, sari, ratna, say)
        await reported(stage, sari, plan, say)
        await rated(stage, sari, ratna, plan, say)
        await followed_up(stage, sari, ratna, say)
        say("story-messages")
        for topic in TOPICS:
            await printed(stage.notes.kafka, topic, about(sari))
        await show_trail(stage, sari, plan, console)
        say("story-end", address=stage.notes.address, name=sari.name)


@contextlib.asynccontextmanager
async def started(say: Any) -> AsyncIterator[Layout | None]:
    """The system that runs here already, else one for as long as the story takes."""
    home = Home.here()
    if Notes.running(home):
        yield None
        return
    # Not at the top: a container, where the system always runs already, has no servers to import.
    from services.cli.system import running_system  # noqa: PLC0415
    from services.cli.up import address  # noqa: PLC0415

    async with contextlib.AsyncExitStack() as stack:
        try:
            layout = await stack.enter_async_context(running_system(home, lambda: address(None), say))
        except AlreadyRunning:
            raise Told(words("already-starting")) from None
        except (EmbeddedError, OSError) as reason:
            raise Told(words("not-started", reason=reason)) from None
        yield layout


def about(who: Person) -> Any:
    """Chooses the messages about somebody."""
    any_type = chosen(None, "")
    return lambda message: message["key"] == str(who.employee_id) and any_type(message)


async def hired(stage: Stage, say: Any) -> tuple[Person, Person]:
    """Sari works for Ratna; HR imports both."""
    ratna = stage.person("Ratna Dewanti", "Kepala Subbagian", UNIT)
    sari = stage.person("Sari Wulandari", "Pengolah Data Kepegawaian", UNIT, appraiser=ratna)
    hr = stage.person("Maya Puspita", "Analis SDM Aparatur", UNIT, roles=("employee", "hr"))
    stage.sign_in(stage.people)
    stage.on(date(2025, 1, 13))
    await hr.imports([ratna, sari, hr])
    say("story-imported")
    return sari, ratna


async def planned(stage: Stage, sari: Person, ratna: Person, say: Any) -> Plan:
    """Drafted, submitted, seen by assessment, agreed."""
    plan = await drafted(sari, YEAR, CONTENT)
    await sari.submits(plan)
    say("story-submitted", title=REPORTS, indicator=ON_TIME)
    await until(lambda: sari.sees_status(plan, "awaiting_agreement"))
    say("story-waiting")
    stage.on(date(2025, 1, 15))
    await ratna.agrees(plan)
    await until(lambda: sari.sees_status(plan, "open"))
    say("story-agreed")
    return plan


async def reported(stage: Stage, sari: Person, plan: Plan, say: Any) -> None:
    """Twelve reports, one of them three days late."""
    for month in range(1, 13):
        year, following = (YEAR, month + 1) if month < 12 else (YEAR + 1, 1)  # noqa: PLR2004
        stage.on(date(year, following, 8 if month == LATE else 4))
        await sari.reports(plan, ON_TIME, month)
    line = await sari.reads_evaluation(plan)
    say("story-reported", on_time=line["assessed"]["reports_on_time"], due=line["assessed"]["reports_due"])


async def rated(stage: Stage, sari: Person, ratna: Person, plan: Plan, say: Any) -> None:
    """Feedback and its answer, both ratings, the result, read."""
    stage.on(date(2026, 1, 9))
    feedback = await ratna.gives_feedback(
        plan,
        REPORTS,
        "appreciation",
        seen="Sebelas dari dua belas laporan tepat waktu",
        next_step="Perjelas penjelasan kepada pegawai di loket",
        competences=[{"code": "communication", "kind": "to_develop"}],
    )
    await sari.answers_feedback(plan, feedback, "Terima kasih, saya akan berlatih")
    say("story-feedback")
    await ratna.rates_results(plan, "met")
    await ratna.rates_behavior(plan, "met", collaborative="above")
    await ratna.publishes(plan)
    await sari.acknowledges(plan)
    say("story-published")


async def followed_up(stage: Stage, sari: Person, ratna: Person, say: Any) -> None:
    """Recommended, accepted, attended."""
    found = await until(lambda: ratna.sees_recommendations(sari.employee_id))
    course = next(one for one in found if one["kind"] == "training")
    say("story-recommended", title=course["title"], citation=course["rule"]["citation"])
    stage.on(date(2026, 1, 20))
    await ratna.accepts(course)
    [training] = await until(lambda: sari.sees_trainings(sari.employee_id))
    await training_system.answers(stage.notes.kafka, training, date(2026, 3, 12), "SERT-2026-0312")

    async def attended() -> Any:
        [now] = await sari.sees_trainings(sari.employee_id)
        return now if now["completed_on"] else None

    done = await until(attended)
    say("story-attended", title=done["course_title"], hours=done["hours"], on=done["completed_on"])


async def show_trail(stage: Stage, sari: Person, plan: Plan, console: Console) -> None:
    """Every change of the year in all three services, as the employee may read it."""
    names = {str(one.employee_id): one.name for one in stage.people}
    read = sari.caller.read
    planned = await read(f"{PLANNING}/plans/{plan.plan_id}/trail")
    assessed = await read(f"{await sari.evaluation(plan)}/trail")
    followed = await read(f"{FOLLOWUP}/employees/{sari.employee_id}/followups/{YEAR}/trail")
    followed.reverse()
    parts = {
        "story-trail": trail.coded(planned, trail.PLANNING, names),
        "story-trail-assessment": trail.coded(assessed, trail.ASSESSMENT, names),
        "story-trail-followup": trail.worded(followed),
    }
    if is_english():
        steps = planned, assessed, [entry["step"] for entry in followed]
        parts = {title: trail.english(part, names) for title, part in zip(parts, steps, strict=True)}
    for title, lines in parts.items():
        console.print(words(title), markup=False)
        for line in lines:
            console.print(line, markup=False)
