"""What follow-up contributes to the home page: steps that wait, and what happened to the reader."""

from datetime import date, timedelta
from typing import Any
from uuid import UUID, uuid5

from services.followup import wording
from services.followup.context import Followup
from services.followup.queries import lists
from services.followup.queries.lists import Found, Wanted
from services.followup.recommendation.decider.state import Status
from shared.identity.actor import Actor
from shared.regulation.followup_rules import Kind
from shared.web.home import HomeFragment, Notice, Task
from shared.web.trail_wording import ERASED

ROOT = "/tindak-lanjut"
RECENT = timedelta(days=90)
MOST = 50


async def home(followup: Followup, actor: Actor, today: date) -> HomeFragment:
    """The fragment that the door shows to `actor`."""
    if actor.is_system:
        return HomeFragment(service="followup")
    me = actor.actor_id
    return HomeFragment(
        service="followup",
        tasks=[
            *await deciding(followup, actor, today),
            *await leading(followup, me, today),
            *await attending(followup, me, today),
        ],
        notices=await notices(followup, me, today),
    )


async def deciding(followup: Followup, actor: Actor, today: date) -> list[Task]:
    """One line for all that waits for the reader's decision, one for what was corrected since."""
    waiting = await lists.waiting(followup, actor, today)
    lines = (
        (wording.TASK_DECIDE, waiting.to_decide, f"{ROOT}/keputusan"),
        (wording.TASK_REVIEW, waiting.to_review, f"{ROOT}/keputusan?tinjau=ya"),
    )
    return [Task(title=title.format(count=count), href=href) for title, count, href in lines if count]


async def leading(followup: Followup, appraiser_id: UUID, today: date) -> list[Task]:
    """Sessions that the appraiser has not recorded, and improvement periods that ended without an outcome."""
    team = {one.employee_id: one for one in await followup.people.appraised_by(appraiser_id, today)}
    wanted = Wanted(
        employees=team,
        but=appraiser_id,
        kinds=[Kind.GUIDANCE, Kind.IMPROVEMENT_PERIOD],
        status=Status.ACCEPTED,
    )
    rows = await lists.recommendations(followup, wanted, limit=MOST) if team else []
    return [
        Task(
            title=title.format(name=team[row.employee_id].full_name or ERASED),
            href=f"{ROOT}/rekomendasi/{row.recommendation_id}#{row.kind}",
            due_on=day,
        )
        for row in rows
        for title, day in to_record(row, today)
    ]


def to_record(row: Found, today: date) -> list[tuple[str, date]]:
    """What somebody has to put on record about guidance or an improvement period, and since when."""
    if row.session_on and row.session_on <= today:
        return [(wording.TASK_RECORD_SESSION, row.session_on)]
    if row.ends_on and row.ends_on < today and not row.outcome:
        return [(wording.TASK_RECORD_OUTCOME, row.ends_on)]
    return []


async def attending(followup: Followup, employee_id: UUID, today: date) -> list[Task]:
    """Courses to complete and sessions to come."""
    courses = await lists.trainings(followup, employees=[employee_id], completed=False, limit=MOST)
    tasks = [
        Task(
            title=wording.TASK_ATTEND.format(title=wording.title_of(Kind.TRAINING, row.course_code)),
            href=f"{ROOT}#pelatihan-{row.assignment_id}",
            due_on=row.complete_by,
        )
        for row in courses
    ]
    accepted = await own(followup, employee_id, kinds=[Kind.GUIDANCE], status=Status.ACCEPTED)
    return tasks + [
        Task(
            title=wording.TASK_SESSION, href=f"{ROOT}#tindakan-{row.recommendation_id}", due_on=row.session_on
        )
        for row in accepted
        if row.session_on and row.session_on >= today
    ]


async def notices(followup: Followup, employee_id: UUID, today: date) -> list[Notice]:
    """What was decided for the reader lately, each with a link to the spot."""
    return [
        notice(row)
        for row in await own(followup, employee_id)
        if row.decided_at and today - followup.local_day(row.decided_at) <= RECENT
    ]


def notice(row: Found) -> Notice:
    """What was accepted leads to what it became; what was declined or taken back, to the reason why."""
    identity = row.recommendation_id
    title = wording.title_of(row.kind, row.code)
    if row.status == Status.ACCEPTED:
        text, href = wording.NOTICES[row.kind], f"{ROOT}#tindakan-{identity}"
    else:
        text, href = wording.NOTICES_AGAINST[row.status], f"{ROOT}/rekomendasi/{identity}#keputusan"
    return Notice(id=uuid5(identity, row.status), text=text.format(title=title), href=href, at=row.decided_at)


async def own(followup: Followup, employee_id: UUID, **asked: Any) -> list[Found]:
    """The reader's own recommendations, the newest of those asked for."""
    return list(await lists.recommendations(followup, Wanted(employees=[employee_id], **asked), limit=MOST))
