"""Every error as one answer in words: RFC 9457 for programs, a page for people."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from html import escape
from typing import Any

import orjson
import structlog
from fastapi import FastAPI
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from shared.web import wording
from shared.web.problem import Facts, Problem
from shared.web.problem_kinds import KNOWN, UNEXPECTED, problem_of

MEDIA_TYPE = "application/problem+json"
ProblemPage = Callable[[Request, Problem], Response]


class Problems:
    """One service's way to answer errors: its wording, laid over the shared one, and its page."""

    def __init__(
        self,
        titles: Mapping[str, str] | None = None,
        *,
        details: Mapping[str, str] | None = None,
        base: str = "",
        page: ProblemPage | None = None,
    ) -> None:
        """`base` is the public address before `/problems/<code>`; `page` renders a Problem for a browser.

        `details` may use the refusal's facts: "Tenggat {due_on}".
        """
        self.titles = wording.PROBLEMS | dict(titles or {})
        self.details = wording.DETAILS | dict(details or {})
        self.base = base.rstrip("/")
        self.page = page or plain_page

    def install(self, app: FastAPI | Starlette) -> None:
        """Answer every error of `app` this way, whatever raised it."""
        for known in KNOWN:
            app.add_exception_handler(known, self.answer)

    async def answer(self, request: Request, error: Exception) -> Response:
        """The response to `error`, as JSON or as a page."""
        return self.response(request, problem_of(error))

    def response(self, request: Request, problem: Problem) -> Response:
        """`problem` in words; a page when the request is a browser's for a page."""
        worded = self.worded(problem)
        if wants_page(request):
            response = self.page(request, worded)
        else:
            response = Response(
                orjson.dumps(self.body(worded, request.url.path)),
                status_code=worded.status,
                media_type=MEDIA_TYPE,
            )
            response.headers["Content-Language"] = "id"
        response.headers["Cache-Control"] = "no-store"
        response.headers.update(worded.headers)
        return response

    def worded(self, problem: Problem) -> Problem:
        """`problem` with its title and detail; a code without wording is our mistake, and logged."""
        title = self.titles.get(problem.code)
        if title is None:
            structlog.get_logger().error("problem_without_wording", code=problem.code)
            title = self.titles[UNEXPECTED]
        detail = problem.detail or self.details.get(problem.code)
        if detail is not None:
            detail = detail.format_map(Facts(problem.facts))
        return replace(problem, title=title, detail=detail)

    def body(self, problem: Problem, path: str) -> dict[str, Any]:
        """The RFC 9457 members of a worded problem."""
        body: dict[str, Any] = {
            "type": f"{self.base}/problems/{problem.code}",
            "title": problem.title,
            "status": problem.status,
            "instance": path,
        }
        if problem.detail:
            body["detail"] = problem.detail
        if problem.errors:
            body["errors"] = [
                {"field": one.field, "pointer": "#/" + one.field.replace(".", "/"), "message": one.message}
                for one in problem.errors
            ]
        return body


def wants_page(request: Request) -> bool:
    """Whether a person waits for a page: not an API address, and a browser that takes HTML."""
    if request.url.path.startswith(("/api/", "/health", "/metrics")):
        return False
    return "text/html" in request.headers.get("accept", "")


def plain_page(request: Request, problem: Problem) -> Response:
    """A page of our own for processes that have no templates, and for when the templates fail."""
    del request
    title, detail = escape(problem.title), escape(problem.detail or "")
    heading = escape(wording.PAGE_TITLE.format(title=problem.title))
    return HTMLResponse(
        f'<!doctype html><html lang="id"><meta charset="utf-8"><title>{heading}</title>'
        f'<main><h1>{title}</h1><p>{detail}</p><p><a href="/">{wording.PAGE_HOME}</a></p></main></html>',
        status_code=problem.status,
        headers={"Content-Language": "id"},
    )
