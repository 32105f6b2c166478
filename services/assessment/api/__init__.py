"""Assessment's JSON API, under /api/assessment/v1."""

from fastapi import APIRouter

from services.assessment.api import evaluations, feedback, progress, reading

router = APIRouter(prefix="/api/assessment/v1")
for part in (evaluations, progress, feedback, reading):
    router.include_router(part.router)
