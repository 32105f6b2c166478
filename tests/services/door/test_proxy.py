"""What passes the door, as what, and what is said when nobody answers behind it."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import httpx2
import pytest

from services.door.origin import LARGEST
from tests.services.door.house import BUDI, SARI, Browser, House, house


async def test_a_request_goes_on_as_the_person_without_their_cookies(running: House, sari: Browser) -> None:
    sari.http.cookies.set("other", "x", domain="127.0.0.1")
    answer = await sari.get(
        "/perencanaan/skp?tahun=2026",
        headers={"X-Forwarded-For": "1.2.3.4", "X-Forwarded-Host": "evil", "Forwarded": "for=1.2.3.4"},
    )
    assert answer.json() == {"service": "planning", "actor": str(SARI)}
    (seen,) = running.services["planning"].seen
    assert seen.target == "/perencanaan/skp?tahun=2026"
    assert "cookie" not in seen.headers
    assert seen.headers["authorization"].startswith("Bearer ey")
    assert seen.headers["x-forwarded-for"] == "127.0.0.1"
    assert f"http://{seen.headers['x-forwarded-host']}" == running.url
    assert "forwarded" not in seen.headers


async def test_only_the_flash_message_travels_as_a_cookie(running: House, sari: Browser) -> None:
    assert "pesan" in (await sari.get("/perencanaan/skp")).cookies
    await sari.get("/perencanaan/skp")
    assert running.services["planning"].seen[-1].headers["cookie"] == "pesan=halo"


@pytest.mark.parametrize(
    ("path", "service"),
    [
        ("/perencanaan", "planning"),
        ("/api/planning/v1/plans", "planning"),
        ("/penilaian/nilai/1", "assessment"),
        ("/api/assessment/v1/x", "assessment"),
        ("/tindak-lanjut", "followup"),
        ("/api/followup/v1/x", "followup"),
    ],
)
async def test_every_address_has_its_service(sari: Browser, path: str, service: str) -> None:
    assert (await sari.get(path)).json()["service"] == service


@pytest.mark.parametrize(
    "path",
    [
        "/perencanaanku",
        "/api/plan",
        "/metrics",
        "/perencanaan/../metrics",
        "/perencanaan/%2e%2e/metrics",
        "/perencanaan/%252e%252e/metrics",
        "/perencanaan/..%2fmetrics",
        "/perencanaan/..%5cmetrics",
    ],
)
async def test_nothing_else_is_passed_on(running: House, sari: Browser, path: str) -> None:
    url = httpx2.URL(running.url).copy_with(raw_path=path.encode())
    assert (await sari.get(str(url))).status_code == 404
    assert running.services["planning"].seen == []


async def test_a_client_with_its_own_token_passes_as_itself(running: House, sari: Browser) -> None:
    async with httpx2.AsyncClient(base_url=running.url) as http:
        nobody = await http.get("/api/planning/v1/plans", headers={"Authorization": "Bearer x"})
        assert nobody.status_code == 401
        assert nobody.headers["content-type"] == "application/json"
    other = running.browser()
    await other.sign_in(person=BUDI)
    await other.get("/penilaian/x")
    token = running.services["assessment"].seen[-1].headers["authorization"]
    mixed = await sari.get("/api/planning/v1/plans", headers={"Authorization": token})
    assert mixed.json()["actor"] == str(BUDI)


async def test_a_client_without_a_token_is_told_so(running: House) -> None:
    async with httpx2.AsyncClient(base_url=running.url) as http:
        for method in ("GET", "POST"):
            answer = await http.request(method, "/api/planning/v1/plans")
            assert answer.status_code == 401
            assert answer.headers["content-type"] == "application/problem+json"
            assert answer.json()["type"] == f"{running.url}/problems/token-missing"
    assert running.services["planning"].seen == []


async def test_a_form_without_a_session_is_not_lost_in_a_redirect(running: House) -> None:
    answer = await running.browser().post("/perencanaan/skp", data={"a": "b"})
    assert answer.status_code == 401
    assert "Anda belum masuk" in answer.text


async def test_a_system_fetches_its_token_through_the_door(running: House) -> None:
    async with httpx2.AsyncClient(base_url=running.url) as http:
        answer = await http.post(
            "/issuer/token", data={"grant_type": "client_credentials"}, auth=("training-system", "wrong")
        )
        assert (answer.status_code, answer.json()) == (401, {"error": "invalid_client"})
        found = await http.get("/issuer/.well-known/openid-configuration")
        assert found.json()["issuer"] == f"{running.url}/issuer"


async def test_the_issuer_never_sees_the_session(running: House, sari: Browser) -> None:
    page = await sari.start()
    assert page
    assert "Bearer" not in str(page)
    assert running.settings.issuer_internal_url


async def test_bodies_stream_both_ways(running: House, sari: Browser) -> None:
    async def parts() -> AsyncIterator[bytes]:
        for _ in range(50):
            yield b"x" * 100_000

    answer = await sari.post("/api/assessment/v1/evidence", content=parts())
    assert answer.status_code == 200
    assert len(running.services["assessment"].seen[-1].body) == 5_000_000
    streamed = await sari.get("/penilaian/stream")
    assert streamed.text == "one,two,three"
    assert "x-part" not in streamed.headers


async def test_an_endless_body_is_cut_off(sari: Browser) -> None:
    async def parts() -> AsyncIterator[bytes]:
        for _ in range(LARGEST // 1_000_000 + 2):
            yield b"x" * 1_000_000

    answer = await sari.post("/api/assessment/v1/evidence", content=parts())
    assert answer.status_code == 413


async def test_a_declared_length_that_is_too_large_is_refused_at_once(running: House, sari: Browser) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", running.settings.port)
    writer.write(
        f"POST /api/assessment/v1/evidence HTTP/1.1\r\nHost: {running.url[7:]}\r\nCookie: sid={sari.sid}\r\n"
        f"Sec-Fetch-Site: same-origin\r\nContent-Length: {LARGEST * 2}\r\n\r\n".encode()
    )
    async with asyncio.timeout(5):
        assert b" 413 " in await reader.readline()
    writer.close()
    await writer.wait_closed()


async def test_a_token_not_believed_leads_to_signing_in(running: House, sari: Browser) -> None:
    running.services["assessment"].refuses = True
    page = await sari.get("/penilaian/hasil")
    assert page.headers["location"] == "/masuk?next=%2Fpenilaian%2Fhasil"
    api = await sari.http.get("/api/assessment/v1/x", headers={"Sec-Fetch-Site": "same-origin"})
    assert api.status_code == 401


async def test_every_answer_says_what_browsers_may_do_with_it(sari: Browser) -> None:
    for path in ("/", "/perencanaan/skp", "/api/planning/v1/x", "/masuk", "/none"):
        headers = (await sari.get(path)).headers
        assert "default-src 'none'" in headers["content-security-policy"]
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["x-frame-options"] == "DENY"
        assert "no-store" in headers["cache-control"]


async def test_static_files_are_kept_and_need_no_session(running: House) -> None:
    browser = running.browser()
    page = await browser.get("/")
    style = page.text.split('<link rel="stylesheet" href="')[1].split('"')[0]
    found = await browser.get(style)
    assert found.status_code == 200
    assert "immutable" in found.headers["cache-control"]


async def test_a_problems_type_is_a_page(running: House) -> None:
    browser = running.browser()
    for code in ("stale-version", "service-away", "token-missing"):
        page = await browser.get(f"/problems/{code}")
        assert page.status_code == 200
        assert code in page.text
    assert (await browser.get("/problems/none")).status_code == 404


async def test_a_service_that_is_down_is_said_in_words_and_the_others_live(tmp_path: Path) -> None:
    async with house(tmp_path, away=("assessment",)) as running:
        browser = running.browser()
        await browser.sign_in()
        page = await browser.get("/penilaian/hasil")
        assert page.status_code == 503
        assert page.headers["retry-after"] == "5"
        assert "Penilaian sedang tidak dapat dihubungi" in page.text
        problem = await browser.http.get("/api/assessment/v1/x")
        assert problem.json()["type"] == f"{running.url}/problems/service-away"
        assert (await browser.get("/perencanaan/skp")).status_code == 200
        assert (await browser.get("/tindak-lanjut")).status_code == 200
        ready = (await browser.http.get("/health/ready")).json()
        assert ready["ready"] is True
        assert ready["services"]["assessment"] is False
