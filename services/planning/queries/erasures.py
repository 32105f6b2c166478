"""Who was to be erased, why, and which service has done so."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncEngine

from services.planning.projections import ERASURE_STEPS, ERASURES

SERVICES = ("planning", "assessment", "followup")


@dataclass(frozen=True, slots=True, kw_only=True)
class ErasureLine:
    """One erasure; `done` says when each service finished, in the order in which the services are shown."""

    employee_id: UUID
    ordered_at: datetime
    ordered_by: UUID
    ground: str
    document: str
    done: dict[str, datetime | None]

    @property
    def waiting(self) -> list[str]:
        """The services that have not said that it is done."""
        return [name for name, at in self.done.items() if at is None]


async def erasures(engine: AsyncEngine) -> list[ErasureLine]:
    """Every erasure, those that somebody has not done yet first, then the newest."""
    async with engine.connect() as connection:
        orders = (await connection.execute(select(ERASURES).order_by(ERASURES.c.ordered_at.desc()))).all()
        steps = (await connection.execute(select(ERASURE_STEPS))).all()
    done = {(one.employee_id, one.service): one.done_at for one in steps}
    lines = [
        ErasureLine(
            employee_id=one.employee_id,
            ordered_at=one.ordered_at,
            ordered_by=one.ordered_by,
            ground=one.ground,
            document=one.document,
            done={name: done.get((one.employee_id, name)) for name in SERVICES},
        )
        for one in orders
    ]
    return sorted(lines, key=lambda line: not line.waiting)
