"""Beranda: one page of what three services have to say, whatever state they are in."""

import asyncio
import time
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from tests.services.door.house import Browser, House, house


def task(title: str, due_on: str | None = None, **more: Any) -> dict[str, Any]:
    return {"title": title, "href": "/perencanaan/skp#iki-1", "due_on": due_on, **more}


def notice(text: str, number: int, at: str) -> dict[str, Any]:
    return {"id": str(UUID(int=number)), "text": text, "href": "/penilaian/hasil", "at": at}


def order(page: str, *texts: str) -> list[str]:
    assert all(text in page for text in texts), [text for text in texts if text not in page]
    return sorted(texts, key=page.index)


async def test_the_nearest_deadline_of_all_services_comes_first(running: House, sari: Browser) -> None:
    running.services["planning"].home = {"tasks": [task("Ajukan SKP", "2027-01-31"), task("Kapan saja")]}
    running.services["assessment"].home = {"tasks": [task("Laporkan Oktober", "2026-11-05")]}
    running.services["followup"].home = {"tasks": [task("Sudah beres", "2026-01-01", done=True)]}
    page = (await sari.get("/")).text
    titles = ("Laporkan Oktober", "Ajukan SKP", "Kapan saja", "Sudah beres")
    assert order(page, *titles) == list(titles)
    assert 'href="/perencanaan/skp#iki-1"' in page
    assert "Sari Wulandari" in page


async def test_notices_are_told_once_newest_first(running: House, sari: Browser) -> None:
    old = notice("SKP Anda ditetapkan", 1, "2026-01-20T02:00:00Z")
    new = notice("Umpan balik diterima", 2, "2026-11-20T02:00:00Z")
    running.services["planning"].home = {"notices": [old]}
    running.services["assessment"].home = {"notices": [old, new]}
    page = (await sari.get("/")).text
    assert page.count("SKP Anda ditetapkan") == 1
    assert order(page, "SKP Anda ditetapkan", "Umpan balik diterima")[0] == "Umpan balik diterima"


async def test_older_notices_are_folded_away(running: House, sari: Browser) -> None:
    news = [notice(f"Kabar {day}", day, f"2026-11-{day:02}T02:00:00Z") for day in range(1, 9)]
    running.services["planning"].home = {"notices": news}
    page = (await sari.get("/")).text
    assert order(page, "Kabar 4", "Kabar sebelumnya (3)", "Kabar 3") == [
        "Kabar 4",
        "Kabar sebelumnya (3)",
        "Kabar 3",
    ]


async def test_the_cycle_and_the_team_are_shown(running: House, sari: Browser) -> None:
    member = {"name": "Dewi", "state": "menunggu Anda", "href": "/penilaian/nilai/1", "actor": "Anda"}
    running.services["assessment"].home = {
        "cycle": {"year": 2026, "stage": "doing", "until": "2026-12-31"},
        "team": [member],
    }
    page = (await sari.get("/")).text
    assert "Posisi dalam siklus 2026" in page
    assert "Tahap ini sampai 31 Desember 2026" in page
    assert 'aria-current="step">Pelaksanaan' in page
    assert 'href="/penilaian/nilai/1"' in page
    assert "SKP bawahan" in page


async def test_who_appraises_nobody_is_not_shown_the_appraisers_screens(sari: Browser) -> None:
    assert "SKP bawahan" not in (await sari.get("/")).text


@pytest.fixture
async def hanging(running: House) -> AsyncIterator[House]:
    event = asyncio.Event()
    running.services["assessment"].hangs = event
    yield running
    event.set()


async def test_a_service_that_hangs_keeps_nobody_waiting(hanging: House, sari: Browser) -> None:
    hanging.services["planning"].home = {"tasks": [task("Ajukan SKP", "2027-01-31")]}
    begun = time.monotonic()
    page = (await sari.get("/")).text
    assert time.monotonic() - begun < 5
    assert "Penilaian sedang tidak dapat dihubungi" in page
    assert 'href="/penilaian/realisasi"' in page
    assert "Ajukan SKP" in page


async def test_nonsense_from_one_service_does_not_spoil_the_page(running: House, sari: Browser) -> None:
    running.services["followup"].home = {"tasks": "many"}
    page = await sari.get("/")
    assert page.status_code == 200
    assert "Tindak lanjut sedang tidak dapat dihubungi" in page.text


async def test_text_of_a_service_is_text(running: House, sari: Browser) -> None:
    running.services["planning"].home = {"tasks": [task("<script>alert(1)</script>")]}
    assert "<script>alert" not in (await sari.get("/")).text


async def test_with_all_services_away_the_page_still_opens(tmp_path: Path) -> None:
    async with house(tmp_path, away=("planning", "assessment", "followup")) as made:
        browser = made.browser()
        await browser.sign_in()
        page = await browser.get("/")
        assert page.status_code == 200
        for name in ("Perencanaan", "Penilaian", "Tindak lanjut"):
            assert f"{name} sedang tidak dapat dihubungi" in page.text


async def test_all_components_can_be_looked_at_on_one_page(sari: Browser) -> None:
    page = await sari.get("/gaya")
    assert page.status_code == 200
    assert "<title>Gaya" in page.text
