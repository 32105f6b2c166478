"""Follows the notices of somebody's home page."""

from collections.abc import Awaitable, Callable
from typing import Any


async def spots(home: dict[str, Any], opens: Callable[[str], Awaitable[str]]) -> set[str]:
    """Where the notices lead to, each address opened and its spot found there once."""
    for notice in home["notices"]:
        address, _, spot = notice["href"].partition("#")
        assert (await opens(address)).count(f'id="{spot}"') == 1, notice
    return {str(notice["href"]) for notice in home["notices"]}
