"""Planning's JSON API, under /api/planning/v1."""

from fastapi import APIRouter

from services.planning.api import calendar, erasures, home, people, plans, records

router = APIRouter(prefix="/api/planning/v1")
for part in (plans, people, erasures, calendar, records, home):
    router.include_router(part.router)
