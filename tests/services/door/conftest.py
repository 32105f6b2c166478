"""A running door for the tests of a module."""

from collections.abc import AsyncIterator

import pytest

from tests.services.door.house import Browser, House, house


@pytest.fixture(scope="module")
async def shared_house(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[House]:
    async with house(tmp_path_factory.mktemp("house")) as made:
        yield made


@pytest.fixture
def running(shared_house: House) -> House:
    shared_house.reset()
    return shared_house


@pytest.fixture
async def sari(running: House) -> AsyncIterator[Browser]:
    """Sari's browser, signed in."""
    browser = running.browser()
    async with browser.http:
        await browser.sign_in()
        yield browser
