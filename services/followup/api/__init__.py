"""Follow-up's JSON API, under /api/followup/v1."""

from fastapi import APIRouter

from services.followup.api import changes, decisions, lists

router = APIRouter(prefix="/api/followup/v1")
for part in (lists, decisions, changes):
    router.include_router(part.router)
