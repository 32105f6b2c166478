import gzip

from starlette.applications import Starlette
from starlette.routing import Mount
from starlette.testclient import TestClient

from shared.web.static import Static, asset, assets

client = TestClient(Starlette(routes=[Mount("/static", Static())]))


def test_a_style_sheet_comes_compressed_and_is_kept_for_ever() -> None:
    answer = client.get(asset("jejak.css"))
    assert answer.status_code == 200
    assert answer.headers["content-encoding"] == "gzip"
    assert "immutable" in answer.headers["cache-control"]
    assert answer.headers["content-type"].startswith("text/css")


def test_a_client_that_cannot_unpack_gets_the_same_bytes_plain() -> None:
    answer = client.get(asset("jejak.css"), headers={"accept-encoding": "identity"})
    assert "content-encoding" not in answer.headers
    assert answer.content == gzip.decompress(assets()["jejak.css"].compressed)


def test_the_script_refers_to_the_components_under_their_served_name() -> None:
    script = client.get(asset("jejak.js")).text
    assert asset("govuk-frontend.js") in script
    assert '"./govuk-frontend.js"' not in script


def test_an_unknown_or_outdated_name_is_not_found() -> None:
    assert client.get("/static/jejak.000000000000.css").status_code == 404
    assert client.get("/static/vendored.json").status_code == 404
    assert client.get("/static/..%2Fpages.py").status_code == 404


def test_nothing_can_be_posted() -> None:
    assert client.post(asset("jejak.css")).status_code == 405


def test_a_first_view_stays_far_below_a_hundred_kilobytes() -> None:
    assert sum(len(found.compressed) for found in assets().values()) < 60_000
