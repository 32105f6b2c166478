"""Addresses as nobody's page makes them: what is out of all bounds is the asker's mistake, never ours."""

import re
from collections.abc import Awaitable, Callable, Iterator, Mapping
from urllib.parse import urlencode
from uuid import UUID

import httpx2
from fastapi import FastAPI
from fastapi.routing import iter_route_contexts

from shared.web.paging import make_cursor

HUGE = 2**64 - 1
SOME_ID = str(UUID(int=1))
KEYS = ((), ("abc",), (HUGE,), (-1,), (99_999, SOME_ID), (2026, "abc"), ("2026-01-01T00:00:00", SOME_ID))
QUERIES: tuple[Mapping[str, str | int], ...] = (
    *({"cursor": make_cursor(key)} for key in KEYS),
    *({name: value} for name in ("year", "tahun", "version", "versi", "limit") for value in (99_999, HUGE)),
    *(
        {name: value}
        for name in ("since", "until", "as_of", "sejak", "sampai")
        for value in ("0001-01-01", "9999-12-31")
    ),
)
PARTS = {"year": ("99999", "0", "-1"), "version": ("99999999999",), "month": ("99999",)}


def addresses(app: FastAPI, employee: UUID) -> Iterator[str]:
    """Every address that is read, each with one absurdity."""
    for route in iter_route_contexts(app.routes):
        if not route.path or "GET" not in (route.methods or ()):
            continue
        names = re.findall(r"\{(\w+)", route.path)
        plain = {name: str(employee) for name in names} | {"year": "2026", "version": "1", "month": "1"}
        yield from (f"{filled(route.path, plain)}?{urlencode(query)}" for query in QUERIES)
        for name in names:
            yield from (filled(route.path, plain | {name: one}) for one in PARTS.get(name, ("abc",)))


def filled(path: str, values: dict[str, str]) -> str:
    return re.sub(r"\{(\w+)[^}]*\}", lambda found: values[found[1]], path)


async def broken(
    app: FastAPI, employee: UUID, ask: Callable[[str], Awaitable[httpx2.Response]]
) -> list[tuple[int, str]]:
    """The addresses that a service fails at."""
    found = []
    for address in addresses(app, employee):
        try:
            status = (await ask(address)).status_code
        except Exception:  # noqa: BLE001 - what a server would answer as 500 comes here as it was raised
            status = 500
        if status == httpx2.codes.INTERNAL_SERVER_ERROR:  # 503 is said where no seal is there yet
            found.append((status, address))
    return found
