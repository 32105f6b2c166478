"""Planning's pages, under /perencanaan."""

from fastapi import APIRouter

from services.planning.web import calendar, content, erasures, own_plan, people, revision, team, trail

router = APIRouter(include_in_schema=False, prefix="/perencanaan")
for part in (own_plan, content, revision, team, people, erasures, calendar, trail):
    router.include_router(part.router)
