"""Answers JSON routes by what FastAPI knows of them, without its general way; the unusual is left to it.

That way, made for everything a route could ask for, costs a command more than all of its own work.
"""

import json
from collections.abc import Awaitable, Callable, Iterable, Iterator
from dataclasses import dataclass, field
from inspect import iscoroutinefunction
from re import Pattern
from typing import Any

from fastapi.datastructures import DefaultPlaceholder
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute, RouteContext, iter_route_contexts
from starlette.convertors import StringConvertor
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from shared.web.guard import replayed, whole
from shared.web.problem_kinds import is_known, problem_of
from shared.web.problems import Problems

PREFIX = "/api/"
JSON = b"application/json"
Headers = list[tuple[bytes, bytes]]


class NotAsDeclared(Exception):
    """The request does not fit the route: FastAPI says to the asker what is wrong."""


class NotPlain(Exception):
    """The route asks for something that only FastAPI provides."""


@dataclass(frozen=True, slots=True)
class Call:
    """A function with what it is given: other functions' answers and parts of the request, by name."""

    function: Callable[..., Awaitable[Any]]
    before: tuple[tuple[str, "Call"], ...]
    in_path: tuple[Any, ...]
    in_headers: tuple[Any, ...]
    body: Any | None
    request_as: str | None
    response_as: str | None

    @classmethod
    def of(cls, dependant: Dependant) -> "Call":
        """Raises NotPlain."""
        function = dependant.call
        if not _is_plain(dependant) or not iscoroutinefunction(function):
            raise NotPlain
        return cls(
            function=function,
            before=tuple((one.name or "", cls.of(one)) for one in dependant.dependencies),
            in_path=tuple(dependant.path_params),
            in_headers=tuple(dependant.header_params),
            body=next(iter(dependant.body_params), None),
            request_as=dependant.request_param_name,
            response_as=dependant.response_param_name,
        )

    async def answered(self, asked: "Asked") -> Any:
        """What the function says. Raises NotAsDeclared, and what it raises."""
        values: dict[str, Any] = {}
        for name, one in self.before:
            if one.function not in asked.answers:
                asked.answers[one.function] = await one.answered(asked)
            values[name] = asked.answers[one.function]
        for part in self.in_path:
            values[part.name] = valid(part, asked.path[part.alias])
        for part in self.in_headers:
            given = asked.request.headers.get(part.alias)
            values[part.name] = part.get_default() if given is None else valid(part, given)
        if self.body is not None:
            values[self.body.name] = valid(self.body, asked.content)
        if self.request_as:
            values[self.request_as] = asked.request
        if self.response_as:
            values[self.response_as] = asked.response
        return await self.function(**values)


def _is_plain(one: Dependant) -> bool:
    """Whether `Call` can give it all that it asks for: a header here is a text that may be left out."""
    others = (
        *one.query_params,
        *one.cookie_params,
        *one.body_params[1:],
        one.websocket_param_name,
        one.http_connection_param_name,
        one.background_tasks_param_name,
        one.security_scopes_param_name,
        one.concurrency,
    )
    texts = all(part.field_info.annotation == (str | None) for part in one.header_params)
    return texts and one.use_cache and not any(others)


def valid(part: Any, given: Any) -> Any:
    """A part of the request as its type wants it. Raises NotAsDeclared."""
    value, errors = part.validate(given, {}, loc=())
    if errors:
        raise NotAsDeclared
    return value


@dataclass(slots=True)
class Asked:
    """One request on its way; `answers` are those of functions that were called for it."""

    request: Request
    path: dict[str, str]
    content: Any
    response: Response
    answers: dict[Any, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Plain:
    """A route that can be answered here."""

    route: APIRoute
    call: Call
    status: int
    said: Any

    @classmethod
    def of(cls, context: RouteContext) -> "Plain | None":
        """None where only FastAPI can answer it."""
        route = context.original_route
        if not isinstance(route, APIRoute) or not _answers_json(context):
            return None
        try:
            call = Call.of(context.dependant)
        except NotPlain:
            return None
        return cls(route, call, context.status_code or 200, context.response_field)

    async def answer(self, request: Request, path: dict[str, str], content: Any, send: Send) -> None:
        """Call the function and send what it says. Raises NotAsDeclared, and what it raises."""
        asked = Asked(request, path, content, _to_be_filled())
        found = await self.call.answered(asked)
        if isinstance(found, Response):
            await found(request.scope, request.receive, send)
            return
        value, errors = self.said.validate(found, {}, loc=("response",))
        if errors:
            raise TypeError(f"{self.route.name} says something else than it declares")
        body = self.said.serialize_json(value)
        headers: Headers = [
            (b"content-length", str(len(body)).encode()),
            (b"content-type", JSON),
            *asked.response.raw_headers,
        ]
        status = asked.response.status_code or self.status
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": body})


def _answers_json(context: RouteContext) -> bool:
    """Whether the route says a model and nothing about how."""
    bent = (
        context.stream_item_field,
        context.response_model_include,
        context.response_model_exclude,
        context.response_model_exclude_unset,
        context.response_model_exclude_defaults,
        context.response_model_exclude_none,
        context.max_body_size,
        context._embed_body_fields,  # noqa: SLF001 - what FastAPI's own handler goes by
        not context.response_field,
        not all(isinstance(one, StringConvertor) for one in context.param_convertors.values()),
    )
    return isinstance(context.response_class, DefaultPlaceholder) and not any(bent)


def _to_be_filled() -> Response:
    """What a function sets its headers on; `status_code` stays None where it sets none."""
    response = Response()
    response.raw_headers.clear()
    response.status_code = None  # type: ignore[assignment]
    return response


class Read(Request):
    """A request whose body is here already."""

    def __init__(self, scope: Scope, receive: Receive, body: bytes) -> None:
        super().__init__(scope, receive)
        self._read = body

    async def body(self) -> bytes:
        """All of it."""
        return self._read


Match = tuple[Pattern[str], Plain | None]


class Direct:
    """ASGI middleware, the innermost. It takes what FastAPI would have routed to the same function."""

    def __init__(self, app: ASGIApp, *, problems: Problems) -> None:
        self.app = app
        self._problems = problems
        self._known: dict[tuple[str, int], list[Match]] | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer, or pass on as it came."""
        found = self._found(scope) if scope["type"] == "http" else None
        if found is None:
            await self.app(scope, receive, send)
            return
        plain, path = found
        body = await whole(receive) if plain.call.body else None
        request = Request(scope, receive) if body is None else Read(scope, receive, body)
        scope["route"] = plain.route
        try:
            await plain.answer(request, path, _json(request, body), send)
        except NotAsDeclared:
            await self.app(scope, receive if body is None else replayed(body, receive), send)
        except Exception as error:
            if not is_known(error):
                raise
            await self._problems.response(request, problem_of(error))(scope, receive, send)

    def _found(self, scope: Scope) -> tuple[Plain, dict[str, str]] | None:
        address: str = scope["path"]
        if not address.startswith(PREFIX) or scope.get("root_path"):
            return None
        if self._known is None:
            self._known = known(scope["app"].routes)
        for pattern, plain in self._known.get((scope["method"], address.count("/")), ()):
            if match := pattern.match(address):
                return None if plain is None else (plain, match.groupdict())
        return None


def known(routes: Iterable[Any]) -> dict[tuple[str, int], list[Match]]:
    """The routes of an API in their order, by method and number of slashes; those left to FastAPI too."""
    found: dict[tuple[str, int], list[Match]] = {}
    for context in iter_route_contexts(list(routes)):
        path = context.path_format or ""
        if path.startswith(PREFIX):
            for place in _places(context, path):
                found.setdefault(place, []).append((context.path_regex, Plain.of(context)))
    return found


def _places(context: RouteContext, path: str) -> Iterator[tuple[str, int]]:
    for method in context.methods or ():
        yield method, path.count("/")


def _json(request: Request, body: bytes | None) -> Any:
    """The content that a route asks for. Raises NotAsDeclared where it did not come as plain JSON."""
    if body is None:
        return None
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != JSON.decode():
        raise NotAsDeclared
    try:
        return json.loads(body)  # as FastAPI does: orjson makes a float of a huge number
    except ValueError:
        raise NotAsDeclared from None
