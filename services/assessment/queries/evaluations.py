"""The list of evaluations: whose, where they stand, what came out."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, or_, select, tuple_

from services.assessment.context import Assessment
from services.assessment.projections import EVALUATIONS
from shared.people import PEOPLE


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One evaluation in a list; what only the appraiser may see of a draft is not in it."""

    evaluation_id: UUID
    employee_id: UUID
    year: int
    segment: int
    unit_id: UUID
    appraiser_id: UUID
    status: str
    since: datetime
    version: int
    has_results_draft: bool
    has_behavior_draft: bool
    result_rating: str | None
    behavior_rating: str | None
    predicate: str | None
    reports_on_time: int | None
    reports_due: int | None
    result_version: int | None
    result_event_id: UUID | None
    published_at: datetime | None
    acknowledged_version: int | None

    @property
    def is_acknowledged(self) -> bool:
        """Whether the employee has read the result as it stands."""
        return self.result_version is not None and self.acknowledged_version == self.result_version


async def evaluations(
    assessment: Assessment, *conditions: ColumnElement[bool], limit: int | None = None
) -> list[Line]:
    """Evaluations that meet all `conditions`, newest year first, then in a stable order."""
    query = select(EVALUATIONS).where(EVALUATIONS.c.status.is_not(None), *conditions)
    order = (EVALUATIONS.c.year.desc(), EVALUATIONS.c.evaluation_id)
    async with assessment.engine.connect() as connection:
        rows = (await connection.execute(query.order_by(*order).limit(limit))).mappings().all()
    return [line(dict(row)) for row in rows]


def line(row: dict[str, Any]) -> Line:
    names = Line.__dataclass_fields__.keys() & row.keys()
    values = {name: row[name] for name in names}
    drafts = ("has_results_draft", "has_behavior_draft")
    return Line(**{**values, **{name: bool(row.get(name)) for name in drafts}})


def of_employees(employee_ids: Sequence[UUID]) -> ColumnElement[bool]:
    """Those of any of these employees."""
    return EVALUATIONS.c.employee_id.in_(employee_ids)


def of_year(year: int) -> ColumnElement[bool]:
    """Those of one year."""
    return EVALUATIONS.c.year == year


def concerning(actor_id: UUID, team: Sequence[UUID]) -> ColumnElement[bool]:
    """One's own and those that one appraises."""
    return or_(EVALUATIONS.c.employee_id == actor_id, appraised_by(actor_id, team))


def appraised_by(actor_id: UUID, team: Sequence[UUID]) -> ColumnElement[bool]:
    """Those of one's team of today. Of an employee whom nobody here knows yet, the plan's word counts."""
    is_known = select(PEOPLE.c.employee_id).where(PEOPLE.c.employee_id == EVALUATIONS.c.employee_id).exists()
    return EVALUATIONS.c.employee_id.in_(team) | (EVALUATIONS.c.appraiser_id == actor_id) & ~is_known


def behind(year: int, evaluation_id: UUID) -> ColumnElement[bool]:
    """Those that follow this one in the list's order."""
    return or_(
        EVALUATIONS.c.year < year,
        tuple_(EVALUATIONS.c.year, EVALUATIONS.c.evaluation_id) > tuple_(year, evaluation_id),
    ) & (EVALUATIONS.c.year <= year)
