"""Browser tests are left out where there is no Chromium, and the run says so at its end."""

import os
from pathlib import Path
from typing import Any

import pytest

from tests.browser.chromium import chromium

HERE = Path(__file__).parent
NOT_RUN = pytest.StashKey[int]()
COUNT = "browser-tests-not-run"


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave the browser tests out where there is no browser."""
    ours = [item for item in items if item.path.is_relative_to(HERE)]
    if not ours or chromium() or os.environ.get("REQUIRE_BROWSER") == "1":
        return
    config.stash[NOT_RUN] = len(ours)
    config.hook.pytest_deselected(items=ours)
    items[:] = [item for item in items if item not in ours]


def pytest_runtest_setup(item: pytest.Item) -> None:
    """With REQUIRE_BROWSER=1 they are not left out: they fail."""
    if item.path.is_relative_to(HERE) and not chromium():
        pytest.fail("REQUIRE_BROWSER=1 and no Chromium", pytrace=False)


def pytest_sessionfinish(session: pytest.Session) -> None:
    """One of several processes hands its count to the one that reports."""
    if (output := getattr(session.config, "workeroutput", None)) is not None:
        output[COUNT] = session.config.stash.get(NOT_RUN, 0)


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any) -> None:
    """All of them have left out the same."""
    node.config.stash[NOT_RUN] = getattr(node, "workeroutput", {}).get(COUNT, 0)


def pytest_unconfigure(config: pytest.Config) -> None:
    """The session's last line."""
    reporter = config.pluginmanager.get_plugin("terminalreporter")
    if reporter is not None and (count := config.stash.get(NOT_RUN, 0)):
        reporter.write_line(f"{count} browser tests not run: no Chromium")
