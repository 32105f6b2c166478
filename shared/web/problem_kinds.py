"""The one map from what is raised to the problem that is answered."""

from collections.abc import Callable, Mapping
from http import HTTPStatus
from typing import Any

import structlog
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException

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
from shared.store.files import FileChanged, FileMissing, FileUnreadable
from shared.web import wording
from shared.web.formatting import ukuran
from shared.web.problem import BodyTooLarge, Facts, FieldError, Malformed, Problem

RETRY_AFTER = {"Retry-After": "2"}
UNEXPECTED, FIELD_ERRORS, MALFORMED_JSON = "unexpected", "field-errors", "malformed-json"
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


def always(status: int, code: str, headers: Mapping[str, str] | None = None) -> Callable[[Any], Problem]:
    """An error that is the same problem whenever it comes."""
    problem = Problem(status=status, code=code, headers=headers or {})
    return lambda _: problem


def unreadable(error: UnreadableEvent) -> Problem:
    """What this code can't read, because it is older than the event or the event is broken: said to both."""
    structlog.get_logger().error("event_unreadable", **error.facts)
    version = error.facts.get("stream_version")
    which = wording.WHICH_CHANGE.format(version=version) if version else wording.SOME_CHANGE
    return Problem(status=409, code="event-unreadable", facts={"which": which})


def file_unreadable(code: str) -> Callable[[FileUnreadable], Problem]:
    """A file that its disk lost or damaged: who reads it can't mend that, so the log says which."""

    def made(error: FileUnreadable) -> Problem:
        structlog.get_logger().error("file_unreadable", file_id=error.file_id, cause=type(error).__name__)
        return Problem(status=500, code=code)

    return made


# A subclass is answered as its nearest ancestor here.
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
    FileMissing: file_unreadable("evidence-missing"),
    FileChanged: file_unreadable("evidence-changed"),
    TokenRefused: lambda error: Problem(
        status=401, code=error.code, headers={"WWW-Authenticate": f'Bearer error="{error.code}"'}
    ),
    RequestValidationError: lambda error: problem_of_fields(error.errors()),
    BodyTooLarge: lambda error: Problem(
        status=413, code="body-too-large", facts={"limit": ukuran(error.limit)}
    ),
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
    "event-unreadable": 409,
    "evidence-missing": 500,
    "evidence-changed": 500,
    "unexpected": 500,
}
