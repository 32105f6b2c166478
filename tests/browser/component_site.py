"""The style guide and one form, served without any service, for tests of the components themselves."""

from pathlib import Path

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Mount, Route

from shared.web.flash import see_other
from shared.web.pages import Pages
from shared.web.problem_page import KnownProblem, problem_page
from shared.web.static import Static
from shared.web.style_guide import Someone, routes
from tests.shared.web.page_settings import pages, settings

FOLDER = Path(__file__).parent / "pages"
STALE = "2"
"""The version that somebody else has changed meanwhile."""


def app() -> Starlette:
    own = Pages(FOLDER, settings())
    received: list[dict[str, str]] = []

    async def form(request: Request) -> Response:
        if request.method == "GET":
            return own.render(request, "formulir.html", actor=Someone(), received=received, title="")
        sent = {name: str(value) for name, value in (await request.form()).items()}
        if not sent.get("title"):
            return own.render(
                request,
                "formulir.html",
                status=422,
                actor=Someone(),
                received=received,
                errors={"title": "Isi rencana hasil kerja"},
                title="",
            )
        if sent["version"] == STALE:
            return problem_page(own)(request, KnownProblem(412, "stale-version", "Data sudah berubah"))
        received.append(sent)
        return see_other("/formulir", "Rencana hasil kerja tersimpan")

    return Starlette(
        routes=[
            *routes(pages()),
            Route("/formulir", form, methods=["GET", "POST"]),
            Mount("/static", Static()),
        ],
    )
