"""All changes of a service as its JSON API lists them for the auditor."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, Field, TypeAdapter
from sqlalchemy.ext.asyncio import AsyncEngine
from starlette.requests import Request

from shared.projection import trail_query
from shared.projection.trail_query import Found, Wanted
from shared.web.paging import Page, Window

INDEX: TypeAdapter[tuple[int]] = TypeAdapter(tuple[Annotated[int, Field(ge=0, lt=2**63)]])


class ChangeLine(BaseModel):
    """One change of any record, with the names of the fields it changed."""

    log_index: int
    stream_kind: str
    stream_id: UUID
    stream_version: int
    type: str
    subject_id: UUID | None
    unit_id: UUID | None
    actor_id: UUID
    acting_role: str
    recorded_at: datetime
    reason_code: str | None
    has_reason: bool
    command_id: UUID
    changed: list[str]
    flags: list[str]


async def change_lines(
    engine: AsyncEngine, wanted: Wanted, window: Window, request: Request
) -> Page[ChangeLine]:
    """The part of the list that is asked for, newest first. Raises Malformed for a foreign cursor."""
    rows = await trail_query.changes(engine, wanted, limit=window.wanted, before=index_of(window))
    return window.page(request, rows, line_of, lambda row: (row.log_index,))


def line_of(row: Found) -> ChangeLine:
    """A row of the trail."""
    return ChangeLine.model_validate(row, from_attributes=True)


def index_of(window: Window) -> int | None:
    """The log index that a cursor names. Raises Malformed."""
    found = window.place(INDEX)
    return None if found is None else found[0]
