"""Nothing of any service is answered to somebody unknown, and every refusal has its page at the door."""

import re
from collections.abc import AsyncIterator

import httpx2
import pytest
from fastapi.routing import iter_route_contexts

from services.cli.contracts import NOWHERE
from services.cli.programs import SERVICES, composed, problem_titles
from shared.web import wording

OPEN = re.compile(r"/health/(live|ready)|/metrics|/api/\w+/v1/openapi\.json")
SOME_ID = "01900000-0000-7000-8000-000000000011"


Routes = tuple[httpx2.AsyncClient, list[tuple[str, str]]]


@pytest.fixture(params=SERVICES, scope="module")
async def service(request: pytest.FixtureRequest) -> AsyncIterator[Routes]:
    app = composed(request.param).build(NOWHERE)
    places = [
        (method, re.sub(r"\{[^}]*\}", SOME_ID, route.path))
        for route in iter_route_contexts(app.routes)
        for method in route.methods or ()
        if route.path and not OPEN.fullmatch(route.path)
    ]
    transport = httpx2.ASGITransport(app=app, raise_app_exceptions=False)
    async with httpx2.AsyncClient(transport=transport, base_url="http://test") as client:
        yield client, places


@pytest.mark.parametrize("token", ["", "Bearer x", "Bearer a.b.c", "Basic eDp4"])
async def test_every_route_asks_who_it_is(service: Routes, token: str) -> None:
    client, places = service
    assert len(places) > 10
    for method, path in places:
        for accept in ("text/html", "application/json"):
            headers = {"Accept": accept} | ({"Authorization": token} if token else {})
            answer = await client.request(method, path, headers=headers)
            assert answer.status_code == 401, (method, path)


def test_every_refusal_of_every_service_has_a_page_at_the_door() -> None:
    titles = problem_titles()
    assert "plan-is-empty" in titles
    assert all(titles.values())
    clashing = {code for code in titles.keys() & wording.PROBLEMS if titles[code] != wording.PROBLEMS[code]}
    assert clashing == set()
