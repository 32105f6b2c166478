"""What is done to every request before a route sees it: bodies bounded, texts storable, errors answered."""

import traceback
from collections.abc import Iterator, Mapping
from json import loads
from typing import Any, NoReturn

import orjson
import structlog
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from shared.web import wording
from shared.web.problem import BodyTooLarge, FieldError, Malformed
from shared.web.problem_kinds import MALFORMED_JSON, problem_of
from shared.web.problems import Problems

JSON_LIMIT = 1_048_576
NOT_STORABLE = "text-not-storable"


class Guard:
    """ASGI middleware around a service. `limits` maps a path's ending to its own limit in bytes.

    JSON and URL-encoded bodies are read here, whole; everything else streams through, counted.
    """

    def __init__(
        self,
        app: ASGIApp,
        *,
        problems: Problems,
        limit: int = JSON_LIMIT,
        limits: Mapping[str, int] | None = None,
    ) -> None:
        self.app = app
        self.problems = problems
        self.limit = limit
        self.limits = dict(limits or {})

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer what must not pass, pass on the rest, and let no error out unworded."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        started = False

        async def noting(message: Message) -> None:
            nonlocal started
            started = started or message["type"] == "http.response.start"
            await send(message)

        try:
            await self.app(scope, await self.checked(scope, receive), noting)
        except Exception as error:  # noqa: BLE001 - the last place where an error can become an answer
            problem = problem_of(error)
            if problem.status >= 500:  # noqa: PLR2004
                log_unexpected(error, scope)
            if not started:
                await self.problems.response(Request(scope), problem)(scope, receive, send)

    async def checked(self, scope: Scope, receive: Receive) -> Receive:
        """`receive` for the route behind. Raises Malformed or BodyTooLarge for what must not reach it."""
        if "\0" in scope["path"] or b"%00" in scope["query_string"]:
            raise Malformed(NOT_STORABLE)
        headers = dict(scope["headers"])
        limit = self.limit_of(scope["path"])
        check_declared(headers.get(b"content-length", b"0"), limit)
        media_type = headers.get(b"content-type", b"").partition(b";")[0].strip().lower()
        is_json = media_type == b"application/json" or media_type.endswith(b"+json")
        if not is_json and media_type != b"application/x-www-form-urlencoded":
            return counted(receive, limit)
        body = await whole(counted(receive, limit))
        if is_json:
            check_json(body)
        else:
            check_form(body)
        return replayed(body, receive)

    def limit_of(self, path: str) -> int:
        """The most bytes that a body sent to `path` may have."""
        return next((limit for end, limit in self.limits.items() if path.endswith(end)), self.limit)


def check_declared(length: bytes, limit: int) -> None:
    """Raises BodyTooLarge for a body that says beforehand that it is too large: nobody waits for it."""
    if length.isdigit() and int(length) > limit:
        raise BodyTooLarge(limit)


def counted(receive: Receive, limit: int) -> Receive:
    """`receive`, ending with BodyTooLarge as soon as more than `limit` bytes came."""
    seen = 0

    async def counting() -> Message:
        nonlocal seen
        message = await receive()
        seen += len(message.get("body", b""))
        if seen > limit:
            raise BodyTooLarge(limit)
        return message

    return counting


async def whole(receive: Receive) -> bytes:
    """The whole body; what came of it if the client went away."""
    parts: list[bytes] = []
    while True:
        message = await receive()
        if message["type"] != "http.request":
            break
        parts.append(message.get("body", b""))
        if not message.get("more_body", False):
            break
    return b"".join(parts)


def replayed(body: bytes, receive: Receive) -> Receive:
    """A `receive` that hands out `body` once, then whatever still comes (the disconnect)."""
    pending = True

    async def replaying() -> Message:
        nonlocal pending
        if pending:
            pending = False
            return {"type": "http.request", "body": body, "more_body": False}
        return await receive()

    return replaying


def check_json(body: bytes) -> None:
    """Raises Malformed: 400 for what is no JSON, 422 for a text that PostgreSQL can't hold.

    orjson refuses lone surrogates, so only what it refuses, and what may hold a NUL, is looked at twice.
    """
    if not body:
        return
    try:
        value = orjson.loads(body)
    except orjson.JSONDecodeError:
        value = read_slowly(body)
    else:
        if b"\\u0000" not in body:
            return
    errors = [FieldError(path, wording.NOT_STORABLE) for path in unstorable(value)]
    if errors:
        raise Malformed(NOT_STORABLE, *errors)


def read_slowly(body: bytes) -> Any:
    """What the standard library makes of `body`: it takes surrogates, and numbers that are none."""
    try:
        return loads(body, parse_constant=refuse_constant)
    except (ValueError, RecursionError) as error:
        raise Malformed(MALFORMED_JSON, status=400) from error


def refuse_constant(name: str) -> NoReturn:
    """NaN and Infinity are Python's, not JSON's."""
    raise ValueError(name)


def unstorable(value: Any) -> Iterator[str]:
    """The paths of all texts, names of fields included, with a NUL or a lone surrogate."""
    waiting: list[tuple[str, Any]] = [("", value)]
    while waiting:
        path, inner = waiting.pop()
        if isinstance(inner, str) and not is_storable(inner):
            yield path.encode("utf-8", "replace").decode().replace("\0", "?")
        elif isinstance(inner, dict):
            waiting += [(path, key) for key in inner]
            waiting += [(joined(path, key), below) for key, below in inner.items()]
        elif isinstance(inner, list):
            waiting += [(joined(path, place), below) for place, below in enumerate(inner)]


def joined(path: str, part: str | int) -> str:
    """The path of a value within the one at `path`."""
    return f"{path}.{part}" if path else str(part)


def is_storable(text: str) -> bool:
    """Whether PostgreSQL and JSON can hold `text`: no NUL, no half of a surrogate pair."""
    return "\0" not in text and not any("\ud800" <= character <= "\udfff" for character in text)


def check_form(body: bytes) -> None:
    """Raises Malformed for a NUL; surrogates can't come this way, they are no UTF-8."""
    if b"%00" in body or b"\0" in body:
        raise Malformed(NOT_STORABLE)


def log_unexpected(error: Exception, scope: Scope) -> None:
    """What went wrong and where, without the error's own text: that may quote somebody's data."""
    frames = traceback.extract_tb(error.__traceback__)
    structlog.get_logger().error(
        "unexpected_error",
        error=type(error).__name__,
        method=scope["method"],
        route=getattr(scope.get("route"), "path", None),
        where=[f"{frame.filename}:{frame.lineno} {frame.name}" for frame in frames[-6:]],
    )
