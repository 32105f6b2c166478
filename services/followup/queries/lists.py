"""What pages and the API ask of the read tables, and of streams where it must be the latest."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Row, func, or_, select, tuple_

from services.followup.context import Followup
from services.followup.projections import RECOMMENDATIONS, RESULTS, TRAININGS
from services.followup.recommendation.decider import FOLLOWUP, followup_stream
from services.followup.recommendation.decider.state import Recommendation, Status, YearFollowup
from services.followup.recommendation.handlers import Place
from shared.identity.actor import Actor
from shared.identity.policy import AUDITOR, HR, OFFICER
from shared.store.act import Loaded, load

SEES_ALL = frozenset({HR, OFFICER, AUDITOR})

Found = Row[Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Which recommendations; None and empty mean "any"; `but` leaves one employee out."""

    employees: Collection[UUID] | None = None
    but: UUID | None = None
    status: str | None = None
    kinds: Collection[str] = ()
    year: int | None = None
    needs_review: bool | None = None

    def conditions(self) -> list[ColumnElement[bool]]:
        """The same in SQL."""
        table = RECOMMENDATIONS.c
        asked: list[tuple[Any, ColumnElement[bool]]] = [
            (self.employees is not None, table.employee_id.in_(self.employees or ())),
            (self.but, table.employee_id != self.but),
            (self.status, table.status == self.status),
            (self.kinds, table.kind.in_(self.kinds)),
            (self.year, table.year == self.year),
            (self.needs_review is not None, table.needs_review.is_(self.needs_review)),
        ]
        return [condition for is_asked, condition in asked if is_asked]


def for_a_person(
    employees: Collection[UUID] | None, *, but: UUID, again: bool, kinds: Collection[str] = ()
) -> Wanted:
    """What waits for a decision, or `again` because its result was corrected after it was accepted."""
    if again:
        return Wanted(employees=employees, but=but, kinds=kinds, status=Status.ACCEPTED, needs_review=True)
    return Wanted(employees=employees, but=but, kinds=kinds, status=Status.OPEN)


async def place_of(followup: Followup, recommendation_id: UUID) -> Place | None:
    """Whose recommendation that is, or None where it is not known (yet)."""
    table = RECOMMENDATIONS.c
    query = select(table.employee_id, table.year).where(table.recommendation_id == recommendation_id)
    async with followup.engine.connect() as connection:
        found = (await connection.execute(query)).first()
    return Place(recommendation_id, found.employee_id, found.year) if found else None


async def recommendations(
    followup: Followup,
    wanted: Wanted,
    *,
    limit: int,
    offset: int = 0,
    after: tuple[datetime, UUID] | None = None,
) -> Sequence[Found]:
    """Newest first, from behind `after` (the recommended_at and id of the last one seen)."""
    table = RECOMMENDATIONS.c
    query = select(RECOMMENDATIONS, RESULTS.c.predicate, RESULTS.c.unit_id).join(
        RESULTS, RESULTS.c.evaluation_id == table.evaluation_id, isouter=True
    )
    query = query.where(*wanted.conditions())
    if after:
        query = query.where(tuple_(table.recommended_at, table.recommendation_id) < tuple_(*after))
    query = query.order_by(table.recommended_at.desc(), table.recommendation_id.desc())
    query = query.limit(limit).offset(offset)
    async with followup.engine.connect() as connection:
        return (await connection.execute(query)).all()


async def to_decide(followup: Followup, wanted: Wanted, *, limit: int, offset: int) -> Sequence[Found]:
    """What waits for a person: priority first, then the oldest."""
    table = RECOMMENDATIONS.c
    query = (
        select(RECOMMENDATIONS, RESULTS.c.predicate, RESULTS.c.unit_id)
        .join(RESULTS, RESULTS.c.evaluation_id == table.evaluation_id, isouter=True)
        .where(*wanted.conditions())
        .order_by(table.has_priority.desc(), table.recommended_at, table.recommendation_id)
    )
    async with followup.engine.connect() as connection:
        return (await connection.execute(query.limit(limit).offset(offset))).all()


async def count(followup: Followup, wanted: Wanted) -> int:
    """How many there are."""
    query = select(func.count()).select_from(RECOMMENDATIONS).where(*wanted.conditions())
    async with followup.engine.connect() as connection:
        found: int = (await connection.execute(query)).scalar_one()
    return found


@dataclass(frozen=True, slots=True)
class Waiting:
    """How many recommendations one reader has to decide, and to look at again after a correction."""

    to_decide: int = 0
    to_review: int = 0


async def waiting(followup: Followup, actor: Actor, day: date) -> Waiting:
    """What waits for `actor` on `day`."""
    employees = await decidable(followup, actor, day)
    if employees is not None and not employees:
        return Waiting()
    me = actor.actor_id
    return Waiting(
        to_decide=await count(followup, for_a_person(employees, but=me, again=False)),
        to_review=await count(followup, for_a_person(employees, but=me, again=True)),
    )


async def trainings(
    followup: Followup,
    *,
    employees: Collection[UUID] | None,
    completed: bool | None = None,
    limit: int,
    after: UUID | None = None,
) -> Sequence[Found]:
    """Courses to attend or attended, in the order of their ids; `employees` None means everybody's.

    What was taken back is to be attended no longer; what was attended before stays.
    """
    table = TRAININGS.c
    taken_back = RECOMMENDATIONS.c.status == Status.WITHDRAWN
    query = select(TRAININGS).join(
        RECOMMENDATIONS, RECOMMENDATIONS.c.recommendation_id == table.recommendation_id
    )
    query = query.where(or_(~taken_back, table.completed_on.is_not(None)))
    query = query.order_by(table.assignment_id).limit(limit)
    if employees is not None:
        query = query.where(table.employee_id.in_(employees))
    if completed is not None:
        query = query.where(table.completed_on.is_not(None) if completed else table.completed_on.is_(None))
    if after:
        query = query.where(table.assignment_id > after)
    async with followup.engine.connect() as connection:
        return (await connection.execute(query)).all()


async def years(followup: Followup, employee_id: UUID) -> list[int]:
    """The years for which a follow-up of the employee exists, newest first."""
    table = RESULTS.c
    query = select(table.year).where(table.employee_id == employee_id).distinct()
    async with followup.engine.connect() as connection:
        found = (await connection.execute(query.order_by(table.year.desc()))).scalars()
        return list(found)


async def records(followup: Followup, employee_id: UUID) -> dict[int, Loaded[YearFollowup]]:
    """All follow-ups of the employee as they are now, newest year first."""
    found = await years(followup, employee_id)
    return {year: await load(followup.store, FOLLOWUP, followup_stream(employee_id, year)) for year in found}


@dataclass(frozen=True, slots=True)
class Own:
    """A recommendation with the year of the result it follows from."""

    year: int
    recommendation: Recommendation


def all_of(found: dict[int, Loaded[YearFollowup]]) -> list[Own]:
    """Every recommendation of an employee, newest year first."""
    return [Own(year, one) for year, loaded in found.items() for one in loaded.state.recommendations]


def hours_in(year: int, found: Sequence[Own]) -> Decimal:
    """The lesson hours (JP) of courses completed in `year`."""
    attended = (one.recommendation.training for one in found)
    hours = (
        one.hours
        for one in attended
        if one and one.hours and one.completed_on and one.completed_on.year == year
    )
    return sum(hours, Decimal(0))


async def visible(followup: Followup, actor: Actor, day: date) -> frozenset[UUID] | None:
    """Whose records `actor` may see in lists on `day`; None means everybody's."""
    if actor.roles & SEES_ALL:
        return None
    team = await followup.people.appraised_by(actor.actor_id, day)
    below = [await followup.people.appraised_by(one.employee_id, day) for one in team]
    everyone = {actor.actor_id, *(one.employee_id for one in team)}
    return frozenset(everyone.union(*({one.employee_id for one in group} for group in below)))


async def decidable(followup: Followup, actor: Actor, day: date) -> frozenset[UUID] | None:
    """Whose recommendations `actor` decides on `day`; None means everybody's but the own."""
    if OFFICER in actor.roles:
        return None
    team = await followup.people.appraised_by(actor.actor_id, day)
    return frozenset(one.employee_id for one in team) - {actor.actor_id}
