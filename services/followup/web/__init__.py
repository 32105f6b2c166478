"""The pages of follow-up, under `/tindak-lanjut`."""

from pathlib import Path

from fastapi import APIRouter

from services.followup.web.deciding import router as deciding
from services.followup.web.reading import router as reading
from services.followup.web.trail import router as trail
from shared.settings import Settings
from shared.web.pages import Pages

FOLDER = Path(__file__).parent.parent / "pages"

router = APIRouter(include_in_schema=False)
for part in (reading, deciding, trail):
    router.include_router(part)


def pages_of(settings: Settings) -> Pages:
    """The templates of this service over the shared ones."""
    return Pages(FOLDER, settings)
