"""Follow-up's pages, under /tindak-lanjut."""

from fastapi import APIRouter

from services.followup.web import deciding, reading, trail

router = APIRouter(include_in_schema=False)
for part in (reading, deciding, trail):
    router.include_router(part.router)
