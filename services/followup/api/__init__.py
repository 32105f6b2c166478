"""The JSON API of follow-up, under `/api/followup/v1`."""

from fastapi import APIRouter

from services.followup.api.changes import router as changes
from services.followup.api.decisions import router as decisions
from services.followup.api.lists import router as lists

router = APIRouter(prefix="/api/followup/v1")
for part in (lists, decisions, changes):
    router.include_router(part)
