"""What every route needs from a request: who asks, as which command, on which version."""

import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Annotated, Any
from uuid import UUID

import orjson
from fastapi import Depends, Header
from starlette.datastructures import UploadFile
from starlette.requests import Request
from starlette.responses import Response
from uuid_utils.compat import uuid5, uuid7

from shared.clock import Clock
from shared.identity.actor import Actor
from shared.identity.policy import NotAllowed
from shared.identity.tokens import TokenVerifier
from shared.store.errors import KeyMissing
from shared.store.unit import Intent
from shared.web.guard import NOT_STORABLE, is_storable
from shared.web.problem import FieldError, Malformed

COMMANDS = UUID("1d5f6f43-8a9e-5f2b-8a55-6a656a616b33")
COMMAND_FIELD, VERSION_FIELD = "command_id", "version"
LONGEST_KEY = 200
LARGEST_TEXT = 16_777_216
"""The most bytes of one field of a form; the whole body has its own limit in `Guard`."""
DEMO_TIME_REFUSED, KEY_MALFORMED, VERSION_MALFORMED = (
    "demo-time-refused",
    "key-malformed",
    "if-match-malformed",
)
TRACEPARENT = re.compile(r"00-(?!0{32})([0-9a-f]{32})-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}")
ENTITY_TAG = re.compile(r'"(\d{1,9})"')
CHUNK = 1_048_576


@dataclass(frozen=True, slots=True)
class Edge:
    """What the routes of one process share; `app.state.edge`, set by `application`."""

    verifier: TokenVerifier
    clock: Clock
    is_demo: bool = False


def edge(request: Request) -> Edge:
    """The Edge of the application that `request` came to."""
    found: Edge = request.app.state.edge
    return found


async def actor(request: Request) -> Actor:
    """Who asks. Raises TokenRefused, or IssuerAway when the token can't be judged now."""
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    who = await edge(request).verifier.verify(token.strip() if scheme.lower() == "bearer" else "")
    request.state.actor = who  # so that an error's page still has the reader's menu
    return who


Caller = Annotated[Actor, Depends(actor)]


# What OpenAPI says of routes that change something: `intent` reads the header and demands it.
IDEMPOTENT: dict[str, Any] = {
    "parameters": [
        {
            "in": "header",
            "name": "Idempotency-Key",
            "required": True,
            "description": "Unique per intended change; the same key with the same request is done once.",
            "schema": {"type": "string", "maxLength": LONGEST_KEY},
            "example": "0199a1c2-5f0e-7000-8000-4b1d2c3e4f50",
        }
    ]
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Why:
    """The part of an Intent that only the route knows: the reason, whom for, and the date claimed."""

    reason_code: str | None = None
    reason_text: str | None = None
    on_behalf_of: UUID | None = None
    effective_on: date | None = None


def now(request: Request) -> datetime:
    """The instant to decide by: the demonstration's, or the server's. Raises as `demonstration_time`."""
    return demonstration_time(request) or edge(request).clock.now()


async def intent(request: Request, who: Actor, acting_role: str, why: Why | None = None) -> Intent:
    """Who asks for this command, when and why. `acting_role` is what `policy.may` answered.

    The key is the header `Idempotency-Key`, or a form's hidden field `command_id`. Raises KeyMissing,
    Malformed, and NotAllowed for a `Demo-Time` outside the demonstration.
    """
    why = why or Why()
    form = await form_fields(request)
    key = command_key(request, form)
    demo_time = demonstration_time(request)
    traceparent = request.headers.get("traceparent", "")
    traced = TRACEPARENT.fullmatch(traceparent)
    return Intent(
        command_id=uuid5(COMMANDS, f"{who.caller}/{key}"),
        caller=who.caller,
        request_hash=await request_hash(request, form),
        actor_id=who.actor_id,
        acting_role=acting_role,
        at=demo_time or edge(request).clock.now(),
        correlation_id=UUID(traced[1]) if traced else uuid7(),
        on_behalf_of=why.on_behalf_of,
        reason_code=why.reason_code,
        reason_text=why.reason_text,
        effective_on=why.effective_on,
        traceparent=traceparent if traced else None,
        recorded_at=demo_time,
    )


Form = Sequence[tuple[str, str | UploadFile]]


async def form_fields(request: Request) -> Form | None:
    """The fields of a form in their order, or None where the body is no form. Raises Malformed."""
    media_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if media_type not in ("application/x-www-form-urlencoded", "multipart/form-data"):
        return None
    fields = (await request.form(max_part_size=LARGEST_TEXT)).multi_items()
    wrong = [name for name, value in fields if isinstance(value, str) and not is_storable(name + value)]
    if wrong:
        raise Malformed(NOT_STORABLE, *(FieldError(name.replace("\0", "?"), "") for name in wrong))
    return fields


def command_key(request: Request, form: Form | None) -> str:
    """The caller's own key for this change. Raises KeyMissing, or Malformed for one that is no key."""
    in_form = next((value for name, value in form or () if name == COMMAND_FIELD), None)
    key = request.headers.get("idempotency-key") or (in_form if isinstance(in_form, str) else None)
    if not key:
        raise KeyMissing
    if len(key) > LONGEST_KEY or not key.isprintable():
        raise Malformed(KEY_MALFORMED)
    return key


async def request_hash(request: Request, form: Form | None) -> bytes:
    """SHA-256 of what is asked: method, address and content, however the content is spelled.

    JSON in another order of keys, or a form with another boundary, is the same request.
    """
    query = request.scope["query_string"].decode("latin-1")
    address = request.scope["path"] + (f"?{query}" if query else "")
    digest = hashlib.sha256(f"{request.method} {address}\n".encode())
    if form is None:
        digest.update(canonical(await request.body()))
        return digest.digest()
    for name, value in form:
        content = value if isinstance(value, str) else await file_digest(value)
        digest.update(orjson.dumps([name, content]))
    return digest.digest()


def canonical(body: bytes) -> bytes:
    """JSON with sorted keys and without spaces; any other body as it is."""
    try:
        return orjson.dumps(orjson.loads(body), option=orjson.OPT_SORT_KEYS)
    except (orjson.JSONDecodeError, TypeError):
        return body


async def file_digest(upload: UploadFile) -> str:
    """The SHA-256 of an uploaded file, which can be read again afterwards."""
    digest = hashlib.sha256()
    await upload.seek(0)
    while chunk := await upload.read(CHUNK):
        digest.update(chunk)
    await upload.seek(0)
    return digest.hexdigest()


def demonstration_time(request: Request) -> datetime | None:
    """The instant of the header `Demo-Time`. Raises NotAllowed outside the demonstration, or Malformed."""
    given = request.headers.get("demo-time")
    if given is None:
        return None
    if not edge(request).is_demo:
        raise NotAllowed(DEMO_TIME_REFUSED)
    try:
        instant = datetime.fromisoformat(given)
    except ValueError as error:
        raise Malformed(DEMO_TIME_REFUSED) from error
    if instant.tzinfo is None:
        raise Malformed(DEMO_TIME_REFUSED)
    return instant.astimezone(UTC)


async def expected_version(
    if_match: Annotated[
        str | None,
        Header(
            alias="If-Match", description='The version last seen, as its ETag said: `"3"`', examples=['"3"']
        ),
    ] = None,
) -> int | None:
    """The version the caller last saw, or None without one. Raises Malformed for what is no version."""
    if if_match is None or if_match.strip() == "*":
        return None
    found = ENTITY_TAG.fullmatch(if_match.strip())
    if found is None:
        raise Malformed(VERSION_MALFORMED, status=400)
    return int(found[1])


IfMatch = Annotated[int | None, Depends(expected_version)]


def form_version(form: Mapping[str, Any]) -> int | None:
    """The version a form was shown with (its hidden field `version`). Raises Malformed."""
    given = form.get(VERSION_FIELD)
    if not given:
        return None
    if not (isinstance(given, str) and given.isascii() and given.isdigit() and len(given) <= 9):  # noqa: PLR2004
        raise Malformed(VERSION_MALFORMED, status=400)
    return int(given)


def set_version(response: Response, version: int) -> None:
    """Tell the caller which version this is: what it sends back as If-Match."""
    response.headers["ETag"] = f'"{version}"'
