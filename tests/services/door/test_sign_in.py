"""Who signs in gets a session on our side; nobody else gets, keeps or rides on one."""

import sqlite3
from datetime import timedelta
from urllib.parse import quote

import httpx2
import pytest

from services.door.app import build
from services.door.settings import DoorSettings
from services.door.sign_in import safe_place
from shared.settings import SettingMissing
from tests.services.door.house import BUDI, SARI, Browser, House, https
from tests.serving import served


async def test_the_front_page_invites_to_sign_in(running: House) -> None:
    browser = running.browser()
    page = await browser.get("/")
    assert page.status_code == 200
    assert 'href="/masuk"' in page.text
    assert "Data contoh" in page.text


async def test_signing_in_leads_back_to_where_one_wanted_to_go(running: House) -> None:
    browser = running.browser()
    place = "/penilaian/hasil?tahun=2026&bagian=umpan%20balik"
    away = await browser.get(place)
    assert away.headers["location"] == f"/masuk?next={quote(place, safe='')}"
    done = await browser.sign_in(away.headers["location"])
    assert (done.status_code, done.headers["location"]) == (303, place)
    assert (await browser.get(place)).json() == {"service": "assessment", "actor": str(SARI)}


async def test_the_cookie_is_the_browsers_alone(running: House) -> None:
    done = await running.browser().sign_in()
    (cookie,) = [one for one in done.headers.get_list("set-cookie") if one.startswith("sid=")]
    assert "HttpOnly" in cookie
    assert "SameSite=lax" in cookie
    assert "Path=/" in cookie
    assert "Domain" not in cookie
    assert "Max-Age" not in cookie


async def test_over_https_cookies_are_bound_to_the_host(running: House) -> None:
    settings = https(running.settings)
    door = build(settings, running.clock)
    transport = httpx2.ASGITransport(app=door)
    async with httpx2.AsyncClient(transport=transport, base_url=settings.door_url) as http:
        answer = await http.get("/masuk")
        left = await http.post("/keluar", headers={"Origin": settings.door_url})
    began, ended = answer.headers["set-cookie"], left.headers["set-cookie"]
    assert began.startswith("__Host-masuk-")
    assert ended.startswith("__Host-sid=")
    assert "Secure" in began
    assert "Secure" in ended
    assert answer.headers["strict-transport-security"].startswith("max-age=")


def test_an_open_address_is_refused_in_production() -> None:
    with pytest.raises(SettingMissing, match="https"):
        DoorSettings.from_environment(
            {"DOOR_URL": "http://kinerja.contoh.go.id", "ENVIRONMENT": "production"}
        )


@pytest.mark.parametrize(
    "evil",
    [
        "//evil.test",
        "https://evil.test/",
        "/\\evil.test",
        "\\\\evil.test",
        "javascript:alert(1)",
        "/\n//evil.test",
        "///evil.test",
        "evil.test",
        "",
        "/masuk",
        "/keluar",
    ],
)
async def test_no_link_leads_elsewhere_through_the_sign_in(running: House, evil: str) -> None:
    assert safe_place(evil) == "/"
    done = await running.browser().sign_in(f"/masuk?next={quote(evil, safe='')}")
    assert done.headers["location"] == "/"


async def test_a_session_brought_along_is_never_taken_over(running: House) -> None:
    browser = running.browser()
    browser.http.cookies.set("sid", "chosen-by-an-attacker", domain="127.0.0.1")
    await browser.sign_in()
    assert browser.sid not in (None, "chosen-by-an-attacker")
    attacker = running.browser()
    attacker.http.cookies.set("sid", "chosen-by-an-attacker")
    assert (await attacker.get("/api/door/v1/session")).status_code == 401


async def test_signing_in_again_ends_the_session_before(running: House, sari: Browser) -> None:
    before = sari.sid
    await sari.sign_in(person=BUDI)
    assert sari.sid != before
    assert (await sari.get("/api/door/v1/session")).json()["name"] == "Budi Santoso"
    thief = running.browser()
    thief.http.cookies.set("sid", str(before))
    assert (await thief.get("/api/door/v1/session")).status_code == 401


async def test_an_answer_for_another_browser_signs_nobody_in(running: House) -> None:
    attacker, victim = running.browser(), running.browser()
    lure = await attacker.choose(await attacker.start(), BUDI)
    answer = await victim.get(lure)
    assert (answer.status_code, answer.headers["location"]) == (303, "/")
    assert victim.sid is None


async def test_two_tabs_can_sign_in_at_once(running: House) -> None:
    browser = running.browser()
    first, second = (
        await browser.start("/masuk?next=/penilaian/a"),
        await browser.start("/masuk?next=/penilaian/b"),
    )
    done = await browser.get(await browser.choose(first))
    assert done.headers["location"] == "/penilaian/a"
    late = await browser.get(await browser.choose(second))
    assert late.headers["location"] == "/penilaian/b"
    assert (await browser.get("/api/door/v1/session")).status_code == 200


async def test_a_code_of_someone_elses_request_is_refused(running: House) -> None:
    browser = running.browser()
    first, second = await browser.start(), await browser.start()
    code = httpx2.URL(await browser.choose(first)).params["code"]
    answer = await browser.get("/masuk/kembali", params={"code": code, "state": second["state"]})
    assert answer.status_code == 401
    assert "belum berhasil masuk" in answer.text
    assert browser.sid is None


async def test_an_answer_of_another_issuer_is_refused(running: House) -> None:
    browser = running.browser()
    lure = httpx2.URL(await browser.choose(await browser.start()))
    answer = await browser.get(str(lure.copy_merge_params({"iss": "https://evil.test"})))
    assert answer.headers["location"] == "/"
    assert browser.sid is None


async def test_leaving_ends_the_session_here(running: House, sari: Browser) -> None:
    sid = sari.sid
    left = await sari.post("/keluar")
    assert left.status_code == 303
    assert left.headers["location"].startswith(f"{running.url}/issuer/end-session")
    assert (await sari.get(left.headers["location"])).headers["location"] == f"{running.url}/"
    assert sari.sid is None
    thief = running.browser()
    thief.http.cookies.set("sid", str(sid))
    assert (await thief.get("/api/door/v1/session")).status_code == 401


async def test_a_link_can_not_sign_anybody_out(sari: Browser) -> None:
    assert (await sari.get("/keluar")).status_code == 405
    assert (await sari.get("/api/door/v1/session")).status_code == 200


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Sec-Fetch-Site": "cross-site", "Authorization": "Bearer x"},
        {"Origin": "https://evil.test"},
        {"Origin": "null"},
        {},
    ],
    ids=lambda headers: "+".join(headers.values()) or "none",
)
@pytest.mark.parametrize("path", ["/keluar", "/perencanaan/skp", "/api/assessment/v1/feedback"])
async def test_a_foreign_page_can_not_act_through_the_session(
    running: House, sari: Browser, path: str, headers: dict[str, str]
) -> None:
    cookie = {"Cookie": f"sid={sari.sid}"}
    async with httpx2.AsyncClient(base_url=running.url) as http:
        answer = await http.post(path, headers=cookie | headers, data={"a": "b"})
    assert answer.status_code == 403
    assert all(service.seen == [] for service in running.services.values())
    assert (await sari.get("/api/door/v1/session")).status_code == 200


async def test_the_file_gives_nobody_a_session(running: House, sari: Browser) -> None:
    assert sari.sid
    for file in running.settings.session_file.parent.glob("sessions.sqlite*"):
        content = file.read_bytes()
        assert sari.sid.encode() not in content
        assert b"Sari" not in content
        assert b"eyJ" not in content
    assert running.settings.session_key_file.stat().st_mode & 0o077 == 0
    assert running.settings.session_file.stat().st_mode & 0o077 == 0


async def test_a_row_moved_to_another_name_opens_nothing(running: House, sari: Browser) -> None:
    await running.browser().sign_in(person=BUDI)
    rows = sqlite3.connect(running.settings.session_file)
    names = [name for (name,) in rows.execute("SELECT sid_hash FROM sessions")]
    sealed = [one for (one,) in rows.execute("SELECT sealed FROM sessions")]
    for name, other in zip(names, reversed(sealed), strict=True):
        rows.execute("UPDATE sessions SET sealed = ? WHERE sid_hash = ?", (other, name))
    rows.commit()
    rows.close()
    assert (await sari.get("/api/door/v1/session")).status_code == 401


async def test_a_session_survives_a_restart_of_the_door(running: House, sari: Browser) -> None:
    async with served(build(running.settings, running.clock)) as again:
        answer = await sari.http.get(f"{again}/api/door/v1/session", headers={"Cookie": f"sid={sari.sid}"})
    assert answer.json()["name"] == "Sari Wulandari"


async def test_tokens_are_renewed_while_the_session_lasts(running: House, sari: Browser) -> None:
    await sari.get("/penilaian/hasil")
    running.clock.instant += timedelta(minutes=30)
    assert (await sari.get("/penilaian/hasil")).json()["actor"] == str(SARI)
    first, second = (one.headers["authorization"] for one in running.services["assessment"].seen)
    assert first != second


async def test_a_session_ends_when_nobody_uses_it(running: House, sari: Browser) -> None:
    running.clock.instant += timedelta(hours=2, minutes=1)
    assert (await sari.get("/penilaian/hasil")).headers["location"].startswith("/masuk?next=")


async def test_a_session_ends_after_a_day_at_work(running: House, sari: Browser) -> None:
    for _ in range(7):
        assert (await sari.get("/api/door/v1/session")).status_code == 200
        running.clock.instant += timedelta(minutes=110)
    assert (await sari.get("/api/door/v1/session")).status_code == 401
