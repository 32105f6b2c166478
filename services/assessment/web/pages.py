"""What every page of assessment starts from: its templates, the reader, and whom a page may name."""

from collections.abc import Iterable, Mapping
from pathlib import Path
from uuid import UUID

from starlette.requests import Request
from starlette.responses import HTMLResponse

from services.assessment import wording
from services.assessment.api.requests import assessment_of, today
from services.assessment.progress.evidence import EvidenceRefused
from shared.decider import Refusal
from shared.identity.actor import Actor
from shared.identity.policy import Action, Relation, allowed_to
from shared.people import Person
from shared.regulation.competences import competences_on
from shared.regulation.rating import PREDICATES
from shared.settings import Settings
from shared.store.errors import StaleVersion, VersionConflict
from shared.web.forms import Misread
from shared.web.pages import Pages
from shared.web.problem import Malformed, Problem
from shared.web.problem_kinds import problem_of
from shared.web.problems import Problems

FOLDER = Path(__file__).parent.parent / "pages"
ROOT = "/penilaian"
TellOnForm = (Refusal, EvidenceRefused, StaleVersion, VersionConflict, Malformed, Misread)


def make_pages(settings: Settings) -> Pages:
    """The templates of assessment with its wording at hand."""
    pages = Pages(FOLDER, settings)
    pages.environment.globals.update(w=wording, root=ROOT, may_read_trail=may_read_trail)
    return pages


def may_read_trail(who: Actor, relation: Relation) -> bool:
    """Whether a page shows `who` the way to the record's trail."""
    return allowed_to(Action.READ_TRAIL, who, relation)


async def page(
    request: Request, who: Actor, template: str, *, status: int = 200, **facts: object
) -> HTMLResponse:
    """A page for `who`; the menu leaves out the appraiser's screens for those who appraise nobody."""
    pages: Pages = request.app.state.pages
    team = await assessment_of(request).people.appraised_by(who.actor_id, today(request))
    given = {"typed": {}, **facts}
    return pages.render(
        request, template, status=status, actor=who, appraiser=bool(team), today=today(request), **given
    )


class Names:
    """How pages call people: by name, as not yet known, or as erased."""

    def __init__(self, people: Mapping[UUID, Person]) -> None:
        self._people = people

    def __call__(self, employee_id: UUID | None) -> str:
        if employee_id is None:
            return "-"
        person = self._people.get(employee_id)
        if person is None:
            return wording.UNKNOWN_PERSON
        return person.full_name or wording.ERASED


async def names(request: Request, employee_ids: Iterable[UUID | None]) -> Names:
    """The names of these people."""
    wanted = [one for one in employee_ids if one is not None]
    return Names(await assessment_of(request).people.many(wanted))


def told(request: Request, error: Exception) -> tuple[int, dict[str, str]]:
    """What a form says about an error: the status and the text, at a field where it belongs to one."""
    problems: Problems = request.app.state.problems
    if isinstance(error, Misread):
        return 422, {error.field or "_form": str(error)}
    if isinstance(error, EvidenceRefused):
        error = Malformed(error.code, status=422)
    problem: Problem = problems.worded(problem_of(error))
    text = ". ".join(part.rstrip(".") for part in (problem.title, problem.detail) if part) + "."
    return problem.status, {wording.FIELDS_OF_PROBLEMS.get(problem.code, "_form"): text}


def competence_options(request: Request) -> list[tuple[str, str]]:
    """The catalogue of today, for a choice."""
    return list(competences_on(today(request)).items())


def matrix() -> list[tuple[str, list[tuple[str, str]]]]:
    """The predicate matrix as rows of (result rating, [(behavior rating, predicate)])."""
    value = max(PREDICATES.rows, key=lambda row: row.valid_from).value
    order = ("above", "met", "below")
    return [
        (result, [(behavior, value[result, behavior]) for behavior in reversed(order)])  # type: ignore[index]
        for result in order
    ]
