"""Assessment's pages, under /penilaian."""

from fastapi import APIRouter

from services.assessment.web import feedback, progress, rating, result, team, trail

router = APIRouter(include_in_schema=False)
for part in (team, progress, feedback, rating, result, trail):
    router.include_router(part.router)
