"""What lists ask of planning's read tables."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import Row, select, tuple_
from sqlalchemy.ext.asyncio import AsyncEngine

from services.planning.plan.decider import Status
from services.planning.projections import PLANS


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanFilter:
    """Which plans; None asks for all. `employees` bounds the list to what the asker may see."""

    year: int | None = None
    status: str | None = None
    employees: frozenset[UUID] | None = None


async def plans(
    engine: AsyncEngine, wanted: PlanFilter, *, limit: int, after: tuple[Any, ...] | None = None
) -> Sequence[Row[Any]]:
    """Plans, newest year first; `after` is the (year, plan id) of the last row of the part before."""
    query = select(PLANS)
    for column, value in ((PLANS.c.year, wanted.year), (PLANS.c.status, wanted.status)):
        if value is not None:
            query = query.where(column == value)
    if wanted.employees is not None:
        query = query.where(PLANS.c.employee_id.in_(wanted.employees))
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
