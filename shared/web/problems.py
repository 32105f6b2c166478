"""Every error as one answer in words: RFC 9457 for programs, a page for people."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from html import escape
from http import HTTPStatus
from typing import Any

import orjson
import structlog
from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from shared.decider import Refusal
from shared.identity.policy import NotAllowed
from shared.identity.tokens import IssuerAway, TokenRefused
from shared.sealed_log.bundle.part import NothingSealed
from shared.sealed_log.checkpoint import CheckpointForeign
from shared.sealed_log.note import NoteWrong, SignatureWrong
from shared.sealed_log.proof import ProofWrong
from shared.sealed_log.stored import LogChanged
from shared.store.away import is_database_away, is_storage_full
from shared.store.errors import (
    KeyMissing,
    KeyReused,
    NotFound,
    Overloaded,
    StaleVersion,
    SubjectErased,
    VersionConflict,
)
from shared.store.event import UnreadableEvent
from shared.web import wording

MEDIA_TYPE = "application/problem+json"
RETRY_AFTER = {"Retry-After": "2"}
UNEXPECTED, FIELD_ERRORS, MALFORMED_JSON = "unexpected", "field-errors", "malformed-json"


@dataclass(frozen=True, slots=True)
class FieldError:
    """What is wrong with one value of a request; `field` is its path, such as `results.0.title`."""

    field: str
    message: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """One error as it is answered; `title` and `detail` are filled from the wording."""

    status: int
    code: str
    title: str = ""
    detail: str | None = None
    facts: Mapping[str, str | int] = field(default_factory=dict)
    errors: tuple[FieldError, ...] = ()
    headers: Mapping[str, str] = field(default_factory=dict)


class Malformed(Exception):
    """A request that can't be understood or kept, for a reason that has a wording."""

    def __init__(self, code: str, *errors: FieldError, status: int = HTTPStatus.UNPROCESSABLE_ENTITY) -> None:
        super().__init__(code)
        self.problem = Problem(status=status, code=code, errors=errors)


class BodyTooLarge(HTTPException):
    """The body passed its limit while it was read; an HTTPException, since FastAPI lets only that through."""

    def __init__(self, limit: int) -> None:
        super().__init__(HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
        self.limit = limit


HTTP_CODES: dict[int, str] = {
    400: "malformed-request",
    401: "token-missing",
    403: "role-missing",
    404: "not-found",
    405: "method-not-allowed",
    413: "body-too-large",
    415: "media-type-not-supported",
    503: "service-away",
}

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


class Facts(dict[str, str | int]):
    """The values a sentence speaks of; one that is missing is left out, never an error in an error."""

    def __missing__(self, key: str) -> str:
        return ""


def problem_of(error: Exception) -> Problem:
    """What `error` is to whoever asked. Everything unknown is a 500 that says nothing more."""
    if made := _maker(error):
        return made(error)
    if is_storage_full(error):
        return Problem(status=503, code="storage-full")
    if is_database_away(error):
        return Problem(status=503, code="database-away", headers=RETRY_AFTER)
    return Problem(status=500, code=UNEXPECTED)


def is_known(error: Exception) -> bool:
    """Whether `error` is one that somebody may expect, and not a mistake of ours."""
    return _maker(error) is not None


def _maker(error: Exception) -> Callable[[Any], Problem] | None:
    return next((KNOWN[kind] for kind in type(error).__mro__ if kind in KNOWN), None)


def problem_of_http(error: HTTPException) -> Problem:
    """What the framework refused by itself: an unknown address, a method, an unreadable form."""
    server_error = error.status_code >= HTTPStatus.INTERNAL_SERVER_ERROR
    code = HTTP_CODES.get(error.status_code, UNEXPECTED if server_error else "malformed-request")
    return Problem(status=error.status_code, code=code, headers=error.headers or {})


def problem_of_fields(found: Any) -> Problem:
    """What pydantic found, in Indonesian. A body that is no JSON is a 400, a value that is wrong a 422."""
    if any(one["type"] == "json_invalid" for one in found):
        return Problem(status=400, code=MALFORMED_JSON)
    return Problem(status=422, code=FIELD_ERRORS, errors=tuple(field_error(one) for one in found))


def field_error(found: Mapping[str, Any]) -> FieldError:
    """One of pydantic's errors; a validator's own ValueError is taken as already in Indonesian."""
    path = [str(part) for part in found["loc"]]
    if path and path[0] in ("body", "query", "path", "header", "cookie"):
        path = path[1:]
    context = found.get("ctx", {})
    if found["type"] == "value_error" and "error" in context:
        return FieldError(".".join(path), str(context["error"]))
    template = wording.FIELDS.get(found["type"], wording.FIELD_UNREADABLE)
    return FieldError(".".join(path), template.format_map(Facts(context)))


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


def always(status: int, code: str, headers: Mapping[str, str] | None = None) -> Callable[[Any], Problem]:
    """An error that is the same problem whenever it comes."""
    problem = Problem(status=status, code=code, headers=headers or {})
    return lambda _: problem


def unreadable(error: UnreadableEvent) -> Problem:
    """What this code can't read, because it is older than the event or the event is broken: said to both."""
    structlog.get_logger().error("event_unreadable", **error.facts)
    return Problem(
        status=500, code="event-unreadable", facts={"version": str(error.facts.get("stream_version", "?"))}
    )


# The one map from what is raised to what is answered; a subclass is answered as its nearest ancestor here.
KNOWN: dict[type[Exception], Callable[[Any], Problem]] = {
    Malformed: lambda error: error.problem,
    Refusal: lambda error: Problem(status=409, code=error.code, facts=error.facts),
    NotAllowed: lambda error: Problem(status=403, code=error.code),
    NotFound: always(404, "not-found"),
    StaleVersion: always(412, "stale-version"),
    VersionConflict: always(409, "version-conflict"),
    SubjectErased: always(409, "person-erased"),
    KeyReused: always(422, "key-reused"),
    KeyMissing: always(400, "key-missing"),
    Overloaded: always(503, "overloaded", RETRY_AFTER),
    IssuerAway: always(503, "issuer-away", RETRY_AFTER),
    NothingSealed: always(503, "not-sealed-yet", RETRY_AFTER),
    **dict.fromkeys(
        (LogChanged, SignatureWrong, NoteWrong, CheckpointForeign, ProofWrong),
        always(500, "seal-contradicted"),
    ),
    UnreadableEvent: unreadable,
    TokenRefused: lambda error: Problem(
        status=401, code=error.code, headers={"WWW-Authenticate": f'Bearer error="{error.code}"'}
    ),
    RequestValidationError: lambda error: problem_of_fields(error.errors()),
    BodyTooLarge: lambda error: Problem(status=413, code="body-too-large", facts={"limit": error.limit}),
    HTTPException: problem_of_http,
}
# The status of each shared code, for the page that explains it; a service's own refusals are 409.
KNOWN_STATUS: Mapping[str, int] = {
    "token-missing": 401,
    "token-expired": 401,
    "token-invalid": 401,
    "auditor-only-reads": 403,
    "own-record": 403,
    "record-not-yours": 403,
    "not-your-own-record": 403,
    "not-the-appraiser": 403,
    "not-the-appraisers-superior": 403,
    "role-missing": 403,
    "scope-missing": 403,
    "foreign-origin": 403,
    "not-found": 404,
    "method-not-allowed": 405,
    "person-erased": 409,
    "stale-version": 412,
    "body-too-large": 413,
    "media-type-not-supported": 415,
    "malformed-json": 400,
    "malformed-request": 400,
    "if-match-malformed": 400,
    "key-missing": 400,
    "key-reused": 422,
    "field-errors": 422,
    "text-not-storable": 422,
    "cursor-malformed": 422,
    "overloaded": 503,
    "issuer-away": 503,
    "service-away": 503,
    "database-away": 503,
    "storage-full": 503,
    "not-sealed-yet": 503,
    "seal-contradicted": 500,
    "event-unreadable": 500,
    "unexpected": 500,
}
