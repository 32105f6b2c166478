"""Shows an error to a person: what happened, what is safe, what to do next."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Protocol
from urllib.parse import urlsplit

from starlette.requests import Request
from starlette.responses import Response

from shared.web.own_address import is_own
from shared.web.pages import Pages
from shared.web.problem_wording import ADVICE, BY_CODE, SAFE, Advice


class FieldProblem(Protocol):
    """What is wrong with one value."""

    @property
    def field(self) -> str:
        """The field's path."""

    @property
    def message(self) -> str:
        """What is wrong, in words."""


class WordedProblem(Protocol):
    """A problem of `shared.web.problems` with its title and detail filled in."""

    @property
    def status(self) -> int:
        """The HTTP status."""

    @property
    def code(self) -> str:
        """The kebab-case code of its type."""

    @property
    def title(self) -> str:
        """What happened, constant per code."""

    @property
    def detail(self) -> str | None:
        """What is said of this occurrence."""

    @property
    def errors(self) -> tuple[FieldProblem, ...]:
        """The values that are wrong."""


@dataclass(frozen=True, slots=True)
class KnownProblem:
    """A type of problem as its own page `/problems/<code>` explains it."""

    status: int
    code: str
    title: str
    detail: str | None = None
    errors: tuple[FieldProblem, ...] = field(default=())


def advice(problem: WordedProblem) -> Advice:
    """What is safe and what to do next: by the problem's own code, else by its status."""
    status = problem.status
    if own := BY_CODE.get(problem.code):
        return own
    return ADVICE.get(status, ADVICE[500] if status >= 500 else Advice(SAFE, ADVICE[404].next))  # noqa: PLR2004


def problem_page(pages: Pages) -> Callable[[Request, WordedProblem], Response]:
    """The `page` of `Problems`: renders a problem with the pages of this service.

    Nobody is looked up for an error, so its menu has what everybody has, without the appraiser's screens.
    """

    def page(request: Request, problem: WordedProblem) -> Response:
        return pages.render(
            request,
            "masalah.html",
            status=problem.status,
            actor=getattr(request.state, "actor", None),
            appraiser=False,
            problem=problem,
            advice=advice(problem),
            is_error=True,
            back=came_from(request),
        )

    return page


def came_from(request: Request) -> str | None:
    """The page with the form that was sent, of this origin; None where nothing was sent or nobody says."""
    if request.method != "POST":
        return None
    try:
        page = urlsplit(request.headers.get("referer", ""))
    except ValueError:
        return None
    address = f"{page.path}?{page.query}" if page.query else page.path
    return address if is_own(address) else None


def explanation(pages: Pages, request: Request, problem: WordedProblem) -> Response:
    """The page that a problem's `type` leads to; it is no error itself, so its status is 200."""
    return pages.render(
        request,
        "masalah.html",
        appraiser=False,
        problem=problem,
        advice=advice(problem),
        is_error=False,
    )
