"""What every page of assessment starts from: its templates, the reader, and whom a page may name."""

from pathlib import Path
from uuid import UUID

from starlette.requests import Request
from starlette.responses import HTMLResponse

from services.assessment import wording
from services.assessment.api.requests import assessment_of, today
from shared.identity.actor import Actor
from shared.people import Person
from shared.settings import Settings
from shared.web.pages import Pages

FOLDER = Path(__file__).parent.parent / "pages"
ROOT = "/penilaian"


def make_pages(settings: Settings) -> Pages:
    """The templates of assessment with its wording at hand."""
    pages = Pages(FOLDER, settings)
    pages.environment.globals.update(w=wording, root=ROOT)
    return pages


async def page(
    request: Request, who: Actor, template: str, *, status: int = 200, **facts: object
) -> HTMLResponse:
    """A page for `who`; the menu leaves out the appraiser's screens for those who appraise nobody."""
    pages: Pages = request.app.state.pages
    team = await assessment_of(request).people.appraised_by(who.actor_id, today(request))
    return pages.render(
        request, template, status=status, actor=who, appraiser=bool(team), today=today(request), **facts
    )


def name_of(people: dict[UUID, Person], employee_id: UUID | None) -> str:
    """How a page calls somebody: by name, as not yet known, or as erased."""
    if employee_id is None:
        return "-"
    person = people.get(employee_id)
    if person is None:
        return wording.UNKNOWN_PERSON
    return person.full_name or wording.ERASED
