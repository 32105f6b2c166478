"""Planning's JSON API, under /api/planning/v1."""

from fastapi import APIRouter

from services.planning.api import calendar, erasures, home, people, plans, records

PREFIX = "/api/planning/v1"

router = APIRouter(prefix=PREFIX)
for part in (plans, people, erasures, calendar, records, home):
    router.include_router(part.router)
