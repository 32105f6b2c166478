"""Which of the reader's own years a screen opens on."""

from collections.abc import Sequence
from uuid import UUID

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from services.assessment.api.requests import assessment_of, today
from services.assessment.queries.evaluations import Line, evaluations, of_employees
from services.assessment.web.pages import ROOT, page
from shared.identity.actor import Actor


async def own_lines(request: Request, who: Actor) -> list[Line]:
    """The reader's own evaluations, newest year first."""
    return await evaluations(assessment_of(request), of_employees([who.actor_id]))


async def open_newest(
    request: Request, who: Actor, screen: str, lines: Sequence[Line], *, title: str, empty: tuple[str, str]
) -> Response:
    """The newest of `lines` that has begun on `screen`, or a page that says what to do first."""
    if lines:
        begun = (one for one in lines if one.year <= today(request).year)
        shown = next(begun, lines[0])
        return RedirectResponse(f"{ROOT}/{screen}/{shown.evaluation_id}", status_code=303)
    return await nothing_yet(request, who, title=title, empty=empty)


async def nothing_yet(
    request: Request, who: Actor, *, title: str, empty: tuple[str, str], plan_id: UUID | None = None
) -> Response:
    """What there is to do first: with the own plans, or with somebody else's `plan_id`."""
    heading, text = empty
    return await page(
        request,
        who,
        "kosong.html",
        title=title,
        heading=heading,
        text=text,
        action="Buka SKP" if plan_id else "Buka SKP saya",
        href=f"/perencanaan/skp-bawahan/{plan_id}" if plan_id else "/perencanaan/skp",
    )


def same_id(text: object) -> UUID | None:
    """A UUID that a form or an address gave; what is none counts as nothing."""
    try:
        return UUID(str(text)) if text else None
    except ValueError:
        return None
