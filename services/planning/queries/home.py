"""What waits for somebody in planning, what happened to the own plan, and where the team stands."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import Row, select

from services.planning.calendar.handlers import Dates, dates_of
from services.planning.context import Planning
from services.planning.plan.decider import Status
from services.planning.projections import PLANS
from services.planning.queries import lists
from shared.identity.actor import Actor
from shared.people import Person
from shared.projection.trail import TRAIL
from shared.web.home import CyclePosition, HomeFragment, Notice, Task, TeamMember

OWN, TEAM = "/perencanaan/skp", "/perencanaan/skp-bawahan"
NOTICED = {
    "PlanReturned": "SKP {year} dikembalikan dengan alasan",
    "PlanAgreed": "SKP {year} telah ditetapkan",
    "PlanRevised": "Revisi SKP {year} telah ditetapkan",
}
MOST_NOTICES = 10
TODO = {
    "absent": "Susun SKP {year}",
    "draft": "Lengkapi dan ajukan SKP {year}",
    "returned": "Perbaiki dan ajukan kembali SKP {year}",
    "revising": "Lengkapi dan ajukan revisi SKP {year}",
}


async def fragment(planning: Planning, who: Actor, today: date) -> HomeFragment:
    """Planning's part of the home page of `who`."""
    if who.is_system or "employee" not in who.roles:
        return HomeFragment(service="planning")
    year = today.year
    # Next year's plan is drafted and returned while this year runs.
    dates = {one: await dates_of(planning, one) for one in (year, year + 1)}
    every = [row for row in await lists.plans_of(planning.engine, who.actor_id) if row.year in dates]
    own = [row for row in every if row.year == year]
    team = await planning.people.appraised_by(who.actor_id, today)
    plans = {
        row.employee_id: row
        for row in await lists.plans_of_team(planning.engine, [one.employee_id for one in team], year)
    }
    waiting = await lists.plans_awaiting_agreement(planning.engine, [one.employee_id for one in team])
    tasks = own_tasks(every, year, dates) + team_tasks(waiting, team)
    cycle = None
    if all(row.status != Status.AGREED.value for row in own):
        cycle = CyclePosition(year=year, stage="planning", until=dates[year].plans_due)
    return HomeFragment(
        service="planning",
        tasks=tasks,
        notices=await notices(planning, who.actor_id),
        cycle=cycle,
        team=[member(planning, one, plans.get(one.employee_id), year) for one in team],
    )


def own_tasks(own: Sequence[Row[Any]], year: int, dates: Mapping[int, Dates]) -> list[Task]:
    """The next step of each own plan from `year` on, where it is one's own turn."""
    absent = Task(title=TODO["absent"].format(year=year), href=OWN, due_on=dates[year].plans_due)
    begun = [] if any(row.year == year for row in own) else [absent]
    return begun + [
        Task(
            title=TODO[row.status].format(year=row.year),
            href=f"{OWN}/{row.plan_id}",
            due_on=None if row.in_revision else dates[row.year].plans_due,
        )
        for row in own
        if row.status in TODO
    ]


def team_tasks(waiting: Sequence[Row[Any]], team: Sequence[Person]) -> list[Task]:
    """Plans that wait for this appraiser."""
    names = {one.employee_id: one.full_name for one in team}
    return [
        Task(
            title=f"Tinjau SKP {row.year}: {names.get(row.employee_id) or 'dihapus'}",
            href=f"{TEAM}/{row.plan_id}",
        )
        for row in waiting
    ]


def member(planning: Planning, person: Person, plan: Row[Any] | None, year: int) -> TeamMember:
    """Where one person's plan stands and whose turn it is."""
    name = person.full_name or "dihapus"
    what = f"SKP {year}"
    if plan is None:
        return TeamMember(name=name, state="belum", actor=name, href=TEAM, what=what)
    since, href = planning.local_day(plan.since), f"{TEAM}/{plan.plan_id}"
    if plan.status == Status.SUBMITTED.value:
        return TeamMember(name=name, state="menunggu Anda", actor="Anda", since=since, href=href, what=what)
    if plan.status == Status.AGREED.value:
        return TeamMember(name=name, state="selesai", since=since, href=href, what=what)
    return TeamMember(name=name, state="menunggu pegawai", actor=name, since=since, href=href, what=what)


async def notices(planning: Planning, employee_id: UUID) -> list[Notice]:
    """What others did to the own plans, newest first."""
    query = (
        select(TRAIL.c.event_id, TRAIL.c.type, TRAIL.c.recorded_at, PLANS.c.plan_id, PLANS.c.year)
        .join(PLANS, PLANS.c.plan_id == TRAIL.c.stream_id)
        .where(TRAIL.c.subject_id == employee_id, TRAIL.c.type.in_(NOTICED))
        .order_by(TRAIL.c.log_index.desc())
        .limit(MOST_NOTICES)
    )
    async with planning.engine.connect() as connection:
        rows = (await connection.execute(query)).all()
    return [
        Notice(
            id=row.event_id,
            text=NOTICED[row.type].format(year=row.year),
            href=f"{OWN}/{row.plan_id}#keadaan",
            at=row.recorded_at,
        )
        for row in rows
    ]
