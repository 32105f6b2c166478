import pytest
from playwright.async_api import Browser, BrowserContext, Page, expect

from tests.browser.accessibility import scrolls_sideways, violations
from tests.browser.component_site import STALE

PATHS = (
    "/gaya",
    "/gaya?galat=ya",
    "/gaya/jejak",
    "/gaya/perubahan",
    "/gaya/masalah/404",
    "/gaya/masalah/412",
)
PHONE = {"width": 320, "height": 640}


@pytest.mark.parametrize("path", PATHS)
async def test_every_component_is_accessible(site: str, page: Page, path: str) -> None:
    await page.goto(site + path)
    assert await violations(page) == []


@pytest.mark.parametrize("path", PATHS)
async def test_a_narrow_phone_needs_no_sideways_scrolling(site: str, page: Page, path: str) -> None:
    await page.set_viewport_size(PHONE)  # type: ignore[arg-type]
    await page.goto(site + path)
    assert not await scrolls_sideways(page)
    assert await violations(page) == []


async def test_the_name_of_a_changed_part_runs_along_the_line_on_a_phone(site: str, page: Page) -> None:
    await page.set_viewport_size(PHONE)  # type: ignore[arg-type]
    await page.goto(f"{site}/gaya/jejak")
    part = page.locator(".ubah caption:not(.govuk-visually-hidden)").first
    assert await part.evaluate("one => one.clientWidth / one.parentElement.clientWidth") == 1


async def test_a_word_longer_than_the_line_is_broken(site: str, page: Page) -> None:
    await page.set_viewport_size(PHONE)  # type: ignore[arg-type]
    await page.goto(f"{site}/formulir")
    for place in ("h1", "label"):
        await page.locator(place).first.evaluate("one => one.textContent = 'panjangsekali'.repeat(15)")
    assert not await scrolls_sideways(page)


async def test_the_menu_opens_by_keyboard_on_a_phone(site: str, page: Page) -> None:
    await page.set_viewport_size(PHONE)  # type: ignore[arg-type]
    await page.goto(f"{site}/gaya")
    entry = page.get_by_role("link", name="SKP saya")
    await expect(entry).to_be_hidden()
    await page.get_by_role("button", name="Menu").press("Enter")
    await expect(entry).to_be_visible()


async def test_without_scripts_the_menu_and_all_panels_are_there(site: str, browser: Browser) -> None:
    context = await browser.new_context(java_script_enabled=False, viewport=PHONE)  # type: ignore[arg-type]
    page = await context.new_page()
    await page.goto(f"{site}/gaya")
    await expect(page.get_by_role("link", name="SKP saya")).to_be_visible()
    await expect(page.get_by_text("Isi realisasi")).to_be_visible()
    await context.close()


async def test_the_first_tab_stop_leads_past_the_menu(site: str, page: Page) -> None:
    await page.goto(f"{site}/gaya/jejak")
    await page.keyboard.press("Tab")
    await expect(page.get_by_role("link", name="Langsung ke isi halaman")).to_be_focused()


async def test_an_error_takes_the_focus_and_leads_to_its_field(site: str, page: Page) -> None:
    await page.goto(f"{site}/formulir")
    await page.get_by_role("button", name="Simpan").click()
    await expect(page).to_have_title("Kesalahan: Formulir - Jejak Kinerja")
    await expect(page.locator(".govuk-error-summary")).to_be_focused()
    await page.get_by_role("link", name="Isi rencana hasil kerja").click()
    await expect(page.get_by_label("Rencana hasil kerja")).to_be_focused()


async def test_what_was_typed_survives_a_closed_tab_until_it_is_sent(
    site: str, context: BrowserContext
) -> None:
    page = await context.new_page()
    await page.goto(f"{site}/formulir")
    await page.get_by_label("Rencana hasil kerja").press_sequentially("Laporan triwulan")
    await page.get_by_label("Waktu").check()
    await expect(page.get_by_text("Tersimpan di perangkat ini")).to_be_visible()
    await page.close()

    page = await context.new_page()
    await page.goto(f"{site}/formulir")
    await expect(page.get_by_label("Rencana hasil kerja")).to_have_value("Laporan triwulan")
    await expect(page.get_by_label("Waktu")).to_be_checked()
    await page.get_by_role("button", name="Simpan").click()
    await expect(page.get_by_role("alert")).to_contain_text("Rencana hasil kerja tersimpan")
    await expect(page.get_by_label("Rencana hasil kerja")).to_have_value("")
    await page.reload()
    await expect(page.get_by_label("Rencana hasil kerja")).to_have_value("")


async def test_what_an_error_page_says_is_kept_is_offered_beside_the_newer_version(
    site: str, page: Page
) -> None:
    await page.goto(f"{site}/formulir?versi={STALE}")
    await page.get_by_label("Rencana hasil kerja").fill("Laporan triwulan")
    await page.get_by_role("button", name="Simpan").click()
    await expect(page.get_by_text("buka kembali formulirnya dan isian Anda dapat dipulihkan")).to_be_visible()
    await page.goto(f"{site}/formulir")
    await page.get_by_role("button", name="Pakai isian lama").click()
    await expect(page.get_by_label("Rencana hasil kerja")).to_have_value("Laporan triwulan")
    await page.get_by_role("button", name="Simpan").click()
    await expect(page.get_by_role("alert")).to_contain_text("Rencana hasil kerja tersimpan")
    await page.reload()
    await expect(page.get_by_label("Rencana hasil kerja")).to_have_value("")


async def test_an_error_page_says_nothing_is_kept_where_nothing_is(
    site: str, page: Page, browser: Browser
) -> None:
    kept = "Yang sudah Anda ketik tetap ada di perangkat ini"
    await page.goto(f"{site}/gaya/masalah/412")
    await expect(page.get_by_text(kept)).to_be_hidden()
    without_scripts = await browser.new_page(java_script_enabled=False)
    await without_scripts.goto(f"{site}/formulir?versi={STALE}")
    await without_scripts.get_by_label("Rencana hasil kerja").fill("Laporan triwulan")
    await without_scripts.get_by_role("button", name="Simpan").click()
    await expect(without_scripts.get_by_text("Yang aman")).to_be_visible()
    await expect(without_scripts.get_by_text(kept)).to_be_hidden()
    await without_scripts.close()


async def test_a_restored_text_can_be_thrown_away(site: str, page: Page) -> None:
    await page.goto(f"{site}/formulir")
    await page.get_by_label("Rencana hasil kerja").press_sequentially("Bukan ini")
    await expect(page.get_by_text("Tersimpan di perangkat ini")).to_be_visible()
    await page.reload()
    await page.get_by_role("button", name="Buang isian ini").click()
    await expect(page.get_by_label("Rencana hasil kerja")).to_have_value("")
    await page.reload()
    await expect(page.get_by_label("Rencana hasil kerja")).to_have_value("")


async def test_a_lost_connection_keeps_the_page_and_the_text(
    site: str, context: BrowserContext, page: Page
) -> None:
    await page.goto(f"{site}/formulir")
    await page.get_by_label("Rencana hasil kerja").press_sequentially("Di kapal")
    await context.set_offline(offline=True)
    await page.get_by_role("button", name="Simpan").click()
    await expect(page.get_by_text("Perangkat tidak tersambung.")).to_be_visible()
    await context.set_offline(offline=False)
    await page.get_by_role("button", name="Simpan").click()
    await expect(page.get_by_role("alert")).to_contain_text("tersimpan")


async def test_a_double_click_sends_once(site: str, page: Page) -> None:
    await page.goto(f"{site}/formulir")
    before = int(await page.locator("#jumlah").inner_text())
    await page.get_by_label("Rencana hasil kerja").fill("Sekali saja")
    await page.get_by_role("button", name="Simpan").dblclick()
    await expect(page.get_by_role("alert")).to_contain_text("tersimpan")
    await expect(page.locator("#jumlah")).to_have_text(str(before + 1))


async def test_signing_out_leaves_nothing_typed_on_a_shared_device(site: str, page: Page) -> None:
    await page.goto(f"{site}/formulir")
    await page.get_by_label("Rencana hasil kerja").press_sequentially("Rahasia")
    await expect(page.get_by_text("Tersimpan di perangkat ini")).to_be_visible()
    await page.get_by_role("button", name="Keluar").click()
    await page.goto(f"{site}/formulir")
    await expect(page.get_by_label("Rencana hasil kerja")).to_have_value("")
