"""Planning's JSON API, under /api/planning/v1."""

from fastapi import APIRouter

from services.planning.api import calendar, home, people, plans, records

PREFIX = "/api/planning/v1"

router = APIRouter(prefix=PREFIX)
for part in (plans, people, calendar, records, home):
    router.include_router(part.router)
