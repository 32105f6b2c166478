"""Turns a template and its facts into the answer a browser gets."""

import gzip
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any, Protocol
from uuid import UUID
from zoneinfo import ZoneInfo

from jinja2 import (
    Environment,
    FileSystemBytecodeCache,
    FileSystemLoader,
    PackageLoader,
    PrefixLoader,
    Undefined,
    select_autoescape,
)
from jinja2.exceptions import UndefinedError
from jinja2.loaders import ChoiceLoader
from starlette.requests import Request
from starlette.responses import HTMLResponse
from uuid_utils import uuid7

from shared.web import flash, formatting, navigation
from shared.web.static import asset
from shared.web.trail_view import grouped

TEMPLATES = Path(__file__).parent / "templates"
PRODUCT = "Jejak Kinerja"
SMALL = 1024


class Agency(Protocol):
    """Whose pages these are: the settings of a service, of the door or of the sample issuer."""

    @property
    def agency(self) -> str:
        """The agency's code."""

    @property
    def agency_name(self) -> str:
        """The agency's name, empty where only the code is known."""

    @property
    def timezone(self) -> ZoneInfo:
        """The zone that times are shown in."""

    @property
    def is_demo(self) -> bool:
        """Whether every page says that its data are invented."""


class Viewer(Protocol):
    """Whom a page is shown to: an `Actor`, or anything that has a name and roles."""

    @property
    def actor_id(self) -> UUID:
        """Keeps apart what two people type on one device."""

    @property
    def name(self) -> str | None:
        """The name shown in the header."""

    @property
    def roles(self) -> Collection[str]:
        """The roles that decide which screens the menu shows."""


class Unknown(Undefined):
    """Strict for what our templates print, lenient for the optional parameters of the wrapped macros.

    A misspelt name or attribute fails the page instead of leaving a hole in it; a key that a
    parameter dict lacks is empty.
    """

    def __str__(self) -> str:
        """Empty for a missing key of a dict. Raises UndefinedError for all else."""
        if isinstance(self._undefined_obj, Mapping):
            return ""
        raise UndefinedError(self._undefined_message)

    def __html__(self) -> str:
        """The same, where it would be escaped."""
        return str(self)


class Pages:
    """The pages of one service: its own templates in `folder`, the shared ones beneath.

    `form_targets` are origins other than our own that a form may lead to (the identity provider's).
    """

    def __init__(self, folder: Path, settings: Agency, form_targets: Collection[str] = ()) -> None:
        self.settings = settings
        self.headers = security_headers(form_targets)
        self.environment = environment(folder, settings)

    def render(
        self,
        request: Request,
        template: str,
        *,
        status: int = 200,
        actor: Viewer | None = None,
        **context: Any,
    ) -> HTMLResponse:
        """The page as a response, with the message that the page before left.

        `errors` in the context ({field id: text}) makes the error summary and the title's prefix;
        the reader is `actor`, else the request's own;
        `appraiser=False` leaves the appraiser's screens out of the menu; `breadcrumbs` is a list of
        (title, path) above the page; `page_title` may be set here instead of in the template.
        """
        actor = actor or getattr(request.state, "actor", None)
        message = flash.waiting(request)
        roles = actor.roles if actor else ()
        facts: Mapping[str, Any] = {
            "errors": {},
            "breadcrumbs": [],
            "page_title": "",
            "request": request,
            "actor": actor,
            "flash": message,
            "menu": navigation.menu(roles, request.url.path, appraiser=context.get("appraiser", True)),
            **context,
        }
        response = HTMLResponse(
            self.environment.get_template(template).render(facts),
            status_code=status,
            headers=self.headers,
        )
        compress(request, response)
        if message is not None:
            flash.clear(response)
        return response


def compress(request: Request, response: HTMLResponse) -> None:
    """Make the page as small as the line needs it; it holds no secret that its size could betray."""
    response.headers["Vary"] = "Accept-Encoding"
    if len(response.body) < SMALL or "gzip" not in request.headers.get("accept-encoding", ""):
        return
    response.body = gzip.compress(bytes(response.body), 6, mtime=0)
    response.headers["Content-Encoding"] = "gzip"
    response.headers["Content-Length"] = str(len(response.body))


def environment(folder: Path, settings: Agency) -> Environment:
    """Templates of `folder`, then the shared ones, then the macros they wrap; escaping always on."""
    made = Environment(
        loader=ChoiceLoader(
            [
                FileSystemLoader([folder, TEMPLATES]),
                PrefixLoader({"govuk_frontend_jinja": PackageLoader("govuk_frontend_jinja")}),
            ],
        ),
        autoescape=select_autoescape(default=True, default_for_string=True),
        undefined=Unknown,
        auto_reload=False,
        bytecode_cache=FileSystemBytecodeCache(),  # in a folder of this user alone
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters.update(formatting.filters(settings.timezone))
    made.globals.update(
        asset=asset,
        agency=settings.agency_name or settings.agency,
        product=PRODUCT,
        is_demo=settings.is_demo,
        grouped=grouped,
        new_command_id=lambda: str(uuid7()),
        tabs_of=navigation.service_tabs,
    )
    return made


def security_headers(form_targets: Collection[str] = ()) -> dict[str, str]:
    """What every page says about itself: only our own scripts and styles, kept by no cache."""
    policy = (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data:",
        "connect-src 'self'",
        " ".join(("form-action", "'self'", *form_targets)),
        "base-uri 'none'",
        "frame-ancestors 'none'",
    )
    return {
        "Content-Security-Policy": "; ".join(policy),
        "Content-Language": "id",
        "Cache-Control": "private, no-store",
        "Referrer-Policy": "same-origin",
        "X-Content-Type-Options": "nosniff",
    }
