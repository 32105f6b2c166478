"""What waits for somebody in assessment, what happened to the own year, and where the team stands."""

from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from typing import Any
from uuid import UUID, uuid5

from sqlalchemy import Select, func, or_, select

from services.assessment.calendar.handlers import Dates, dates_of
from services.assessment.context import Assessment
from services.assessment.evaluation.decider import evaluation_stream
from services.assessment.progress.decider import progress_stream, report_id
from services.assessment.projections import FEEDBACK, REPORTS
from services.assessment.queries.cases import case_of
from services.assessment.queries.desk import Desk, desk
from services.assessment.queries.evaluations import Line, evaluations, of_employees
from shared.identity.actor import Actor
from shared.people import Person
from shared.projection.trail import TRAIL
from shared.web.formatting import bulan
from shared.web.home import CyclePosition, HomeFragment, Notice, Task, TeamMember

ROOT = "/penilaian"
NOTICED = {
    "EarlierDateAccepted": ("Tanggal laporan yang lebih awal diterima", "realisasi"),
    "AssessmentCompleted": ("Hasil penilaian {year} telah diumumkan", "hasil"),
    "AssessmentCorrected": ("Hasil penilaian {year} dikoreksi", "hasil"),
}
SPOTS = {"AssessmentCompleted": "predikat", "AssessmentCorrected": "koreksi"}
MOST_NOTICES = 10
MOST_REPORTS = 5
SOON = timedelta(days=14)
ERASED = "dihapus"


async def fragment(assessment: Assessment, who: Actor, today: date) -> HomeFragment:
    """Assessment's part of the home page of `who`."""
    if who.is_system or "employee" not in who.roles:
        return HomeFragment(service="assessment")
    own = await evaluations(assessment, of_employees([who.actor_id]))
    people = await assessment.people.appraised_by(who.actor_id, today)
    team = await evaluations(assessment, of_employees([one.employee_id for one in people]))
    tasks = [task for line in own for task in await own_tasks(assessment, line, today)]
    dates = await dates_of(assessment, [line.year for line in (*own, *team) if line.status == "open"])
    tasks += team_tasks(team, people, dates, today)
    return HomeFragment(
        service="assessment",
        tasks=tasks,
        notices=await notices(assessment, who.actor_id, own),
        cycle=cycle(own, dates, today),
        team=[member(assessment, one, team, dates, today) for one in people],
    )


async def own_tasks(assessment: Assessment, line: Line, today: date) -> list[Task]:
    """What the employee has to do for one year."""
    if line.status == "published":
        if line.is_acknowledged:
            return []
        return [Task(title=f"Baca hasil penilaian {line.year}", href=f"{ROOT}/hasil/{line.evaluation_id}")]
    if line.status != "open":
        return []
    whole = await desk(
        assessment, await case_of(assessment, line.employee_id, line.year, line.segment), today
    )
    return [*reports_to_make(whole, today), *answers_to_give(whole)] if whole else []


def reports_to_make(whole: Desk, today: date) -> list[Task]:
    """Monthly reports that are overdue or due soon, nearest first."""
    found = [
        Task(
            title=f"Laporkan {bulan(month.month)}: {one.indicator.title}",
            href=f"{ROOT}/realisasi/{whole.case.evaluation_id}/{one.indicator.indicator_id}/{month.month}",
            due_on=month.due_on,
        )
        for result in whole.results
        for one in result.indicators
        for month in one.months
        if month.state in ("missing", "open") and month.due_on and month.due_on - today <= SOON
    ]
    return sorted(found, key=lambda task: task.due_on or today)[:MOST_REPORTS]


def answers_to_give(whole: Desk) -> list[Task]:
    """One task for all feedback that waits for an answer."""
    waiting = [one for one in whole.said if one.answered_at is None]
    if not waiting:
        return []
    first = waiting[-1].given.feedback_id
    return [
        Task(
            title=f"Tanggapi {len(waiting)} umpan balik",
            href=f"{ROOT}/umpan-balik/{whole.case.evaluation_id}#umpan-balik-{first}",
        )
    ]


def team_tasks(team: list[Line], people: list[Person], dates: Mapping[int, Dates], today: date) -> list[Task]:
    """Those whom it is time to rate, and drafts that wait to be published."""
    names = {one.employee_id: one.full_name or ERASED for one in people}
    return [
        Task(
            title=f"{what_to_do(line)} {names[line.employee_id]} ({line.year})",
            href=f"{ROOT}/nilai/{line.evaluation_id}",
            due_on=dates[line.year].due,
        )
        for line in team
        if line.status == "open" and dates[line.year].is_time_to_assess(today)
    ]


def what_to_do(line: Line) -> str:
    return "Umumkan hasil" if line.has_results_draft and line.has_behavior_draft else "Nilai"


def newest_begun(lines: Iterable[Line], today: date) -> Line | None:
    """The first of a person's `lines`, newest year first, that they began to work on."""
    begun = (one for one in lines if one.year <= today.year and one.status in ("open", "published"))
    return next(begun, None)


def cycle(own: list[Line], dates: Mapping[int, Dates], today: date) -> CyclePosition | None:
    """Doing, then assessing, while the newest year that one began to work on is open; then following up.

    Following up ends with the calendar year: then planning says where one stands with the next plan.
    """
    newest = newest_begun(own, today)
    if newest is None:
        return None
    if newest.status == "published":
        is_this_year = newest.year == today.year
        return CyclePosition(year=newest.year, stage="following_up") if is_this_year else None
    its = dates[newest.year]
    if its.is_time_to_assess(today):
        return CyclePosition(year=newest.year, stage="assessing", until=its.due)
    return CyclePosition(year=newest.year, stage="doing", until=its.last_day_before)


def member(
    assessment: Assessment, person: Person, team: list[Line], dates: Mapping[int, Dates], today: date
) -> TeamMember:
    """Where the newest year that one person began to work on stands, and whose turn it is."""
    name = person.full_name or ERASED
    line = newest_begun((one for one in team if one.employee_id == person.employee_id), today)
    if line is None:
        return TeamMember(name=name, state="belum", href=f"{ROOT}/nilai", what="Penilaian")
    href, what = f"{ROOT}/nilai/{line.evaluation_id}", f"Penilaian {line.year}"
    since = assessment.local_day(line.since)
    if line.status == "published":
        if line.is_acknowledged:
            return TeamMember(name=name, state="selesai", since=since, href=href, what=what)
        return TeamMember(name=name, state="menunggu pegawai", actor=name, since=since, href=href, what=what)
    if dates[line.year].is_time_to_assess(today):
        return TeamMember(name=name, state="menunggu Anda", actor="Anda", since=since, href=href, what=what)
    return TeamMember(name=name, state="menunggu pegawai", actor=name, since=since, href=href, what=what)


async def notices(assessment: Assessment, employee_id: UUID, own: list[Line]) -> list[Notice]:
    """What others did to the own record, and answers to feedback one gave, newest first."""
    places = {stream_id: one.evaluation_id for one in own for stream_id in records_of(one)}
    found = [*await results_and_dates(assessment, employee_id, places), *await words(assessment, employee_id)]
    return sorted(found, key=lambda one: one.at, reverse=True)[:MOST_NOTICES]


def records_of(line: Line) -> tuple[UUID, UUID]:
    """The streams of an evaluation and of the reports on its plan."""
    return line.evaluation_id, progress_stream(line.employee_id, line.year, line.segment).stream_id


async def results_and_dates(
    assessment: Assessment, employee_id: UUID, places: dict[UUID, UUID]
) -> list[Notice]:
    """Results published or corrected, and earlier dates accepted; `places` are evaluations by stream."""
    query = (
        select(TRAIL)
        .where(TRAIL.c.subject_id == employee_id, TRAIL.c.type.in_(NOTICED))
        .order_by(TRAIL.c.log_index.desc())
        .limit(MOST_NOTICES)
    )
    async with assessment.engine.connect() as connection:
        rows = (await connection.execute(query)).all()
        accepted = (await connection.execute(accepted_reports(employee_id))).all() if rows else []
    spots = {
        str(report_id(one.indicator_id, one.month)): f"laporan-{one.indicator_id}-{one.month}"
        for one in accepted
    }
    return [
        Notice(
            id=row.event_id,
            text=NOTICED[row.type][0].format(year=row.plan_year),
            href=f"{ROOT}/{NOTICED[row.type][1]}/{places[row.stream_id]}#{spot(row, spots)}",
            at=row.recorded_at,
        )
        for row in rows
        if row.stream_id in places
    ]


def accepted_reports(employee_id: UUID) -> Select[tuple[UUID, int]]:
    """The indicator and month of each report for which an earlier date was accepted."""
    of_employee = REPORTS.c.employee_id == employee_id, REPORTS.c.accepted_on.is_not(None)
    return select(REPORTS.c.indicator_id, REPORTS.c.month).where(*of_employee)


def spot(row: Any, reports: Mapping[str, str]) -> str:
    """The place on its page; that of a report by the id which the trail names in what changed."""
    named = (found for name, found in reports.items() if f"[{name}]" in "".join(row.changed))
    return SPOTS.get(row.type) or next(named, "laporan")


async def words(assessment: Assessment, person_id: UUID) -> list[Notice]:
    """Feedback received, and answers to feedback given; each leads to the very words."""
    mine = or_(
        FEEDBACK.c.employee_id == person_id,
        (FEEDBACK.c.giver_id == person_id) & FEEDBACK.c.answered_at.is_not(None),
    )
    latest = func.coalesce(FEEDBACK.c.answered_at, FEEDBACK.c.given_at)
    query = select(FEEDBACK).where(mine).order_by(latest.desc()).limit(MOST_NOTICES)
    async with assessment.engine.connect() as connection:
        rows = (await connection.execute(query)).all()
    return [word(row, is_received=row.employee_id == person_id) for row in rows]


def word(row: Any, *, is_received: bool) -> Notice:
    evaluation = evaluation_stream(row.employee_id, row.year, row.segment)
    return Notice(
        id=row.feedback_id if is_received else uuid5(row.feedback_id, "answered"),
        text="Anda menerima umpan balik" if is_received else "Umpan balik Anda ditanggapi",
        href=f"{ROOT}/umpan-balik/{evaluation.stream_id}#umpan-balik-{row.feedback_id}",
        at=row.given_at if is_received else row.answered_at,
    )
