"""What axe-core 4.14.1 (MPL-2.0, vendored beside this file) finds wrong with a page."""

from pathlib import Path

from playwright.async_api import Page

AXE = (Path(__file__).parent / "axe.min.js").read_text(encoding="utf-8")
TAGS = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice")
RUN = """async (tags) => (await axe.run(document, {runOnly: tags})).violations
    .map((found) => `${found.id}: ${found.nodes.map((node) => node.html).slice(0, 3).join(" | ")}`)"""


async def violations(page: Page) -> list[str]:
    """One line per broken rule, with the first elements that break it."""
    await page.evaluate(AXE)
    found: list[str] = await page.evaluate(RUN, list(TAGS))
    return found


async def scrolls_sideways(page: Page) -> bool:
    """Whether the page is wider than the window."""
    wider: bool = await page.evaluate(
        "document.documentElement.scrollWidth > document.documentElement.clientWidth",
    )
    return wider
