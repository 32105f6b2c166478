"""When a year is assessed is planning's to say, and shows on everybody's home page."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest

from services.assessment.app import SERVICE as ASSESSMENT
from services.assessment.calendar.commands import NoteDates
from services.assessment.calendar.decider import AGGREGATE, calendar_stream
from services.assessment.calendar.events import DatesNoted
from shared.contracts.planning import CalendarSetV1
from shared.messaging.inbox import Inbox
from shared.messaging.incoming import Raw
from tests.eventually import eventually
from tests.services.assessment.office import SARIS, Office
from tests.services.assessment.people import BUDI, RATNA, SARI
from tests.spec import Spec

AGENCY = "CONTOH"
ONE_DAY = timedelta(days=1)
EARLY = CalendarSetV1(
    year=2026,
    plans_due=date(2026, 1, 31),
    assessment_opens=date(2026, 11, 16),
    assessment_due=date(2027, 1, 15),
)
LATER = EARLY.model_copy(update={"assessment_opens": date(2027, 1, 4), "assessment_due": date(2027, 2, 26)})
RATE_SARI = "Nilai Sari Wulandari (2026)"

calendar = Spec(AGGREGATE.decider)
note = NoteDates(assessment_opens=date(2026, 11, 16), assessment_due=date(2027, 1, 15), source_index=7)
noted = DatesNoted(assessment_opens=date(2026, 11, 16), assessment_due=date(2027, 1, 15), source_index=7)


def test_what_planning_said_is_noted_once() -> None:
    calendar.given().when(note).then(noted)
    calendar.given(noted).when(note).then_nothing()


def test_what_was_said_earlier_does_not_hold_again() -> None:
    calendar.given(noted).when(replace(note, source_index=6, assessment_due=date(2027, 3, 1))).then_nothing()


def test_what_was_said_later_holds() -> None:
    extended = replace(note, source_index=8, assessment_due=date(2027, 3, 1))
    held = replace(noted, source_index=8, assessment_due=date(2027, 3, 1))
    calendar.given(noted).when(extended).then(held)


def inbox(office: Office) -> Inbox:
    return ASSESSMENT.inboxes(office.context.store, office.settings)[0]


async def hears(office: Office, message: CalendarSetV1) -> Raw:
    raw = office.saying(message, AGENCY)
    await inbox(office).apply([raw])
    return raw


async def noted_dates(office: Office) -> list[date]:
    """When assessing 2026 opens, each time that it was noted."""
    return [one.event.assessment_opens for one in await office.context.store.read(calendar_stream(2026))]


async def with_an_open_evaluation(office: Office) -> None:
    await office.with_an_agreed_plan()

    async def is_open() -> bool:
        return [one["status"] for one in (await office.reads(SARI, "/evaluations"))["items"]] == ["open"]

    await eventually(is_open)


async def home(office: Office, who: Any, day: date) -> Any:
    return await office.reads(who, "/home", at=datetime.combine(day, time(3), UTC))


async def position(office: Office, day: date) -> tuple[str, str, list[tuple[str, str]], set[str]]:
    """Sari's stage and its last day; Ratna's tasks with their dates, and the states of her team."""
    cycle = (await home(office, SARI, day))["cycle"]
    ratnas = await home(office, RATNA, day)
    tasks = [(task["title"], task["due_on"]) for task in ratnas["tasks"]]
    states = {one["state"] for one in ratnas["team"] if one["name"].startswith("Sari")}
    return cycle["stage"], cycle["until"], tasks, states


def doing(until: date) -> Any:
    return "doing", str(until), [], {"menunggu pegawai"}


def assessing(until: date) -> Any:
    return "assessing", str(until), [(RATE_SARI, str(until))], {"menunggu Anda"}


@pytest.mark.parametrize(
    ("said", "first", "last"),
    [
        ((), date(2026, 12, 1), date(2027, 1, 31)),
        ((EARLY,), EARLY.assessment_opens, EARLY.assessment_due),
        ((EARLY, LATER), LATER.assessment_opens, LATER.assessment_due),
    ],
    ids=["by the regulation", "as set", "as moved"],
)
async def test_home_goes_over_to_assessing_on_the_day_that_holds(
    office: Office, said: tuple[CalendarSetV1, ...], first: date, last: date
) -> None:
    await with_an_open_evaluation(office)
    for message in said:
        await hears(office, message)
    day_before = first - ONE_DAY
    assert await position(office, day_before) == doing(day_before)
    for day in (first, last, last + ONE_DAY):
        assert await position(office, day) == assessing(last)


async def test_another_year_keeps_its_own_dates(office: Office) -> None:
    await with_an_open_evaluation(office)
    await hears(office, EARLY.model_copy(update={"year": 2027}))
    assert await position(office, date(2026, 11, 30)) == doing(date(2026, 11, 30))


async def test_a_message_that_comes_twice_is_noted_once(office: Office) -> None:
    raw = await hears(office, EARLY)
    await inbox(office).apply([raw])
    async with office.context.store.pool.acquire() as connection, connection.transaction():
        assert await inbox(office).retry(connection, raw) is None
    assert await noted_dates(office) == [EARLY.assessment_opens]


async def test_an_older_message_that_comes_after_a_newer_one_does_not_hold(office: Office) -> None:
    older = office.saying(EARLY, AGENCY)
    await hears(office, LATER)
    async with office.context.store.pool.acquire() as connection, connection.transaction():
        assert await inbox(office).retry(connection, older) is None
    assert await noted_dates(office) == [LATER.assessment_opens]


async def test_the_auditor_is_led_from_the_change_to_the_story_of_the_calendar(office: Office) -> None:
    await hears(office, EARLY)
    await hears(office, LATER)
    story = "/penilaian/jejak/kalender/2026"

    async def listed() -> bool:
        changes = await office.page(BUDI, "/penilaian/perubahan", roles=["auditor"])
        return changes.count("Kalender penilaian dicatat") >= 2 and story in changes

    await eventually(listed)
    page = await office.page(BUDI, story, roles=["auditor"])
    for told in (
        "Kalender 2026",
        "Sistem, menanggapi penetapan kalender",
        "Penilaian dibuka",
        "4 Januari 2027",
    ):
        assert told in page
    assert "16 November 2026" in page
    assert "source_index" not in page
    proof = await office.page(BUDI, f"{story}/pembuktian/2", roles=["auditor"])
    assert "Kalender penilaian dicatat" in proof
    assert f'href="{story}' in proof


async def test_the_story_of_an_evaluation_is_its_own(office: Office) -> None:
    await office.with_an_agreed_plan()
    await hears(office, EARLY)
    trail = await office.reads(SARI, f"/evaluations/{SARIS}/trail")
    assert [one["type"] for one in trail] == ["EvaluationRegistered", "EvaluationOpened"]
