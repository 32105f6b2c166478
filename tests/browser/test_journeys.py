"""The whole system in a browser, as the sample's people use it: every screen, on a phone, by keyboard."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.async_api import Browser, Locator, Page, expect

from services.cli.supervisor import answers_well
from shared.embedded.processes import remembered
from tests.browser.accessibility import scrolls_sideways, violations
from tests.browser.running_system import System, running
from tests.bundle import Bundle
from tests.eventually import eventually

pytestmark = pytest.mark.servers

PHONE = {"width": 320, "height": 720}
PATIENT = 60_000
MOST_STOPS = 120
PEOPLE = ("Sari", "Dewi", "Rahmat", "Nur", "Agus", "Irwan")
TRAILS = {
    "planning": "/perencanaan/jejak",
    "assessment": "/penilaian/jejak",
    "followup": "/tindak-lanjut/jejak",
}


@pytest.fixture(scope="module")
def system(tmp_path_factory: pytest.TempPathFactory) -> Iterator[System]:
    """Started once for all journeys: the sample takes most of a minute."""
    with running(tmp_path_factory.mktemp("jejak")) as started:
        yield started


@pytest.mark.parametrize("who", PEOPLE)
async def test_every_screen_of_everybodys_menu_is_accessible_on_a_phone(
    system: System, page: Page, who: str
) -> None:
    page.set_default_timeout(PATIENT)
    await page.set_viewport_size(PHONE)  # type: ignore[arg-type]
    await system.sign_in(page, system.person(named=who))
    screens = await page.eval_on_selector_all(".menu a", "all => all.map(one => one.getAttribute('href'))")
    faults = []
    for screen in screens:
        answer = await page.goto(f"{system.address}{screen}")
        assert answer is not None
        if answer.status != 200 or await scrolls_sideways(page):
            faults.append(f"{screen}: {answer.status}, or wider than the phone")
        faults += [f"{screen}: {found}" for found in await violations(page)]
    assert faults == []


@pytest.mark.parametrize(("name", "asked"), [("door", "/health/ready"), ("issuer", "/issuer/jwks")])
async def test_who_is_signed_in_goes_on_and_others_sign_in_after_a_program_was_killed(
    system: System, page: Page, name: str, asked: str
) -> None:
    page.set_default_timeout(PATIENT)
    await system.sign_in(page, system.person(named="Sari"))
    killed = remembered(system.home.mark(name))
    assert killed is not None
    killed.kill()

    async def is_back() -> bool:
        now = remembered(system.home.mark(name))
        return now not in (None, killed) and answers_well(f"{system.address}{asked}")

    await eventually(is_back, within=90, every=0.2)
    await page.goto(f"{system.address}/perencanaan/skp")
    await expect(page.get_by_role("heading", level=1)).to_contain_text("SKP")
    await page.context.clear_cookies()
    await system.sign_in(page, system.person(named="Budi"))


async def test_a_plan_is_drafted_and_submitted_by_keyboard_alone(system: System, page: Page) -> None:
    page.set_default_timeout(PATIENT)
    await system.sign_in(page, system.person(named="Budi"))
    await page.goto(f"{system.address}/perencanaan/skp")
    await activate(page, page.get_by_role("button", name="Susun SKP"))
    await activate(page, page.get_by_role("button", name="Tambah rencana hasil kerja"))
    await write(page, page.get_by_label("Rencana hasil kerja"), "Data kepegawaian terolah setiap bulan")
    await activate(page, page.get_by_role("button", name="Simpan"))
    await activate(page, page.get_by_role("link", name="Tambah indikator"))
    await write(page, page.get_by_label("Indikator kinerja individu (IKI)"), "Laporan bulanan tepat waktu")
    await go_to(page, page.get_by_label("Kuantitas"))
    await page.keyboard.press("Space")
    await write(page, page.get_by_label("Target"), "12")
    await write(page, page.get_by_label("Satuan"), "laporan")
    await activate(page, page.get_by_role("button", name="Simpan"))
    await activate(page, page.get_by_role("button", name="Ajukan SKP"))
    await expect(page.get_by_role("alert")).to_contain_text("diajukan")


@pytest.mark.parametrize("service", ["planning", "assessment", "followup"])
async def test_a_change_is_proven_on_a_phone_by_keyboard_and_the_year_is_taken_along(
    system: System, page: Page, tmp_path: Path, service: str
) -> None:
    page.set_default_timeout(PATIENT)
    await page.set_viewport_size(PHONE)  # type: ignore[arg-type]
    await system.sign_in(page, system.person(named="Sari"))
    await page.goto(f"{system.address}{TRAILS[service]}")
    if await page.locator(".pilihan a").count():
        await activate(page, page.locator(".pilihan a").last)
    download = page.get_by_role("link", name="Unduh berkas pembuktian")
    await expect(download).to_be_visible()
    assert await violations(page) == []
    async with page.expect_download() as taken:
        await download.click()
    bundle = Bundle.of(Path(await (await taken.value).path()).read_bytes(), tmp_path)
    code, said = await bundle.checked()
    assert (code, f"{service}: TERBUKTI" in said) == (0, True), said
    await activate(page, page.get_by_role("link", name="Pembuktian").first)
    await expect(page.get_by_role("heading", name="Terbukti")).to_be_visible()
    for details in await page.locator("summary").all():
        await activate(page, details)
    assert await violations(page) == []
    assert not await scrolls_sideways(page)


async def activate(page: Page, control: Locator) -> None:
    """Go there with the Tab key and press Enter."""
    await go_to(page, control)
    await page.keyboard.press("Enter")
    await page.wait_for_load_state()


async def write(page: Page, field: Locator, text: str) -> None:
    await go_to(page, field)
    await page.keyboard.type(text)


async def go_to(page: Page, control: Locator) -> None:
    await control.first.wait_for()
    for _ in range(MOST_STOPS):
        if await control.first.evaluate("one => one === document.activeElement"):
            return
        await page.keyboard.press("Tab")
    raise AssertionError(f"the keyboard does not reach {control}")


async def test_without_scripts_the_auditor_filters_and_opens_a_record(
    system: System, browser: Browser
) -> None:
    context = await browser.new_context(java_script_enabled=False)
    page = await context.new_page()
    page.set_default_timeout(PATIENT)
    await system.sign_in(page, system.person(role="auditor"))
    await page.goto(f"{system.address}/perencanaan/perubahan")
    await page.get_by_label("terlambat").check()
    await page.get_by_role("button", name="Terapkan saringan").click()
    assert "terlambat=ya" in page.url
    await page.get_by_role("link", name="Keadaan sesudah").first.click()
    await expect(page.get_by_role("heading", name="Yang terjadi, terbaru lebih dahulu")).to_be_visible()
    await context.close()
