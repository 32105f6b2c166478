import gzip
import re
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest
from jinja2.exceptions import UndefinedError
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.testclient import TestClient

from shared.web.flash import see_other
from shared.web.pages import Pages
from shared.web.problem_page import KnownProblem, explanation, problem_page
from shared.web.problem_wording import ADVICE
from shared.web.style_guide import Someone, sample_changes, sample_record, style_guide
from tests.shared.web.page_settings import pages, settings

ENGLISH = (
    "Skip to|Back|Breadcrumb|Error|Warning|Previous|Next|Pagination|Page|Show|Hide|Important|Success|Support|"
    "Service information|Menu closed|Contents|Cookie|There is a problem|characters|words|You can|Choose file|"
    "Completed|Incomplete|Not started|required|optional|Day|Month|Year|Change|"
    "Remove|Submit|Save|Search|Filter"
)


@pytest.fixture
def page_of(tmp_path: Path) -> Callable[[str], Pages]:
    """Pages whose only own template, `uji.html`, has this content block."""

    def made(content: str) -> Pages:
        source = f'{{% extends "dasar.html" %}}{{% block content %}}{content}{{% endblock %}}'
        (tmp_path / "uji.html").write_text(source, encoding="utf-8")
        return Pages(tmp_path, settings())

    return made


def client_of(answer: Callable[[Request], Response]) -> TestClient:
    async def view(request: Request) -> Response:
        return answer(request)

    methods = ["GET", "POST"]
    return TestClient(
        Starlette(routes=[Route("/{path:path}", view, methods=methods)]), follow_redirects=False
    )


def words(html: str) -> str:
    """What people see or hear: texts and spoken attributes, no markup."""
    spoken = re.findall(r'(?:aria-label|title|alt|placeholder|data-judul)="([^"]*)"', html)
    body = re.sub(r"<(script|style|svg)\b.*?</\1>", " ", html, flags=re.DOTALL)
    return " ".join([re.sub(r"<[^>]+>", " ", body), *spoken])


@pytest.mark.parametrize("path", ["/gaya", "/gaya?galat=ya"])
def test_no_component_speaks_english(path: str) -> None:
    html = client_of(lambda request: style_guide(pages(), request)).get(path).text
    assert re.findall(rf"\b(?:{ENGLISH})\b", words(html)) == []


def test_the_shared_trail_pages_speak_no_english() -> None:
    for view in (sample_record, sample_changes):
        html = client_of(partial(view, pages())).get("/perencanaan/jejak").text
        assert re.findall(rf"\b(?:{ENGLISH})\b", words(html)) == []


def test_a_page_with_errors_says_so_in_its_title_and_links_to_the_fields() -> None:
    answer = client_of(lambda request: style_guide(pages(), request)).get("/gaya?galat=ya")
    assert answer.status_code == 422
    assert "<title>Kesalahan: " in answer.text
    assert 'href="#isian"' in answer.text
    assert 'id="isian-error"' in answer.text


def test_no_script_stands_inside_a_page() -> None:
    answer = client_of(lambda request: style_guide(pages(), request)).get("/gaya")
    assert re.findall(r"<script(?![^>]*\bsrc=)", answer.text) == []
    assert re.findall(r"\son\w+=|\sstyle=", answer.text) == []
    policy = answer.headers["content-security-policy"]
    assert "unsafe" not in policy
    assert "script-src 'self'" in policy


def test_a_page_is_indonesian_and_small() -> None:
    answer = client_of(lambda request: style_guide(pages(), request)).get("/gaya")
    assert '<html lang="id"' in answer.text
    assert len(gzip.compress(answer.content)) < 30_000


def test_the_sample_is_marked_on_every_page_and_production_is_not() -> None:
    demo = client_of(lambda request: style_guide(pages("demo"), request)).get("/gaya").text
    real = client_of(lambda request: style_guide(pages("production"), request)).get("/gaya").text
    assert "Data contoh." in demo
    assert "Data contoh." not in real


def test_what_people_typed_is_escaped(page_of: Callable[[str], Pages]) -> None:
    made = page_of("{{ k.input('nama', 'Nama', value='<b>' ~ typed) }}{{ k.banner(typed) }}")
    html = (
        client_of(lambda request: made.render(request, "uji.html", typed="<script>x</script>")).get("/").text
    )
    assert "<script>x" not in html
    assert "&lt;script&gt;x" in html


def test_a_misspelt_name_fails_the_page_instead_of_leaving_a_hole(page_of: Callable[[str], Pages]) -> None:
    made = page_of("{{ no_such_name }}")
    with pytest.raises(UndefinedError, match="no_such_name"):
        client_of(lambda request: made.render(request, "uji.html")).get("/")


def test_a_form_carries_its_command_id_its_version_and_the_key_of_its_draft(
    page_of: Callable[[str], Pages],
) -> None:
    made = page_of("{% call k.form('/simpan', version=7, draft='skp-2026') %}isi{% endcall %}")
    html = client_of(lambda request: made.render(request, "uji.html", actor=Someone())).get("/").text
    assert re.search(r'name="command_id" value="[0-9a-f-]{36}"', html)
    assert 'name="version" value="7"' in html
    assert 'data-draf="00000000-0000-0000-0000-000000000001:skp-2026"' in html


def test_a_message_after_a_redirect_is_shown_once(page_of: Callable[[str], Pages]) -> None:
    made = page_of("isi")

    def answer(request: Request) -> Response:
        if request.method == "POST":
            return see_other("/sesudah", "SKP sudah diajukan & dikunci")
        return made.render(request, "uji.html")

    client = client_of(answer)
    sent = client.post("/kirim")
    assert (sent.status_code, sent.headers["location"]) == (303, "/sesudah")
    assert "SKP sudah diajukan &amp; dikunci" in client.get("/sesudah").text
    assert "SKP sudah diajukan" not in client.get("/sesudah").text


def test_a_message_that_is_no_message_is_ignored(page_of: Callable[[str], Pages]) -> None:
    made = page_of("isi")
    client = client_of(lambda request: made.render(request, "uji.html"))
    for junk in ("x", "e30=", "W10=", "bnVsbA=="):
        client.cookies.set("pesan", junk)
        assert client.get("/").status_code == 200


@pytest.mark.parametrize("status", sorted(ADVICE))
def test_an_error_page_says_what_happened_what_is_safe_and_what_to_do(status: int) -> None:
    problem = KnownProblem(status, "some-code", "Judul masalah", "Rincian masalah")
    answer = client_of(lambda request: problem_page(pages())(request, problem)).get("/rusak")
    assert answer.status_code == status
    for part in ("<title>Kesalahan: Judul masalah", "Rincian masalah", "Yang aman", "Langkah berikutnya"):
        assert part in answer.text


def test_what_only_others_can_mend_does_not_ask_the_reader_to() -> None:
    unreadable = KnownProblem(409, "event-unreadable", "Ada catatan yang tidak dapat dibaca")
    page = client_of(lambda request: problem_page(pages())(request, unreadable)).get("/rusak").text
    assert "Sampaikan kepada pengelola sistem" in page
    assert "kirim lagi" not in page


def test_an_error_page_keeps_the_readers_menu() -> None:
    def answer(request: Request) -> Response:
        request.state.actor = Someone()
        return problem_page(pages())(request, KnownProblem(403, "own-record", "Bukan milik Anda"))

    assert "Perubahan" in client_of(answer).get("/penilaian/nilai").text


@pytest.mark.parametrize("is_error", [True, False])
def test_a_page_about_a_problem_offers_nobody_the_screens_of_an_appraiser(*, is_error: bool) -> None:
    def answer(request: Request) -> Response:
        request.state.actor = Someone()
        problem = KnownProblem(403, "own-record", "Bukan milik Anda")
        if is_error:
            return problem_page(pages())(request, problem)
        return explanation(pages(), request, problem)

    page = client_of(answer).get("/rusak").text
    assert "SKP saya" in page
    for screen in ("SKP bawahan", "Nilai pegawai"):
        assert screen not in page


@pytest.mark.parametrize(
    ("referer", "way_back"),
    [
        ("http://door.test/perencanaan/skp/7", 'href="/perencanaan/skp/7"'),
        ("http://door.test/penilaian/nilai?halaman=2", 'href="/penilaian/nilai?halaman=2"'),
        ("", None),
        ("http://door.test", None),
        ("http://door.test//evil.test/x", None),
        ("http://door.test/\\evil.test/x", None),
        ("javascript:alert(1)", None),
        ("http://[door.test/x", None),
    ],
)
def test_what_was_sent_in_vain_leads_back_to_its_form(referer: str, way_back: str | None) -> None:
    stale = KnownProblem(412, "stale-version", "Data sudah berubah")
    client = client_of(lambda request: problem_page(pages())(request, stale))
    page = client.post("/kirim", headers={"referer": referer}).text
    assert ("Buka kembali halaman sebelumnya</a>" in page) == (way_back is not None)
    assert way_back is None or way_back in page
    assert "halaman sebelumnya</a>" not in client.get("/kirim", headers={"referer": referer}).text


def test_the_page_of_a_problem_type_is_no_error_itself() -> None:
    problem = KnownProblem(409, "plan-is-empty", "SKP belum memiliki rencana hasil kerja")
    answer = client_of(lambda request: explanation(pages(), request, problem)).get("/problems/plan-is-empty")
    assert answer.status_code == 200
    assert "<title>SKP belum memiliki" in answer.text


def test_a_page_comes_compressed_to_whoever_can_unpack_it() -> None:
    client = client_of(lambda request: style_guide(pages(), request))
    packed, plain = client.get("/gaya"), client.get("/gaya", headers={"accept-encoding": "identity"})
    assert packed.headers["content-encoding"] == "gzip"
    assert int(packed.headers["content-length"]) * 3 < int(plain.headers["content-length"])
    assert "content-encoding" not in plain.headers
    assert "Realisasi &amp; bukti" in packed.text
