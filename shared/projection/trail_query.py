"""Finds changes on a service's trail: newest first, filtered, counted."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Date, Row, Select, any_, cast, func, literal, select
from sqlalchemy.ext.asyncio import AsyncEngine

from shared.people import ASSIGNMENTS
from shared.projection.trail import TRAIL

Found = Row[Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Which changes; None and empty mean "any". Both dates are included and local to `zone`."""

    zone: ZoneInfo
    since: date | None = None
    until: date | None = None
    unit_id: UUID | None = None
    actor_id: UUID | None = None
    subject_id: UUID | None = None
    kind: str = ""
    flags: tuple[str, ...] = ()

    def conditions(self) -> list[ColumnElement[bool]]:
        """The same in SQL."""
        trail = TRAIL.c
        day = local_day(self.zone)
        found = []
        if self.since:
            found.append(day >= self.since)
        if self.until:
            found.append(day <= self.until)
        if self.unit_id:
            found.append(unit_on(day) == self.unit_id)
        found += [literal(flag) == any_(trail.flags) for flag in self.flags]
        same = {"actor_id": self.actor_id, "subject_id": self.subject_id, "type": self.kind}
        return [*found, *(trail[name] == value for name, value in same.items() if value)]


def local_day(zone: ZoneInfo) -> ColumnElement[date]:
    """The agency's date on which a change was recorded."""
    return cast(func.timezone(str(zone), TRAIL.c.recorded_at), Date)


def unit_on(day: ColumnElement[date]) -> ColumnElement[UUID]:
    """The unit in which the person concerned worked on that day."""
    placed = ASSIGNMENTS.c
    return (
        select(placed.unit_id)
        .where(placed.employee_id == TRAIL.c.subject_id, placed.valid_from <= day)
        .order_by(placed.valid_from.desc())
        .limit(1)
        .correlate(TRAIL)
        .scalar_subquery()
    )


async def count(engine: AsyncEngine, wanted: Wanted) -> int:
    """How many changes there are."""
    query = select(func.count()).select_from(TRAIL).where(*wanted.conditions())
    async with engine.connect() as connection:
        return int((await connection.execute(query)).scalar_one())


async def changes(
    engine: AsyncEngine, wanted: Wanted, *, limit: int, offset: int | None = None, before: int | None = None
) -> Sequence[Found]:
    """Rows of the trail with the unit of that day, newest first; `before` is a log index to continue from.

    Without it the order is that of the clock, which only a demonstration's clock lets differ from the log's.
    """
    newest = [TRAIL.c.log_index.desc()]
    if before is None and offset is not None:
        newest.insert(0, TRAIL.c.recorded_at.desc())
    query: Select[Any] = (
        select(TRAIL, unit_on(local_day(wanted.zone)).label("unit_id"))
        .where(*wanted.conditions())
        .order_by(*newest)
        .limit(limit)
        .offset(offset)
    )
    if before is not None:
        query = query.where(TRAIL.c.log_index < before)
    async with engine.connect() as connection:
        found: Sequence[Found] = (await connection.execute(query)).all()
    return found


async def actors(engine: AsyncEngine) -> list[tuple[UUID, str]]:
    """Everybody who ever changed something here, with each role acted in."""
    query = select(TRAIL.c.actor_id, TRAIL.c.acting_role).distinct()
    async with engine.connect() as connection:
        return [(actor_id, role) for actor_id, role in await connection.execute(query)]
