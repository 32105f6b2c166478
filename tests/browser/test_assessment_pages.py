"""Assessment's pages in a real browser: no rule of accessibility broken, core tasks without scripts."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from playwright.async_api import Browser, BrowserContext, expect
from starlette.types import Receive, Scope, Send

from shared.web.static import Static
from tests.browser.accessibility import scrolls_sideways, violations
from tests.databases import FreshDatabase
from tests.services.assessment.office import BEHAVIOR, NAMES, SARIS, SCHEMA, Office, open_office
from tests.services.assessment.people import BUDI, HENDRA, ON_TIME, RATNA, REPORTS, SARI, SERVICE
from tests.serving import served
from tests.tokens import bearer

ROOT = "/penilaian"
PHONE = {"width": 320, "height": 640}
TALK = [{"code": "communication", "kind": "to_develop"}]


@pytest.fixture
async def office(fresh_database: FreshDatabase, tmp_path: Path) -> AsyncIterator[Office]:
    """Sari's year is reported, fed back and drafted; one click is left."""
    async with open_office(await fresh_database(SCHEMA), tmp_path) as opened:
        opened.app.mount("/static", Static())
        await opened.knows_everybody()
        await opened.with_a_year_of_reports()
        await opened.praises(REPORTS)
        await opened.praises(SERVICE, kind="improvement", competences=TALK)
        await opened.praises(None, value="collaborative", who=HENDRA)
        await opened.does(RATNA, "PUT", "/results-rating", json={"chosen": "met"})
        await opened.does(RATNA, "PUT", "/behavior-rating", json=BEHAVIOR)
        yield opened


@pytest.fixture
async def address(office: Office) -> AsyncIterator[str]:
    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            await office.app(scope, receive, send)

    async with served(app) as found:
        yield found


async def signed_in(browser: Browser, office: Office, who: UUID, **options: Any) -> BrowserContext:
    return await browser.new_context(locale="id-ID", extra_http_headers=headers_of(office, who), **options)


def headers_of(office: Office, who: UUID) -> dict[str, str]:
    roles = ["auditor"] if who == BUDI else ["employee"]
    return bearer(who, roles=roles, name=NAMES[who]) | {"Demo-Time": office.at.isoformat()}


async def test_no_page_breaks_a_rule_of_accessibility(browser: Browser, office: Office, address: str) -> None:
    before = {
        RATNA: ["/nilai", f"/nilai/{SARIS}", f"/umpan-balik/{SARIS}", f"/realisasi/{SARIS}/{ON_TIME}/8"],
        SARI: [
            f"/realisasi/{SARIS}",
            f"/realisasi/{SARIS}/{ON_TIME}/8",
            "/umpan-balik",
            f"/umpan-balik/{SARIS}",
        ],
    }
    await keep_the_rules(browser, office, address, before)
    assert (await office.does(RATNA, "POST", "/publication")).status_code == 200
    after = {
        SARI: [f"/hasil/{SARIS}", f"/jejak/{SARIS}", f"/jejak/{SARIS}/realisasi"],
        HENDRA: [f"/nilai/{SARIS}"],
        BUDI: ["/perubahan"],
    }
    await keep_the_rules(browser, office, address, after)


async def keep_the_rules(browser: Browser, office: Office, address: str, seen: dict[UUID, list[str]]) -> None:
    for who, paths in seen.items():
        context = await signed_in(browser, office, who, viewport=PHONE)
        page = await context.new_page()
        for path in paths:
            answer = await page.goto(f"{address}{ROOT}{path}")
            assert answer
            assert answer.ok, path
            assert await violations(page) == [], path
            assert not await scrolls_sideways(page), path
        await context.close()


async def test_a_result_is_published_and_read_without_scripts(
    browser: Browser, office: Office, address: str
) -> None:
    ratna = await (await signed_in(browser, office, RATNA, java_script_enabled=False)).new_page()
    await ratna.goto(f"{address}{ROOT}/nilai")
    await ratna.get_by_role("link", name="Sari Wulandari").click()
    await ratna.get_by_role("button", name="Umumkan hasil").click()
    await expect(ratna.get_by_text("Hasil sudah diumumkan kepada pegawai.")).to_be_visible()
    sari = await (await signed_in(browser, office, SARI, java_script_enabled=False)).new_page()
    await sari.goto(f"{address}{ROOT}/hasil/{SARIS}")
    await expect(sari.get_by_role("heading", name="Mengapa Baik?")).to_be_visible()
    await sari.get_by_role("button", name="Saya telah membaca").click()
    await expect(sari.get_by_text("Sudah Anda baca")).to_be_visible()


async def test_a_correction_typed_when_the_session_ends_is_there_again(
    browser: Browser, office: Office, address: str
) -> None:
    assert (await office.does(RATNA, "POST", "/publication")).status_code == 200
    context = await signed_in(browser, office, HENDRA)
    hendra = await context.new_page()
    await hendra.goto(f"{address}{ROOT}/nilai/{SARIS}")
    form = hendra.locator("#koreksi")
    await form.get_by_role("group", name="Rating perilaku").get_by_label("Di Atas Ekspektasi").check()
    await form.get_by_label("Sebab").select_option("other")
    await form.get_by_label("Alasan").fill("Bukti rapat lintas bidang terlewat.")
    await context.set_extra_http_headers({})
    await form.get_by_role("button", name="Koreksi hasil").click()
    await expect(hendra.get_by_text("isian Anda dapat dipulihkan")).to_be_visible()
    await context.set_extra_http_headers(headers_of(office, HENDRA))
    await hendra.goto(f"{address}{ROOT}/nilai/{SARIS}")
    await expect(hendra.get_by_text("Isian Anda yang belum terkirim dipulihkan.")).to_be_visible()
    await expect(
        form.get_by_role("group", name="Rating perilaku").get_by_label("Di Atas Ekspektasi")
    ).to_be_checked()
    await expect(form.get_by_label("Sebab")).to_have_value("other")
    await expect(form.get_by_label("Alasan")).to_have_value("Bukti rapat lintas bidang terlewat.")
    await form.get_by_role("button", name="Koreksi hasil").click()
    await expect(hendra.get_by_text("Hasil sudah dikoreksi.")).to_be_visible()
    await expect(form.get_by_label("Alasan")).to_have_value("")


async def test_a_month_is_reported_with_a_file_without_scripts(
    browser: Browser, office: Office, address: str, tmp_path: Path
) -> None:
    file = tmp_path / "tanda terima.pdf"
    file.write_bytes(b"%PDF-1.7")
    sari = await (await signed_in(browser, office, SARI, java_script_enabled=False)).new_page()
    await sari.goto(f"{address}{ROOT}/realisasi/{SARIS}/{ON_TIME}/8")
    await sari.get_by_label("Tambah bukti dukung").set_input_files(file)
    await sari.get_by_role("button", name="Simpan laporan").click()
    await expect(sari.get_by_text("Laporan Agustus sudah tercatat.")).to_be_visible()
    await sari.goto(f"{address}{ROOT}/realisasi/{SARIS}/{ON_TIME}/8")
    await expect(sari.get_by_role("link", name="tanda terima.pdf")).to_be_visible()
