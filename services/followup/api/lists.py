"""What may be read: recommendations, trainings, hours, and what the home page shows."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query
from pydantic import AwareDatetime, Field, TypeAdapter
from starlette.requests import Request

from services.followup import wording
from services.followup.api.asking import Service, readable
from services.followup.api.models import (
    Development,
    GuidanceListed,
    ImprovementListed,
    Listed,
    RuleCited,
    TrainingListed,
)
from services.followup.queries import lists
from services.followup.queries.lists import Found, Wanted
from services.followup.recommendation.decider.state import Status
from shared.identity.policy import FOLLOWUP_READ
from shared.regulation.followup_rules import Kind
from shared.web.api import Caller, now
from shared.web.paging import Page, Paged, Window
from shared.web.years import EARLIEST, LATEST, Year

router = APIRouter(tags=["lists"])
# Instants that PostgreSQL and Python both know in every zone.
Instant = Annotated[
    AwareDatetime, Field(ge=datetime(EARLIEST, 1, 1, tzinfo=UTC), lt=datetime(LATEST + 1, 1, 1, tzinfo=UTC))
]
PLACE: TypeAdapter[tuple[datetime, UUID]] = TypeAdapter(tuple[Instant, UUID])
TRAINING: TypeAdapter[tuple[UUID]] = TypeAdapter(tuple[UUID])


def listed(row: Found) -> Listed:
    """A row of the list."""
    return Listed(
        recommendation_id=row.recommendation_id,
        employee_id=row.employee_id,
        year=row.year,
        kind=row.kind,
        code=row.code,
        title=wording.title_of(row.kind, row.code),
        competence=row.competence,
        rule=RuleCited.of(row.rule_id, row.rule_from),
        result_event_id=row.result_event_id,
        predicate=row.predicate,
        feedback_ids=row.feedback_ids,
        has_priority=row.has_priority,
        status=row.status,
        needs_review=row.needs_review,
        recommended_at=row.recommended_at,
    )


@router.get("/recommendations")
async def recommendations(
    request: Request,
    *,
    who: Caller,
    followup: Service,
    window: Paged,
    status: Status | None = None,
    kind: Annotated[list[Kind] | None, Query()] = None,
    year: Year | None = None,
    employee_id: UUID | None = None,
) -> Page[Listed]:
    """Recommendations, newest first: one's own, one's team's, or all for officers and the auditor."""
    if employee_id:
        await readable(request, who, employee_id)
        employees: frozenset[UUID] | None = frozenset({employee_id})
    else:
        employees = await lists.visible(followup, who, followup.local_day(now(request)))
    wanted = Wanted(employees=employees, status=status, kinds=kind or (), year=year)
    after = window.place(PLACE)
    rows = await lists.recommendations(followup, wanted, limit=window.wanted, after=after)
    return window.page(request, rows, listed, place_of)


@router.get("/trainings")
async def trainings(
    request: Request,
    *,
    who: Caller,
    followup: Service,
    window: Paged,
    employee_id: UUID | None = None,
    completed: bool | None = None,
) -> Page[TrainingListed]:
    """Courses to attend or attended; a training system with scope `followup:read` sees all.

    What was taken back before it was attended is left out.
    """
    if employee_id and FOLLOWUP_READ not in who.scopes:
        await readable(request, who, employee_id)
    employees = await seen(request, who, followup, employee_id)
    after = window.place(TRAINING)
    rows = await lists.trainings(
        followup,
        employees=employees,
        completed=completed,
        limit=window.wanted,
        after=after[0] if after else None,
    )
    return window.page(request, rows, training_listed, lambda row: (str(row.assignment_id),))


async def seen(
    request: Request, who: Caller, followup: Service, employee_id: UUID | None
) -> frozenset[UUID] | None:
    """Whose trainings are shown."""
    if employee_id:
        return frozenset({employee_id})
    if who.is_system and FOLLOWUP_READ in who.scopes:
        return None
    return await lists.visible(followup, who, followup.local_day(now(request)))


def training_listed(row: Found) -> TrainingListed:
    """A row of the list."""
    return TrainingListed(
        assignment_id=row.assignment_id,
        recommendation_id=row.recommendation_id,
        employee_id=row.employee_id,
        year=row.year,
        course_code=row.course_code,
        course_title=wording.title_of(Kind.TRAINING, row.course_code),
        special=row.is_special,
        complete_by=row.complete_by,
        completed_on=row.completed_on,
        hours=row.hours,
    )


@router.get("/guidance")
async def guidance(
    request: Request, *, who: Caller, followup: Service, window: Paged
) -> Page[GuidanceListed]:
    """Guidance accepted, newest first, with the date of the next session."""
    rows = await carried_out(request, who, followup, window, Kind.GUIDANCE)
    return window.page(request, rows, GuidanceListed.model_validate, place_of)


@router.get("/improvements")
async def improvements(
    request: Request, *, who: Caller, followup: Service, window: Paged
) -> Page[ImprovementListed]:
    """Improvement periods, newest first, with their outcome once they ended."""
    rows = await carried_out(request, who, followup, window, Kind.IMPROVEMENT_PERIOD)
    return window.page(request, rows, ImprovementListed.model_validate, place_of)


async def carried_out(
    request: Request, who: Caller, followup: Service, window: Window, kind: Kind
) -> Sequence[Found]:
    """A part of the accepted recommendations of a kind."""
    employees = await lists.visible(followup, who, followup.local_day(now(request)))
    wanted = Wanted(employees=employees, status=Status.ACCEPTED, kinds=[kind.value])
    return await lists.recommendations(followup, wanted, limit=window.wanted, after=window.place(PLACE))


def place_of(row: Found) -> tuple[str, str]:
    """What a cursor says of a recommendation."""
    return row.recommended_at.isoformat(), str(row.recommendation_id)


@router.get("/employees/{employee_id}/development/{year}")
async def development(
    request: Request, employee_id: UUID, year: Year, who: Caller, followup: Service
) -> Development:
    """Lesson hours (JP) completed in a year, against the norm."""
    await readable(request, who, employee_id)
    found = lists.all_of(await lists.records(followup, employee_id))
    return Development.of(employee_id, year, lists.hours_in(year, found))
