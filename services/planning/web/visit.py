"""What every page of planning starts from: its templates, the reader, and a form that may be refused."""

from collections.abc import Awaitable, Mapping
from pathlib import Path
from typing import Any
from uuid import UUID

from starlette.responses import HTMLResponse

from services.planning import wording
from services.planning.api.asking import Asking
from services.planning.plan.decider import AGGREGATE, Missing, Plan
from services.planning.plan.handlers import PlanPlace
from shared.decider import Refusal
from shared.people import Person
from shared.projection.projection import Projection
from shared.projection.runner import caught_up
from shared.regulation.behavior import BERAKHLAK
from shared.settings import Settings
from shared.store.act import Done, Loaded, load
from shared.store.stream import Stream
from shared.web.api import form_fields
from shared.web.pages import Pages
from shared.web.problem import Facts

FOLDER = Path(__file__).parent.parent / "pages"
ROOT = "/perencanaan"
OWN = f"{ROOT}/skp"
TEAM = f"{ROOT}/skp-bawahan"
TRAIL = f"{ROOT}/jejak"
WHOLE_PAGE = "_"

Errors = Mapping[str, str]


def make_pages(settings: Settings) -> Pages:
    """The templates of planning with its wording at hand."""
    pages = Pages(FOLDER, settings)
    pages.environment.globals.update(w=wording, root=ROOT)
    return pages


async def show(
    asked: Asking, template: str, *, errors: Errors | None = None, **facts: object
) -> HTMLResponse:
    """A page for the reader, 422 with errors; the menu shows the appraiser's screens to appraisers."""
    pages: Pages = asked.request.app.state.pages
    team = await asked.planning.people.appraised_by(asked.who.actor_id, asked.today)
    return pages.render(
        asked.request,
        template,
        status=422 if errors else 200,
        actor=asked.who,
        appraiser=bool(team),
        errors=dict(errors or {}),
        today=asked.today,
        **facts,
    )


async def typed(asked: Asking) -> dict[str, object]:
    """The fields of the form that was sent."""
    return dict(await form_fields(asked.request) or ())


async def refusal(doing: Awaitable[object]) -> Errors:
    """Nothing where it was done; else what the rules said, in words, for the whole page."""
    try:
        await doing
    except Refusal as refused:
        title, detail = wording.PROBLEMS[refused.code], wording.DETAILS.get(refused.code)
        detail = detail and detail.format_map(Facts(refused.facts))
        return {WHOLE_PAGE: f"{title}. {detail}" if detail else title}
    return {}


async def shown(asked: Asking, projection: Projection, stream: Stream, doing: Awaitable[Done[Any]]) -> Errors:
    """Do it, and wait a moment until the tables of `projection` show it; or what the rules said."""

    async def seen() -> None:
        done = await doing
        await caught_up(asked.planning.store, projection.reader, stream, done.version)

    return await refusal(seen())


async def loaded_plan(asked: Asking, place: PlanPlace) -> Loaded[Plan]:
    """The plan as it is now, with its texts ready to open."""
    await asked.planning.keyring.load([place.employee_id])
    return await load(asked.planning.store, AGGREGATE, place.stream)


def name_of(people: Mapping[UUID, Person], employee_id: UUID | None) -> str:
    """How a page calls somebody: by name, as not yet known, or as erased."""
    if employee_id is None:
        return "-"
    person = people.get(employee_id)
    if person is None:
        return wording.UNKNOWN_PERSON
    return person.full_name or wording.ERASED


def lacking(plan: Plan, lacks: tuple[Missing, ...], base: str) -> list[tuple[str, str]]:
    """What a plan still lacks as (sentence, address of the field)."""
    found = []
    for lack in lacks:
        result = plan.result(lack.result_id) if lack.result_id else None
        title = result.title if result else ""
        href = f"{base}/rhk/baru"
        if lack.indicator_id and result:
            title = next(one.title for one in result.indicators if one.indicator_id == lack.indicator_id)
            href = f"{base}/rhk/{lack.result_id}/iki/{lack.indicator_id}#target"
        elif lack.result_id:
            href = f"{base}/rhk/{lack.result_id}/iki/baru"
        found.append((wording.MISSING[lack.code].format(title=title), href))
    return found


def expectations(asked: Asking, plan: Plan) -> list[tuple[str, str, str | None]]:
    """For each BerAKHLAK value: its code, its name, and what the leader expects, where something was said."""
    said = {one.code: one.text for one in plan.expectations}
    keyring = asked.planning.keyring
    return [
        (
            guide.value.value,
            guide.name,
            (keyring.open(said[guide.value]) or wording.ERASED) if guide.value in said else None,
        )
        for guide in BERAKHLAK.on(asked.today).value
    ]
