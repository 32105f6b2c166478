"""What to mend before a year's dates come: nobody without an appraiser, nobody without a plan."""

from collections.abc import Mapping
from datetime import date
from uuid import UUID

from sqlalchemy import select

from services.planning.context import Planning
from services.planning.plan.decider import Status
from services.planning.projections import PLANS


async def preflight(planning: Planning, year: int, today: date) -> list[tuple[str, list[str]]]:
    """Codes with the names concerned: no appraiser, appraisers in a circle, no plan, plan not agreed."""
    people = await planning.people.everyone()
    names = {one.employee_id: one.full_name or "dihapus" for one in people}
    here = {one.employee_id: now.appraiser_id for one in people if (now := one.on(today))}
    statuses = await plan_statuses(planning, year)
    employees = [one for one, appraiser in here.items() if appraiser]
    found = {
        "no-appraiser": [one for one, appraiser in here.items() if appraiser is None],
        "circular": [one for one in here if is_circular(one, here)],
        "no-plan": [one for one in employees if one not in statuses],
        "not-agreed": [
            one for one in employees if statuses.get(one, Status.AGREED.value) != Status.AGREED.value
        ],
    }
    return [(code, [names[one] for one in ids]) for code, ids in found.items()]


async def plan_statuses(planning: Planning, year: int) -> dict[UUID, str]:
    """Where everybody's plan of the year is."""
    query = select(PLANS.c.employee_id, PLANS.c.status).where(PLANS.c.year == year)
    async with planning.engine.connect() as connection:
        return {row.employee_id: row.status for row in (await connection.execute(query)).all()}


def is_circular(employee_id: UUID, appraisers: Mapping[UUID, UUID | None]) -> bool:
    """Whether following the appraisers upwards leads back to the employee."""
    seen, above = set[UUID](), appraisers.get(employee_id)
    while above is not None and above not in seen:
        if above == employee_id:
            return True
        seen.add(above)
        above = appraisers.get(above)
    return False
