"""The home page's fragment, one record's trail, and the auditor's list of changes."""

from datetime import date, datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Query
from pydantic import BaseModel, Field
from starlette.requests import Request

from services.followup.api.asking import Service
from services.followup.queries import home as home_query
from services.followup.queries.trail import telling
from services.followup.recommendation.decider import FOLLOWUP, followup_stream
from services.followup.recommendation.handlers import permitted
from shared.identity.policy import Action, may
from shared.projection import trail_query
from shared.projection.trail_query import Found, Wanted
from shared.store.store import LAST
from shared.web import trail_reading
from shared.web.api import Caller, now
from shared.web.changes import index_of
from shared.web.home import HomeFragment
from shared.web.paging import Page, Paged
from shared.web.proofs import ProofBody, Version, look
from shared.web.steps import StepView, step_view
from shared.web.trail_reading import Asked
from shared.web.years import Year

router = APIRouter(tags=["trail"])


class FieldBody(BaseModel):
    """One field before and after; null stands for "not there"."""

    label: str = Field(examples=["Komunikasi Layanan Publik: Status"])
    before: str | None = Field(examples=["Menunggu keputusan"])
    after: str | None = Field(examples=["Diterima"])


class EntryBody(BaseModel):
    """One event: who, as what, when, why, and what it changed, in words; `step` says it in codes."""

    version: int
    at: datetime | None
    who: str | None
    acting_role: str
    what: str = Field(examples=["Rekomendasi diterima"])
    why: str
    is_readable: bool = Field(
        description="False: an event that can't be read, with nothing known of what it changed"
    )
    fields: list[FieldBody]
    step: StepView


class ChangeBody(BaseModel):
    """One change on the list: names of fields, never their values."""

    log_index: int
    event_id: UUID
    type: str = Field(examples=["RecommendationAccepted"])
    employee_id: UUID | None
    unit_id: UUID | None
    year: int
    version: int
    actor_id: UUID
    acting_role: str
    recorded_at: datetime
    reason_code: str | None
    has_reason: bool
    changed: list[str]
    flags: list[str]

    @classmethod
    def of(cls, row: Found) -> "ChangeBody":
        """A row of the trail."""
        return cls(
            log_index=row.log_index,
            event_id=row.event_id,
            type=row.type,
            employee_id=row.subject_id,
            unit_id=row.unit_id,
            year=row.plan_year,
            version=row.stream_version,
            actor_id=row.actor_id,
            acting_role=row.acting_role,
            recorded_at=row.recorded_at,
            reason_code=row.reason_code,
            has_reason=row.has_reason,
            changed=row.changed,
            flags=row.flags,
        )


@router.get("/home")
async def home(request: Request, who: Caller, followup: Service) -> HomeFragment:
    """What the home page shows of follow-up."""
    return await home_query.home(followup, who, followup.local_day(now(request)))


@router.get("/employees/{employee_id}/followups/{year}/trail")
async def trail(
    request: Request,
    employee_id: UUID,
    year: Year,
    who: Caller,
    followup: Service,
    *,
    version: Annotated[int | None, Query(ge=0, le=LAST, description="As it stood at this version")] = None,
    as_of: Annotated[date | None, Query(description="As it stood at the end of this local day")] = None,
) -> list[EntryBody]:
    """One follow-up's whole story, newest first; open to the employee concerned."""
    await permitted(followup, who, Action.READ_TRAIL, employee_id, at=now(request))
    stream = followup_stream(employee_id, year)
    asked = Asked(version=version, as_of=as_of)
    story = await trail_reading.story(telling(followup), FOLLOWUP, stream, asked)
    return [
        EntryBody(
            version=entry.version,
            at=entry.at,
            who=entry.who,
            acting_role=entry.acting_role,
            what=entry.what,
            why=entry.why,
            is_readable=entry.is_readable,
            fields=[FieldBody(label=one.label, before=one.before, after=one.after) for one in entry.fields],
            step=step_view(step, followup.keyring),
        )
        for step, entry in reversed(story.told)
    ]


@router.get("/employees/{employee_id}/followups/{year}/trail/{version}/proof")
async def proof(
    request: Request,
    employee_id: UUID,
    year: Year,
    version: Version,
    *,
    who: Caller,
    followup: Service,
) -> ProofBody:
    """That this change is as it was recorded, under the newest signature; checked now."""
    await permitted(followup, who, Action.READ_TRAIL, employee_id, at=now(request))
    stream = followup_stream(employee_id, year)
    return ProofBody.of(await look(followup.store, followup.settings, stream, version))


async def changes_wanted(
    followup: Service,
    *,
    since: date | None = None,
    until: date | None = None,
    unit_id: UUID | None = None,
    actor_id: UUID | None = None,
    employee_id: UUID | None = None,
    kind: Annotated[str, Query(alias="type", examples=["RecommendationAccepted"])] = "",
    flag: Annotated[list[str] | None, Query(examples=[["differs"]])] = None,
) -> Wanted:
    """The filters of the list of changes."""
    return Wanted(
        zone=followup.settings.timezone,
        since=since,
        until=until,
        unit_id=unit_id,
        actor_id=actor_id,
        subject_id=employee_id,
        kind=kind,
        flags=tuple(flag or ()),
    )


@router.get("/changes")
async def changes(
    request: Request,
    *,
    who: Caller,
    followup: Service,
    window: Paged,
    wanted: Annotated[Wanted, Depends(changes_wanted)],
) -> Page[ChangeBody]:
    """All changes of follow-up, newest first, for the auditor."""
    may(Action.READ_CHANGES, who)
    rows = await trail_query.changes(followup.engine, wanted, limit=window.wanted, before=index_of(window))
    return window.page(request, rows, ChangeBody.of, lambda row: (row.log_index,))
