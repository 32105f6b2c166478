"""What all tests share: which tier a test belongs to, and the servers that some need."""

import gc
from pathlib import Path

import pytest
from hypothesis import settings

pytest_plugins = ["tests.infrastructure", "tests.system", "tests.browser.leaving_out"]

# How long one example takes says more about the machine than about the rule.
settings.register_profile("unhurried", deadline=None)
settings.register_profile("brisk", deadline=None, max_examples=25)  # what is looked at often: `make check`
settings.load_profile("unhurried")

HERE = Path(__file__).parent
LONG = ("torture", "browser")
SERVERS = frozenset({"postgres_admin_url", "kafka_bootstrap", "system"})


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark every test by what it asks for, so that `make check` runs exactly those that need no server."""
    for item in items:
        if SERVERS & set(getattr(item, "fixturenames", ())):
            item.add_marker("servers")
        if "browser" in Path(item.path).parts:
            item.add_marker("browser")
        if "containers" in Path(item.path).parts:
            item.add_marker("containers")
    items.sort(key=_is_short)  # no process of several shall be left alone with a long file at the end


def pytest_collection_finish() -> None:
    """What was imported stays: no garbage collection looks through it again (a fifth of the rules' time)."""
    gc.freeze()


def _is_short(item: pytest.Item) -> bool:
    """Whether it is about a part; what needs the whole system takes longest."""
    place = item.path.relative_to(HERE)
    return len(place.parts) > 1 and place.parts[0] not in LONG
