"""Rules that every template of every service keeps."""

import re
from pathlib import Path

import pytest

from shared.web.pages import Pages
from tests.shared.web.page_settings import settings

ROOT = Path(__file__).parent.parent
TEMPLATES = sorted(
    template
    for folder in ("services", "shared")
    for template in (ROOT / folder).rglob("*.html")
    if template.parent.name in {"pages", "templates"}
)
FORBIDDEN = {
    "a script inside the page": r"<script(?![^>]*\bsrc=)",
    "an event attribute": r"<[^>]*\son[a-z]+=",
    "a style attribute or element": r"<style|<[^>]*\sstyle=",
    "htmx attributes that need eval": r"\bhx-on",
    "unescaped text": r"\|\s*safe\b|autoescape\s+false",
    "a foreign address": r"(?:src|href)=[\"']https?:",
    "text that calls itself unfinished": r"\bTODO\b|\bFIXME\b|[Ll]orem",
}


def name_of(template: Path) -> str:
    return str(template.relative_to(ROOT))


@pytest.mark.parametrize("template", TEMPLATES, ids=name_of)
def test_a_template_compiles_and_keeps_the_content_policy(template: Path) -> None:
    text = template.read_text(encoding="utf-8")
    assert [what for what, pattern in FORBIDDEN.items() if re.search(pattern, text)] == []
    pages = Pages(template.parent, settings())
    assert pages.environment.get_template(template.name)


@pytest.mark.parametrize("template", TEMPLATES, ids=name_of)
def test_a_page_has_a_title_of_its_own(template: Path) -> None:
    text = template.read_text(encoding="utf-8")
    if '{% extends "dasar.html" %}' in text:
        assert "{% block title %}" in text
