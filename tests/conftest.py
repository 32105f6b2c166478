"""What all tests share: which tier a test belongs to, and the servers that some need."""

from pathlib import Path

import pytest
from hypothesis import settings

pytest_plugins = ["tests.infrastructure", "tests.system", "tests.browser.leaving_out"]

# How long one example takes says more about the machine than about the rule.
settings.register_profile("unhurried", deadline=None)
settings.load_profile("unhurried")

SERVERS = frozenset({"postgres_admin_url", "kafka_bootstrap", "fresh_database", "system"})


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark every test by what it asks for, so that `make check` runs exactly those that need no server."""
    for item in items:
        if SERVERS & set(getattr(item, "fixturenames", ())):
            item.add_marker("servers")
        if "browser" in Path(item.path).parts:
            item.add_marker("browser")
        if "containers" in Path(item.path).parts:
            item.add_marker("containers")
