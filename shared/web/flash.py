"""One message that outlives a redirect, in a cookie that the next page reads and clears."""

import base64
import binascii
import json
from dataclasses import dataclass
from typing import Literal

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

COOKIE = "pesan"
SECONDS = 120
LONGEST = 600

Kind = Literal["success", "notice"]


@dataclass(frozen=True, slots=True)
class Flash:
    """What the banner says. It travels in a cookie: no names, no personal data."""

    text: str
    kind: Kind = "success"


def see_other(path: str, message: str | None = None, kind: Kind = "success") -> RedirectResponse:
    """Redirect after a POST; `message` is shown once on the page that opens."""
    response = RedirectResponse(path, status_code=303)
    if message is not None:
        body = json.dumps({"text": message[:LONGEST], "kind": kind}).encode()
        value = base64.urlsafe_b64encode(body).decode()
        response.set_cookie(COOKIE, value, max_age=SECONDS, path="/", httponly=True, samesite="lax")
    return response


def waiting(request: Request) -> Flash | None:
    """The message left by the page before, or none; what does not read as one is ignored."""
    value = request.cookies.get(COOKIE)
    if not value:
        return None
    try:
        found = json.loads(base64.urlsafe_b64decode(value.encode()))
        return Flash(str(found["text"])[:LONGEST], "notice" if found["kind"] == "notice" else "success")
    except (binascii.Error, ValueError, KeyError, TypeError):
        return None


def clear(response: Response) -> None:
    """Forget the message once it was shown."""
    response.delete_cookie(COOKIE, path="/", httponly=True, samesite="lax")
