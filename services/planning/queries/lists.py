"""What lists ask of planning's read tables."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import Row, Select, func, select, tuple_
from sqlalchemy.ext.asyncio import AsyncEngine

from services.planning.plan.decider import Status
from services.planning.projections import PLANS
from shared.projection.trail import TRAIL


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanFilter:
    """Which plans; None asks for all. `employees` bounds the list to what the asker may see."""

    year: int | None = None
    status: str | None = None
    unit_id: UUID | None = None
    employees: frozenset[UUID] | None = None


def filtered(query: Select[Any], wanted: PlanFilter) -> Select[Any]:
    """`query` over plans, narrowed."""
    for column, value in (
        (PLANS.c.year, wanted.year),
        (PLANS.c.status, wanted.status),
        (PLANS.c.unit_id, wanted.unit_id),
    ):
        if value is not None:
            query = query.where(column == value)
    if wanted.employees is not None:
        query = query.where(PLANS.c.employee_id.in_(wanted.employees))
    return query


async def plans(
    engine: AsyncEngine, wanted: PlanFilter, *, limit: int, after: tuple[Any, ...] | None = None
) -> Sequence[Row[Any]]:
    """Plans, newest year first; `after` is the (year, plan id) of the last row of the part before."""
    query = filtered(select(PLANS), wanted)
    if after is not None:
        query = query.where(tuple_(-PLANS.c.year, PLANS.c.plan_id) > (-after[0], after[1]))
    query = query.order_by(-PLANS.c.year, PLANS.c.plan_id).limit(limit)
    async with engine.connect() as connection:
        found: Sequence[Row[Any]] = (await connection.execute(query)).all()
    return found


async def plans_of(engine: AsyncEngine, employee_id: UUID) -> Sequence[Row[Any]]:
    """All plans of one employee, newest first."""
    query = select(PLANS).where(PLANS.c.employee_id == employee_id)
    async with engine.connect() as connection:
        return (await connection.execute(query.order_by(PLANS.c.year.desc(), PLANS.c.segment))).all()


async def plans_of_team(engine: AsyncEngine, employees: Sequence[UUID], year: int) -> Sequence[Row[Any]]:
    """The year's plans of these employees, those that wait for the appraiser first, oldest on top."""
    waiting = PLANS.c.status != Status.SUBMITTED.value
    query = select(PLANS).where(PLANS.c.employee_id.in_(employees), PLANS.c.year == year)
    async with engine.connect() as connection:
        return (await connection.execute(query.order_by(waiting, PLANS.c.since))).all()


async def plans_awaiting_agreement(engine: AsyncEngine, employees: Sequence[UUID]) -> Sequence[Row[Any]]:
    """Submitted plans of these employees, longest waiting first."""
    query = select(PLANS).where(PLANS.c.employee_id.in_(employees), PLANS.c.status == Status.SUBMITTED.value)
    async with engine.connect() as connection:
        return (await connection.execute(query.order_by(PLANS.c.since))).all()


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangesWanted:
    """Which changes; instants bound a half-open time, `subjects` are the employees of a unit."""

    since: Any = None
    until: Any = None
    actor_id: UUID | None = None
    type: str | None = None
    flags: tuple[str, ...] = ()
    subjects: frozenset[UUID] | None = None


def changes_query(query: Select[Any], wanted: ChangesWanted) -> Select[Any]:
    """`query` over the trail, narrowed."""
    if wanted.since is not None:
        query = query.where(TRAIL.c.recorded_at >= wanted.since)
    if wanted.until is not None:
        query = query.where(TRAIL.c.recorded_at < wanted.until)
    if wanted.actor_id is not None:
        query = query.where(TRAIL.c.actor_id == wanted.actor_id)
    if wanted.type is not None:
        query = query.where(TRAIL.c.type == wanted.type)
    if wanted.subjects is not None:
        query = query.where(TRAIL.c.subject_id.in_(wanted.subjects))
    for flag in wanted.flags:
        query = query.where(TRAIL.c.flags.contains([flag]))
    return query


async def count_changes(engine: AsyncEngine, wanted: ChangesWanted) -> int:
    """How many changes there are."""
    async with engine.connect() as connection:
        query = changes_query(select(func.count()).select_from(TRAIL), wanted)
        found: int = (await connection.execute(query)).scalar_one()
    return found


async def changes(
    engine: AsyncEngine, wanted: ChangesWanted, *, limit: int, offset: int = 0, before: int | None = None
) -> Sequence[Row[Any]]:
    """Changes, newest first; `before` is the log index of the last row of the part before."""
    query = changes_query(select(TRAIL), wanted)
    if before is not None:
        query = query.where(TRAIL.c.log_index < before)
    query = query.order_by(TRAIL.c.log_index.desc()).limit(limit).offset(offset)
    async with engine.connect() as connection:
        found: Sequence[Row[Any]] = (await connection.execute(query)).all()
    return found


async def actors(engine: AsyncEngine) -> Sequence[UUID]:
    """Everybody who ever changed something."""
    async with engine.connect() as connection:
        return (await connection.execute(select(TRAIL.c.actor_id).distinct())).scalars().all()
