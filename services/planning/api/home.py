"""Planning's part of the home page."""

from fastapi import APIRouter

from services.planning.api.asking import Asked
from services.planning.queries.home import fragment
from shared.web.home import HomeFragment

router = APIRouter(tags=["home"])


@router.get("/home")
async def home(asked: Asked) -> HomeFragment:
    """What waits for the asker in planning, what happened, and the asker's team."""
    return await fragment(asked.planning, asked.who, asked.today)
