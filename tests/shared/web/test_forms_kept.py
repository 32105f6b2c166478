"""Error pages promise that what was typed is kept on the device; no form may break that by oversight."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.testclient import TestClient

from shared.web.pages import Pages
from shared.web.style_guide import Someone
from tests.shared.web.page_settings import settings

ROOT = Path(__file__).parents[3]
FOLDERS = ("services", "shared")
CALL = re.compile(r"k\.form\(root ~ \"(?P<path>[^\"]+)\"[^%]*draft=(?:false|\"\")")
NOT_KEPT = {
    "/pegawai/cari": "a search: it changes nothing, and a NIP must not stay on the device",
    "/pegawai/impor": "one file, which no script can choose again",
    "/pegawai/impor/simpan": "nothing is typed: the checked file travels along",
}
NO_FORM_OF_OURS = {
    "dasar.html": "sign-out",
    "komponen.html": "the macros themselves",
    "pilih.html": "the sample issuer's choice of a person",
}


def templates() -> list[Path]:
    return [path for folder in FOLDERS for path in (ROOT / folder).rglob("*.html")]


def test_only_forms_with_a_reason_keep_nothing() -> None:
    found = [one["path"] for path in templates() for one in CALL.finditer(path.read_text(encoding="utf-8"))]
    told_off = sum(path.read_text(encoding="utf-8").count("draft=false") for path in templates())
    assert sorted(found) == sorted(NOT_KEPT)
    assert told_off == len(NOT_KEPT) + 1  # the comment above the macro


def test_every_form_that_is_posted_is_made_by_the_macro() -> None:
    own = {path.name for path in templates() if '<form method="post"' in path.read_text(encoding="utf-8")}
    assert own == set(NO_FORM_OF_OURS)


@pytest.mark.parametrize(
    ("asked", "kept"), [("", ":/simpan"), (", draft='skp'", ":skp"), (", draft=false", "")]
)
def test_a_form_is_kept_under_its_action_unless_it_says_otherwise(
    html_of: Callable[[str], str], asked: str, kept: str
) -> None:
    html = html_of(f"{{% call k.form('/simpan'{asked}) %}}isi{{% endcall %}}")
    keys = re.findall(r'data-draf="([^"]*)"', html)
    assert keys == ([f"{Someone().actor_id}{kept}"] if kept else [])
    assert ('class="govuk-body-s draf"' in html) == bool(kept)


@pytest.fixture
def html_of(tmp_path: Path) -> Callable[[str], str]:
    def made(content: str) -> str:
        source = f'{{% extends "dasar.html" %}}{{% block content %}}{content}{{% endblock %}}'
        (tmp_path / "uji.html").write_text(source, encoding="utf-8")
        own = Pages(tmp_path, settings())

        async def view(request: Request) -> Response:
            return own.render(request, "uji.html", actor=Someone())

        return TestClient(Starlette(routes=[Route("/", view)])).get("/").text

    return made
