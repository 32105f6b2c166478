"""Browser tests run in the system's Chromium, or not at all and say so."""

from collections.abc import AsyncIterator, Iterable

import pytest
from playwright.async_api import Browser, BrowserContext, Page, async_playwright

from tests.browser import component_site
from tests.browser.chromium import ARGUMENTS, chromium
from tests.serving import served

DESKTOP = {"width": 1280, "height": 900}


@pytest.fixture(scope="session")
async def browser() -> AsyncIterator[Browser]:
    async with async_playwright() as playwright:
        launched = await playwright.chromium.launch(executable_path=chromium(), args=list(ARGUMENTS))
        yield launched
        await launched.close()


@pytest.fixture(scope="session")
async def site() -> AsyncIterator[str]:
    """The address of all components and shared pages, without any service."""
    async with served(component_site.app()) as address:
        yield address


@pytest.fixture
async def context(browser: Browser) -> AsyncIterator[BrowserContext]:
    made = await browser.new_context(viewport=DESKTOP, locale="id-ID")  # type: ignore[arg-type]
    yield made
    await made.close()


@pytest.fixture
async def page(context: BrowserContext) -> AsyncIterator[Page]:
    """A page on which any script error or broken content policy fails the test."""
    opened = await context.new_page()
    complaints: list[str] = []
    opened.on("pageerror", lambda error: complaints.append(str(error)))
    opened.on(
        "console",
        lambda message: complaints.append(message.text) if is_complaint(message.type, message.text) else None,
    )
    yield opened
    assert not unexpected(complaints)


def is_complaint(kind: str, text: str) -> bool:
    return kind == "error" or "Content Security Policy" in text


def unexpected(complaints: Iterable[str]) -> list[str]:
    """Chromium also calls the status of an error page, and a lost connection, a console error."""
    return [text for text in complaints if not text.startswith("Failed to load resource")]
