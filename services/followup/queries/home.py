"""What follow-up contributes to the home page: steps that wait, and what happened to the reader."""

from datetime import date, timedelta
from uuid import UUID

from services.followup import wording
from services.followup.context import Followup
from services.followup.queries import lists
from services.followup.queries.lists import Found, Wanted
from services.followup.recommendation.decider.state import Status
from shared.identity.actor import Actor
from shared.regulation.followup_rules import Kind
from shared.web.home import HomeFragment, Notice, Task

ROOT = "/tindak-lanjut"
RECENT = timedelta(days=90)
MOST = 50
NOTICED = (Kind.TRAINING, Kind.SPECIAL_TRAINING, Kind.GUIDANCE, Kind.IMPROVEMENT_PERIOD, Kind.PLACEMENT)


async def home(followup: Followup, actor: Actor, today: date) -> HomeFragment:
    """The fragment that the door shows to `actor`."""
    if actor.is_system:
        return HomeFragment(service="followup")
    return HomeFragment(
        service="followup",
        tasks=[*await deciding(followup, actor, today), *await attending(followup, actor.actor_id, today)],
        notices=await notices(followup, actor.actor_id, today),
    )


async def deciding(followup: Followup, actor: Actor, today: date) -> list[Task]:
    """One line for all that waits for the reader's decision, one for what was corrected since."""
    waiting = await lists.waiting(followup, actor, today)
    lines = (
        (wording.TASK_DECIDE, waiting.to_decide, f"{ROOT}/keputusan"),
        (wording.TASK_REVIEW, waiting.to_review, f"{ROOT}/keputusan?tinjau=ya"),
    )
    return [Task(title=title.format(count=count), href=href) for title, count, href in lines if count]


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
    accepted = await own(followup, employee_id, (Kind.GUIDANCE,))
    return tasks + [
        Task(
            title=wording.TASK_SESSION, href=f"{ROOT}#tindakan-{row.recommendation_id}", due_on=row.session_on
        )
        for row in accepted
        if row.session_on and row.session_on >= today
    ]


async def notices(followup: Followup, employee_id: UUID, today: date) -> list[Notice]:
    """What was decided for the reader lately, each with a link to the spot."""
    rows = await own(followup, employee_id, NOTICED)
    return [
        Notice(
            id=row.recommendation_id,
            text=wording.NOTICES[row.kind].format(title=wording.title_of(row.kind, row.code)),
            href=f"{ROOT}#tindakan-{row.recommendation_id}",
            at=row.decided_at,
        )
        for row in rows
        if row.decided_at and today - followup.local_day(row.decided_at) <= RECENT
    ]


async def own(followup: Followup, employee_id: UUID, kinds: tuple[Kind, ...]) -> list[Found]:
    """The reader's accepted recommendations of some kinds."""
    wanted = Wanted(employees=[employee_id], status=Status.ACCEPTED, kinds=[kind.value for kind in kinds])
    return list(await lists.recommendations(followup, wanted, limit=MOST))
