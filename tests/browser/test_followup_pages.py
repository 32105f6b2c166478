"""Follow-up's pages in a real browser: no rule of accessibility broken, and the core task without scripts."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from playwright.async_api import Browser, BrowserContext, Page, expect
from starlette.types import Receive, Scope, Send

from shared.web.static import Static
from tests.browser.accessibility import violations
from tests.databases import FreshDatabase
from tests.infrastructure import settings_of
from tests.services.followup.office import (
    AUDITOR,
    COMMUNICATION,
    NAMES,
    RATNA,
    ROLES,
    SARI,
    SCHEMA,
    SPEAKS_WELL,
    Office,
    attended,
    completed,
    corrected,
    open_office,
)
from tests.serving import served
from tests.tokens import bearer

ROOT = "/tindak-lanjut"
COURSE = "public-service-communication"
PHONE = {"width": 320, "height": 640}


@pytest.fixture
async def office(fresh_database: FreshDatabase, tmp_path: Path) -> AsyncIterator[Office]:
    """Two years of Sari: the first to improve and then corrected, the second good."""
    made = await fresh_database(SCHEMA)
    async with open_office(settings_of(made, tmp_path)) as opened:
        opened.app.mount("/static", Static())
        low = completed("needs_improvement", year=2024)
        found = await opened.recommended(low)
        await opened.accepts(found["guidance"], day="2026-02-02")
        await opened.does(
            RATNA,
            found["guidance"],
            "sessions",
            held_on="2026-01-19",
            notes="Menyepakati daftar periksa sebelum laporan dikirim.",
            next_session_on="2026-03-02",
        )
        await opened.accepts(found["improvement_period"], day="2026-02-01")
        await opened.recommended(corrected(low, "good"))
        found = await opened.recommended(completed("good", COMMUNICATION, SPEAKS_WELL))
        await opened.accepts(found[COURSE])
        await opened.accepts(found["front-office"])
        training = (await opened.reads(SARI, f"/recommendations/{found[COURSE]}"))["training"]
        await opened.hears(attended(training["assignment_id"]), foreign=True)
        yield opened


@pytest.fixture
async def address(office: Office) -> AsyncIterator[str]:
    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            await office.app(scope, receive, send)

    async with served(app) as found:
        yield found


async def signed_in(browser: Browser, office: Office, who: object, **options: object) -> BrowserContext:
    claims = {"roles": ROLES.get(who, ["employee"]), "name": NAMES.get(who, "Pemeriksa")}  # type: ignore[call-overload]
    headers = bearer(who, **claims) | {"Demo-Time": office.at.isoformat()}  # type: ignore[arg-type]
    return await browser.new_context(locale="id-ID", extra_http_headers=headers, **options)  # type: ignore[arg-type]


async def open_recommendation(office: Office, kind: str, status: str) -> str:
    path = f"/recommendations?kind={kind}&status={status}"
    return str((await office.reads(RATNA, path))["items"][0]["recommendation_id"])


async def test_no_page_breaks_a_rule_of_accessibility(browser: Browser, office: Office, address: str) -> None:
    guidance = await open_recommendation(office, "guidance", "accepted")
    placement = await open_recommendation(office, "placement", "open")
    seen = {
        SARI: [ROOT, f"{ROOT}/jejak", f"{ROOT}/jejak/{SARI}/2025", f"{ROOT}/rekomendasi/{placement}"],
        RATNA: [
            f"{ROOT}/keputusan",
            f"{ROOT}/pegawai",
            f"{ROOT}/rekomendasi/{guidance}",
            f"{ROOT}/rekomendasi/{placement}",
        ],
        AUDITOR: [f"{ROOT}/perubahan"],
    }
    for who, paths in seen.items():
        context = await signed_in(browser, office, who, viewport=PHONE)
        page = await context.new_page()
        for path in paths:
            answer = await page.goto(f"{address}{path}")
            assert answer
            assert answer.ok, path
            assert await violations(page) == [], path
            assert not await wider_than_the_screen(page), path
        await context.close()


async def wider_than_the_screen(page: Page) -> bool:
    return bool(await page.evaluate("document.documentElement.scrollWidth > window.innerWidth"))


async def test_the_appraiser_accepts_without_scripts(browser: Browser, office: Office, address: str) -> None:
    context = await signed_in(browser, office, RATNA, java_script_enabled=False)
    page = await context.new_page()
    await page.goto(f"{address}{ROOT}/keputusan?jenis=placement")
    await page.get_by_role("link", name="Layanan informasi").click()
    await page.get_by_role("button", name="Terima rekomendasi").click()
    await expect(page.get_by_text("Rekomendasi diterima dan tindak lanjutnya dimulai.")).to_be_visible()
    await context.close()
